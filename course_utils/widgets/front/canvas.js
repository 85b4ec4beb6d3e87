// The view: builds controls, panels, readout and messages, and passes moves and frames between them and Python.

const GAP = 12;
const WIDEST = 500; // pixels a panel
const MANY = 5; // handles; with more, their number boxes are folded
// ms without an answer after which the picture is dimmed, and after which the reader is told.
const SLOW = 400;
const SILENT = 6000;
const TAKE_AWAY = "Open in Jupyter to take this one away.";
// In a page that Voilà serves there are no cells.
const AGAIN = document.body.dataset.voila ? "reload the page" : "run this cell again";
const NO_ANSWER = `Python has not answered for a while. If the kernel is busy, wait; if it was restarted, ${AGAIN}.`;
const GONE = `The kernel that drew this picture is gone: ${AGAIN}.`;

/** `type` is how much larger all type is than in a notebook. */
function render({ model, el, style, type = 1 }) {
  const panels = model.get("panel_list");
  const handles = model.get("handle_list");
  const requests = new Requests(model);
  element("style", "", el, style);
  const root = element("div", "course-canvas", el);
  // The notebook's own shortcuts would take the arrow keys and letters; it asks the element with the focus alone.
  root.addEventListener("focusin", ({ target }) => { target.dataset.lmSuppressShortcuts = "true"; });
  root.style.setProperty("--type", type);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", model.get("alt"));
  const enlarged = new Enlarged(el, root, layout);
  const { views: controlViews, loose } = buildControls(model.get("control_list"), model.get("groups"), root, set, tell);
  const note = element("div", "cc-note", root);
  note.setAttribute("role", "alert");
  note.hidden = true;
  const main = element("div", "cc-main", root);
  const row = element("div", "cc-panels", main);
  const views = panels.map((panel) => new PanelView(panel, row));
  // What the recording could not do, beside what was moved; its height is kept free, so that nothing jumps.
  const aside = model.get("recorded") ? element("div", "cc-aside") : null;
  if (aside) {
    aside.setAttribute("role", "status");
    row.insertBefore(aside, views[0].root.nextSibling);
  }
  const time = new Timeline(main, repaint);
  for (const type of ["click", "input"]) time.root.addEventListener(type, () => tell(""));
  const readout = readoutIn(root);
  const message = element("div", "cc-message", root);
  message.setAttribute("role", "alert");
  const spoken = element("div", "cc-spoken", root);
  spoken.setAttribute("aria-live", "polite");
  const many = model.get("recorded");
  const resting = handles.some(({ rests }) => rests) || model.get("control_list").some(({ stops }) => stops?.length === 1);
  if (many) element("div", "cc-recorded", root, `recorded: ${many} states; open in Jupyter for every value${resting ? ", and to move what is grey" : ""}`);
  const boxes = handles.length > MANY ? foldedBoxes(root, main) : loose;
  const handleViews = handles.map((handle) => new HandleView(handle, views[handle.panel], boxes, move, tell, takeAway));

  for (const control of new Set(handles.flatMap(({ among }) => (among ? [among[0]] : [])))) {
    const group = element("div", "cc-group", loose);
    const button = (text, change) => {
      const node = element("button", "", group, text);
      node.type = "button";
      node.addEventListener("click", ({ timeStamp }) => {
        const { value, control: { low, high } } = controlViews[control];
        set(control, Math.min(high, Math.max(low, value + change)), timeStamp);
      });
    };
    button("One more", 1);
    button("One less", -1);
  }

  let frame = null, data = null, speak = 0, slow = 0, silent = 0, shown = "", due = 0;

  function move(view, position, moved) {
    view.wanted = position;
    if (many) model.from = view.from;
    ask({ handles: { [view.handle.name]: position } }, moved);
    if (view.handle.motion !== "curve") view[view.held ? "placeSoon" : "place"](position);
    clearTimeout(speak);
    speak = setTimeout(() => { spoken.textContent = view.describe(); }, 600);
  }

  function set(name, value, moved) {
    if (many) model.from = null;
    ask({ controls: { [name]: value } }, moved);
  }

  /** Show as many of the handles that come and go as their slider says; from one that goes, the last that stays has the focus. */
  function appear() {
    for (const view of handleViews.filter(({ handle }) => handle.among)) {
      const [control] = view.handle.among;
      if (!view.appear(frame.controls[control])) continue;
      const like = ({ node, handle }) => handle.among?.[0] === control && handle.panel === view.handle.panel && node.tabIndex === 0 && !node.hidden;
      (handleViews.findLast(like)?.node ?? controlViews[control].range).focus();
    }
  }

  /** Put the next of the handles that come and go where a panel was double-clicked. */
  function putOneMore(i, event) {
    if (!frame || event.target.closest(".cc-handle")) return;
    const next = handleViews.find(({ handle, node }) => handle.among && handle.panel === i && node.hidden);
    if (!next) return;
    next.wanted = views[i].axes.toData(...views[i].locate(event));
    const [control, number] = next.handle.among;
    if (next.handle.rests) {
      set(control, number, event.timeStamp);
      tell(`The recording has ${next.handle.label} in a single place; open in Jupyter to put it where you like.`);
      return;
    }
    ask({ handles: { [next.handle.name]: next.wanted }, controls: { [control]: number } }, event.timeStamp);
    next.wantsFocus = true;
  }

  /** Take away a handle that comes and goes, with those of its number: later ones move up. */
  function takeAway(view, moved) {
    const [control, number] = view.handle.among;
    const all = handleViews.filter(({ handle }) => handle.among?.[0] === control);
    const count = frame.controls[control];
    if (many && number < count) { tell(TAKE_AWAY); return; } // later ones cannot take its place
    const of = (k) => all.filter(({ handle }) => handle.among[1] === k);
    const places = {};
    for (let k = number; k < count; k++) of(k).forEach((one, j) => { places[one.handle.name] = of(k + 1)[j].wanted; });
    ask({ handles: places, controls: { [control]: count - 1 } }, moved);
  }

  /** Say why what was typed was not taken as it is, until something else is moved. */
  function tell(sentence) {
    write(note, sentence);
    if (note.hidden !== !sentence) note.hidden = !sentence;
  }

  function ask(what, moved) {
    tell("");
    requests.ask(what, moved);
    wait();
  }

  function wait() {
    root.dataset.waiting = "";
    slow ||= setTimeout(() => { root.classList.add("cc-busy"); if (gone()) silence(); }, SLOW);
    silent ||= setTimeout(silence, SILENT);
  }

  /** Whether the kernel that knew this picture is gone: JupyterLab takes no messages for it, or says it in a class. */
  const gone = () => requests.refused || root.closest(".jupyter-widgets-disconnected");

  function silence() {
    shown = "";
    say(gone() ? GONE : NO_ANSWER, true);
  }

  function answered() {
    clearTimeout(slow);
    clearTimeout(silent);
    slow = silent = 0;
    root.classList.remove("cc-busy");
    delete root.dataset.waiting;
  }

  function say(text, error) {
    message.textContent = text;
    message.className = error ? "cc-message cc-error" : "cc-message";
    message.hidden = !text;
  }

  function paint() {
    if (!frame) return;
    // Other heights have other numbers along them, which may once more need more room.
    for (let more = 2; more && frame.panels.filter((content, i) => views[i].makeRoom(content)).length; more--) measure();
    frame.panels.forEach((content, i) => views[i].paint(content, data, time));
    for (const view of handleViews) view.place(view.position);
  }

  /** Show another step of the runs, when the screen is next drawn. */
  function repaint() {
    due ||= requestAnimationFrame(() => {
      due = 0;
      paint();
      markStep(readout, time.marked, valuesAt(time.marked));
    });
  }

  /** Run → what it is and its value at a step, in the last panel that shows it. */
  function valuesAt(step) {
    const values = {};
    if (step === null || !frame) return values;
    frame.panels.forEach(({ layers }, i) => {
      for (const layer of layers) if (layer.run) values[layer.run] = { what: views[i].panel.y, value: views[i].valueAt(layer, data, step) };
    });
    return values;
  }

  views.forEach((view, i) => {
    // A held handle changes the runs: to mark a step of the old ones would draw all panels twice for each movement.
    const point = (event) => time.point(frame && !event.target.classList.contains("cc-held") ? view.stepNear(event, frame.panels[i], data) : null);
    view.stage.addEventListener("pointermove", point);
    view.stage.addEventListener("pointerdown", point);
    view.stage.addEventListener("pointerleave", () => time.point(null));
    view.stage.addEventListener("dblclick", (event) => putOneMore(i, event));
  });
  row.addEventListener("keydown", (event) => time.key(event));

  function receive() {
    const received = performance.now();
    frame = model.get("frame");
    if (!frame?.panels) return;
    data = floats(frame.data);
    const request = requests.answered(frame.reply);
    if (!request) tell(""); // Python, or another view, has moved on
    frame.handles.forEach(({ at, centre }, i) => {
      const view = handleViews[i];
      view.centre = centre;
      // Where Python puts it, unless the reader has moved it on since; a curve only Python knows.
      if (!requests.busy("handles", view.handle.name)) view.position = view.wanted = at;
      else if (view.handle.motion === "curve") view.position = at;
    });
    appear();
    for (const view of handleViews) if (view.wantsFocus && !view.node.hidden) { view.wantsFocus = false; view.node.focus(); }
    for (const [name, value] of Object.entries(frame.controls)) {
      if (!requests.busy("controls", name)) controlViews[name].show(value);
    }
    time.take(frame.panels.flatMap(({ layers }) => layers.filter(({ run }) => run)));
    paint();
    const text = JSON.stringify([frame.readout, frame.message, frame.error]);
    if (text !== shown) {
      shown = text;
      fillReadout(readout, frame.readout);
      say(frame.error || frame.message, Boolean(frame.error));
    }
    if (aside) write(aside, frame.aside);
    if (many && request) for (const view of [...handleViews, ...Object.values(controlViews)]) view.boxes?.forEach((box) => box.became());
    markStep(readout, time.marked, valuesAt(time.marked));
    if (request) answered();
    if (requests.underWay) wait();
    // For whoever measures: what was asked and when, when the answer came, and how long after the reader's movement
    // it was drawn.
    root.dispatchEvent(new CustomEvent("drawn", {
      bubbles: true,
      detail: { frame, request, received, latency: request && performance.now() - request.moved, left: Boolean(requests.underWay) },
    }));
  }

  function ground() {
    model.get("grounds").forEach((content, i) => views[i].setGround(content));
    paint();
  }

  function layout() {
    measure();
    paint();
  }

  function measure() {
    const available = Math.min(row.clientWidth, (enlarged.wide ?? WIDEST) * panels.length);
    if (!available) return;
    const tallest = Number(root.dataset.tallest ?? Infinity); // pixels of a plot, where the page leaves no more
    const scale = root.getBoundingClientRect().width / root.offsetWidth; // enlarged, or on a slide
    const stacked = (root.clientWidth - GAP * (panels.length + 1)) / panels.length < 300;
    row.classList.toggle("cc-stacked", stacked);
    const total = panels.reduce((sum, panel) => sum + panel.weight, 0);
    let height = 0;
    for (const view of views) {
      const share = ((available - GAP * (panels.length - 1)) * view.panel.weight) / total;
      const width = stacked ? Math.min(available, WIDEST) : share;
      const plot = width - type * (view.left + MARGIN.right);
      // A panel without a shape of its own is as high as the one before it.
      const { ratio } = view.panel;
      height = Math.min(tallest, ratio ? plot * ratio : stacked ? plot * 0.75 : height || plot * 0.75);
      const own = ratio ? Math.min(width, width - plot + height / ratio) : width;
      view.resize(width, own, Math.round(height), devicePixelRatio * scale, type);
    }
  }

  model.on("change:grounds", ground);
  model.on("change:frame", receive);
  ground();
  receive();
  // Enlarged, a legend that has grown needs another scale, and so does a line of steps that has come.
  const watcher = new ResizeObserver(() => (enlarged.on ? enlarged.lay() : layout()));
  watcher.observe(row);
  watcher.observe(main);
  // For a page that tries out how large the picture may be, and paints it only then.
  root.addEventListener("relayout", ({ detail }) => { measure(); if (detail === "paint") paint(); });
  // A move to a screen of another pixel density changes nothing that ResizeObserver sees.
  const density = () => { layout(); watchDensity(); };
  let query = null;
  const watchDensity = () => {
    query?.removeEventListener("change", density);
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", density);
  };
  watchDensity();
  return () => {
    enlarged.remove();
    watcher.disconnect();
    query.removeEventListener("change", density);
    model.off("change:grounds", ground);
    model.off("change:frame", receive);
    clearTimeout(speak);
    cancelAnimationFrame(due);
    time.pause();
    answered();
  };
}

/** A place for the number boxes of many handles, folded, before what follows. */
function foldedBoxes(root, before) {
  const folded = document.createElement("details");
  folded.className = "cc-folded";
  element("summary", "", folded, "Type the places as numbers");
  root.insertBefore(folded, before);
  return element("div", "cc-controls", folded);
}

export default { render };
