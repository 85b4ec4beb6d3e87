// The view: panels side by side, handles over them, number boxes, readout and messages beneath.

const MARGIN = { left: 66, right: 14, top: 10, bottom: 52 };
const GAP = 12;
const SVG = "http://www.w3.org/2000/svg";
// ms without an answer after which the picture is dimmed, and after which the reader is told.
const SLOW = 400;
const SILENT = 6000;
const NO_ANSWER = "Python has not answered for a while. If the kernel is busy, wait; if it was restarted, run this cell again.";

function render({ model, el }) {
  const panels = model.get("panels");
  const handles = model.get("handles");
  const requests = new Requests(model);
  const root = element("div", "course-canvas", el);
  // JupyterLab's own shortcuts would take the arrow keys.
  root.dataset.lmSuppressShortcuts = "true";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", model.get("alt"));
  const { views: controlViews, loose } = buildControls(model.get("controls"), model.get("groups"), root, set);
  const row = element("div", "cc-panels", root);
  const views = panels.map((panel) => new PanelView(panel, row));
  const readout = element("div", "cc-readout", root);
  const message = element("div", "cc-message", root);
  message.setAttribute("role", "alert");
  const spoken = element("div", "cc-spoken", root);
  spoken.setAttribute("aria-live", "polite");
  const handleViews = handles.map((handle) => new HandleView(handle, views[handle.panel], loose, move));

  let frame = null, data = null, speak = 0, slow = 0, silent = 0, shown = "";

  function move(view, position, moved) {
    view.wanted = position;
    ask({ handles: { [view.handle.name]: position } }, moved);
    if (view.handle.motion !== "curve") view.place(position);
    clearTimeout(speak);
    speak = setTimeout(() => { spoken.textContent = view.describe(); }, 600);
  }

  function set(name, value, moved) {
    ask({ controls: { [name]: value } }, moved);
  }

  function ask(what, moved) {
    requests.ask(what, moved);
    wait();
  }

  function wait() {
    root.dataset.waiting = "";
    slow ||= setTimeout(() => root.classList.add("cc-busy"), SLOW);
    silent ||= setTimeout(() => { shown = ""; say(NO_ANSWER, true); }, SILENT);
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
    frame.panels.forEach((content, i) => views[i].paint(content, data));
    for (const view of handleViews) view.place(view.position);
  }

  function receive() {
    frame = model.get("frame");
    if (!frame?.panels) return;
    data = floats(frame.data);
    const request = requests.answered(frame.reply);
    frame.handles.forEach(({ at, centre }, i) => {
      const view = handleViews[i];
      view.centre = centre;
      // Where Python puts it, unless the reader has moved it on since; a curve only Python knows.
      if (!requests.busy("handles", view.handle.name)) view.position = view.wanted = at;
      else if (view.handle.motion === "curve") view.position = at;
    });
    for (const [name, value] of Object.entries(frame.controls)) {
      if (!requests.busy("controls", name)) controlViews[name].show(value);
    }
    paint();
    const text = JSON.stringify([frame.readout, frame.message, frame.error]);
    if (text !== shown) {
      shown = text;
      fillReadout(readout, frame.readout);
      say(frame.error || frame.message, Boolean(frame.error));
    }
    if (request) answered();
    if (requests.underWay) wait();
    // For whoever measures: how long after the reader's movement its picture was drawn.
    root.dispatchEvent(new CustomEvent("drawn", {
      bubbles: true,
      detail: { frame, latency: request && performance.now() - request.moved, left: Boolean(requests.underWay) },
    }));
  }

  function ground() {
    model.get("grounds").forEach((content, i) => views[i].setGround(content));
    paint();
  }

  function layout() {
    const available = Math.min(row.clientWidth, 500 * panels.length);
    if (!available) return;
    const stacked = (available - GAP * (panels.length - 1)) / panels.length < 300;
    const total = panels.reduce((sum, panel) => sum + panel.weight, 0);
    let height = 0;
    for (const view of views) {
      const share = ((available - GAP * (panels.length - 1)) * view.panel.weight) / total;
      const width = stacked ? Math.min(available, 500) : share;
      const plot = width - MARGIN.left - MARGIN.right;
      // A panel without a shape of its own is as high as the one before it.
      height = view.panel.ratio ? plot * view.panel.ratio : stacked ? plot * 0.75 : height || plot * 0.75;
      view.resize(width, Math.round(height));
    }
    paint();
  }

  model.on("change:grounds", ground);
  model.on("change:frame", receive);
  ground();
  receive();
  const watcher = new ResizeObserver(layout);
  watcher.observe(row);
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
    watcher.disconnect();
    query.removeEventListener("change", density);
    model.off("change:grounds", ground);
    model.off("change:frame", receive);
    clearTimeout(speak);
    answered();
  };
}

class PanelView {
  constructor(panel, parent) {
    this.panel = panel;
    this.root = element("figure", "cc-panel", parent);
    if (panel.title) element("figcaption", "cc-title", this.root, panel.title);
    this.legend = element("div", "cc-legend", this.root);
    this.stage = element("div", "cc-stage", this.root);
    this.canvas = element("canvas", "", this.stage);
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", [panel.title, panel.y && `${panel.y} against ${panel.x}`].filter(Boolean).join(": "));
    this.context = this.canvas.getContext("2d");
    this.ground = this.painted = this.axes = null;
    this.size = null;
    this.legendText = "";
  }
  resize(width, plotHeight) {
    const height = plotHeight + MARGIN.top + MARGIN.bottom;
    const ratio = devicePixelRatio;
    const size = [width, height, ratio].join();
    if (size === this.size) return;
    this.size = size;
    this.ratio = ratio;
    this.box = { left: MARGIN.left, top: MARGIN.top, width: width - MARGIN.left - MARGIN.right, height: plotHeight };
    this.root.style.width = `${width}px`;
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.painted = null;
  }
  setGround(ground) {
    this.ground = ground;
    this.painted = null;
  }
  paint({ window, layers }, data) {
    if (!this.box) return;
    this.axes = new Axes(this.panel, window, this.box);
    if (this.ground && !this.painted) this.painted = paintGround(this.ground, this.box, this.ratio);
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    paintPanel(this.context, { axes: this.axes, panel: this.panel, layers, data, ground: this.painted });
    const named = layers.filter((layer) => layer.label);
    const text = JSON.stringify(named.map(({ first, n, ...style }) => style));
    if (text === this.legendText) return;
    this.legendText = text;
    this.legend.replaceChildren(...named.map((layer) => {
      const entry = element("span", "cc-entry");
      entry.append(legendSample(layer), layer.label);
      return entry;
    }));
  }
}

/** A draggable handle: pointer, arrow keys and number boxes all end in `move(view, [x, y], when)`. */
class HandleView {
  constructor(handle, panelView, boxes, move) {
    Object.assign(this, { handle, panelView, move });
    this.position = this.wanted = [0, 0];
    this.centre = null;
    this.node = element("div", "cc-handle", panelView.stage);
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "slider");
    this.node.setAttribute("aria-roledescription", "draggable point; arrow keys move it, with Shift in large steps");
    this.node.setAttribute("aria-label", handle.label);
    this.node.dataset.name = handle.name;
    this.drawShape();
    this.makeBoxes(boxes);
    this.node.addEventListener("pointerdown", (event) => this.grab(event));
    this.node.addEventListener("keydown", (event) => this.key(event));
  }
  drawShape() {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "-16 -16 32 32");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", {
      circle: "M9,0A9,9 0 1 1 -9,0A9,9 0 1 1 9,0Z", square: "M-8,-8H8V8H-8Z", diamond: "M0,-11L11,0L0,11L-11,0Z",
      triangle: "M0,-11L10,8H-10Z",
    }[this.handle.shape]);
    path.setAttribute("fill", this.handle.color);
    svg.append(path);
    this.node.append(svg);
    this.tag = element("span", "cc-tag", this.node, this.handle.label);
    this.tagWidth = 0;
  }
  makeBoxes(parent) {
    const group = element("div", "cc-group", parent);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.handle.label);
    element("span", "cc-name", group, this.handle.label);
    this.boxes = this.handle.names.map((name, axis) => {
      const box = new NumberBox((value, event) => this.enter(axis, value, event));
      element("label", "", group, name).append(box.input);
      return box;
    });
  }
  get turns() { return this.handle.motion === "circle"; }
  /** What the number boxes say: the angle in degrees on a circle, coordinates elsewhere. */
  get numbers() {
    if (!this.turns) return this.position;
    const [x, y] = [this.position[0] - this.centre[0], this.position[1] - this.centre[1]];
    return [(Math.atan2(y, x) * 180) / Math.PI];
  }
  describe() {
    return `${this.handle.label}: ${this.handle.names.map((name, i) => `${name} ${short(this.numbers[i])}`).join(", ")}`;
  }
  place(position) {
    this.position = position;
    const { axes } = this.panelView;
    if (!axes) return;
    const [px, py] = axes.toPixels(...axes.toData(...axes.toPixels(...position)));
    this.node.style.transform = `translate(${px}px, ${py}px)`;
    const { left, width, top } = axes.box;
    this.tagWidth ||= this.tag.offsetWidth; // asking makes the browser lay out the page: once is enough
    this.tag.classList.toggle("cc-left", px > left + width - this.tagWidth - 20);
    this.tag.classList.toggle("cc-below", py < top + 26);
    const { numbers } = this;
    this.boxes.forEach((box, i) => box.show(numbers[i]));
    this.node.setAttribute("aria-valuetext", this.describe());
    this.node.setAttribute("aria-valuenow", short(this.numbers[0]));
  }
  onCircle([x, y]) {
    const [cx, cy] = this.centre;
    const radius = Math.hypot(this.position[0] - cx, this.position[1] - cy);
    const angle = Math.atan2(y - cy, x - cx);
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
  }
  to(position, moved) {
    if (this.handle.motion === "line") position[1] = this.position[1];
    this.move(this, this.turns ? this.onCircle(position) : position, moved);
  }
  grab(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.node.focus();
    this.node.setPointerCapture(event.pointerId);
    this.node.classList.add("cc-held");
    const stage = this.panelView.stage.getBoundingClientRect();
    const [px, py] = this.panelView.axes.toPixels(...this.position);
    // The handle keeps its offset from the pointer, so that it does not jump when taken at its rim.
    const offset = [event.clientX - stage.left - px, event.clientY - stage.top - py];
    const follow = (move) => {
      const now = this.panelView.stage.getBoundingClientRect();
      const at = this.panelView.axes.toData(move.clientX - now.left - offset[0], move.clientY - now.top - offset[1]);
      this.to(at, move.timeStamp);
    };
    const release = (end) => {
      if (end.type === "pointerup") follow(end);
      this.node.classList.remove("cc-held");
      for (const [type, listener] of listeners) this.node.removeEventListener(type, listener);
    };
    const listeners = [["pointermove", follow], ["pointerup", release], ["pointercancel", release]];
    for (const [type, listener] of listeners) this.node.addEventListener(type, listener);
  }
  key(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? 10 : 1;
    if (this.turns) {
      const turn = (-(direction[0] - direction[1]) * far * Math.PI) / 180;
      const [x, y] = [this.wanted[0] - this.centre[0], this.wanted[1] - this.centre[1]];
      const [c, s] = [Math.cos(turn), Math.sin(turn)];
      this.to([this.centre[0] + c * x - s * y, this.centre[1] + s * x + c * y], event.timeStamp);
      return;
    }
    const { axes } = this.panelView;
    const [px, py] = axes.toPixels(...this.wanted);
    const step = [(axes.box.width * far) / 100, (axes.box.height * far) / 100];
    this.to(axes.toData(px + direction[0] * step[0], py - direction[1] * step[1]), event.timeStamp);
  }
  enter(axis, value, event) {
    if (this.turns) {
      const angle = (value * Math.PI) / 180;
      this.to([this.centre[0] + Math.cos(angle), this.centre[1] + Math.sin(angle)], event.timeStamp);
      return;
    }
    const position = [...this.wanted];
    position[axis] = value;
    this.to(position, event.timeStamp);
  }
}

/** Show a readout; cells whose text stays are left alone. */
function fillReadout(root, readout) {
  root.hidden = !readout;
  const lines = !readout ? [] : readout.text !== undefined ? [[readout.text]] : [readout.columns, ...readout.rows];
  const shape = JSON.stringify([readout?.text === undefined, lines.map((cells) => cells.length)]);
  if (root.dataset.shape !== shape) {
    root.dataset.shape = shape;
    root.replaceChildren();
    if (readout?.text !== undefined) element("p", "cc-cell", root);
    else if (readout) buildTable(root, readout);
  }
  const cells = root.querySelectorAll(".cc-cell");
  lines.flat().forEach((text, i) => { if (cells[i].textContent !== text) cells[i].textContent = text; });
}

function buildTable(root, { columns, rows }) {
  const table = element("table", "", root);
  if (columns.length) {
    const head = element("tr", "", element("thead", "", table));
    for (const _ of columns) element("th", "cc-cell", head).scope = "col";
  }
  const body = element("tbody", "", table);
  for (const row of rows) {
    const line = element("tr", "", body);
    row.forEach((_, i) => {
      const cell = element(i ? "td" : "th", "cc-cell", line);
      if (!i) cell.scope = "row";
    });
  }
}

export default { render };
