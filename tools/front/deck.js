// Lays the material of a lesson out on slides, as much as fits on each, then starts reveal.js.

const [WIDTH, HEIGHT] = [1280, 720];
const BELOW = 30; // pixels of a slide that stay free beneath its content
const FIGURE = 330; // pixels that a figure needs at least to share a slide
const [TALLEST, LOWEST] = [480, 160]; // pixels of a live plot
const OWN = /^(Predict|Play|Explain|Check|Your own|Where textbooks|Derive|Try|Next)\b/; // a step of the lesson begins a slide

await MathJax.startup.promise;
await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
const stage = document.getElementById("stage");
// A prediction gets the room that it needs once it is revealed.
const answers = [...document.querySelectorAll(".prediction")].map((card) => ({
  outcome: card.querySelector("details"), said: card.querySelector("[role=status] > div"),
  longest: [...card.querySelectorAll("label")].map((label) => label.textContent).reduce((a, b) => (a.length < b.length ? b : a)),
}));
for (const { outcome, said, longest } of answers) { outcome.open = true; said.textContent = `✔ You predicted: ${longest}. That is what happens.`; }
let heading = null; // of the section that the slides are in

function begin(title = null, running = true) {
  const page = document.createElement("section");
  page.className = "page";
  if (title) page.append((heading = title));
  else if (heading && running) {
    const line = document.createElement("p");
    line.className = "running";
    line.textContent = heading.textContent.replace("¶", "");
    page.append(line);
  }
  stage.append(page);
  return page;
}

/** Whether a slide shows nothing but the section that it is in. */
const blank = (page) => [...page.children].every((node) => node.matches(".running, aside"));
const content = (page) => [...page.children].filter((node) => node !== heading && !node.matches(".running, aside"));

/** The pixels that are left beneath what is on a slide; negative where it does not fit. */
function room(page) {
  const top = page.getBoundingClientRect().top;
  const bottom = Math.max(top, ...[...page.children].map((node) => node.getBoundingClientRect().bottom));
  return HEIGHT - BELOW - (bottom - top);
}

for (const group of document.querySelectorAll("#source > section")) {
  const title = group.querySelector("h1, h2");
  let first = begin(title);
  let page = first;

  /** Leave a slide for another; if it is blank, that one takes its notes and its place. */
  function leave(left, other) {
    if (!blank(left) || !other) return;
    other.append(...left.querySelectorAll("aside"));
    left.remove();
    if (left === first) first = other;
  }

  /** Put a block on this slide, or else on the next; what is too long for one is split by its children. */
  function put(block) {
    const step = block.tagName === "P" && OWN.test(block.textContent.trim());
    const figure = block.matches("img.figure");
    if (block.matches("h2")) {
      leave(page, page.previousElementSibling);
      page = begin(block);
      return;
    }
    const answer = content(page).at(-1)?.matches(".question"); // not beside its question
    if (content(page).length && (step || answer || (figure && room(page) < FIGURE))) turn();
    if (figure) block.style.maxHeight = `${room(page) - 12}px`;
    page.append(block);
    if (room(page) >= 0) return;
    if (content(page).length > 1) {
      block.remove();
      turn();
      put(block);
    } else split(block);
  }

  /** Go on on a new slide, with the words that only announce what comes next. */
  function turn() {
    const last = content(page).at(-1), many = content(page).length;
    page = begin();
    if (many > 1 && last.tagName === "P" && (/:$/.test(last.textContent.trim()) || last.querySelector(":scope > strong:only-child")?.textContent === last.textContent)) page.append(last);
  }

  function split(block) {
    if (block.matches("pre") && !block.children.length) // its lines are its parts
      block.replaceChildren(...block.textContent.replace(/\n$/, "").split("\n").map((line) => Object.assign(document.createElement("div"), { textContent: line || " " })));
    const parts = (node) => (node.matches("table") ? node.tBodies[0] : node.matches(".question") ? node.firstElementChild : node);
    if (!parts(block) || parts(block).children.length < 2) return;
    const rest = block.cloneNode(true);
    parts(rest).replaceChildren();
    while (room(page) < 0 && parts(block).children.length > 1) parts(rest).prepend(parts(block).lastElementChild);
    if (rest.matches("ol")) rest.start = block.start + block.children.length;
    page = begin();
    put(rest);
  }

  for (const block of [...group.children]) {
    if (block === title || block.matches(".caption")) continue;
    if (block.matches("aside.notes")) page.append(block);
    else if (block.matches(".recorded-picture")) {
      const last = content(page).at(-1); // what to play with it
      const play = last?.tagName === "P" && /^Play\b/.test(last.textContent);
      const next = block.nextElementSibling; // the same, where it comes after the picture
      const own = begin(null, false);
      const caption = play ? last : next?.tagName === "P" && /^Play\b/.test(next.textContent) ? next : null;
      if (caption) { own.append(caption); caption.className = "caption"; }
      leave(page, own);
      own.append(block);
      for (const image of block.querySelectorAll("img")) image.style.maxHeight = `${room(own) + image.clientHeight - 8}px`;
      page = begin();
    } else put(block);
  }
  leave(page, page.previousElementSibling);
  if (group.dataset.minutes) first.dataset.timing = 60 * group.dataset.minutes;
}
for (const { outcome, said } of answers) { outcome.open = false; said.textContent = ""; }
document.getElementById("source").remove();
document.querySelector(".reveal .slides").append(...stage.children);
stage.remove();

/** Whether a live picture ends above the edge of its slide. */
function high(canvas) {
  const page = canvas.closest(".page").getBoundingClientRect();
  return (canvas.getBoundingClientRect().bottom - page.top) * (WIDTH / page.width) <= HEIGHT - BELOW;
}

/** Make a live picture as large as its slide allows, with the table beneath the panels or beside them. */
function fit(canvas, bare = false) {
  const wide = () => [...canvas.querySelectorAll(".cc-readout")].every((node) => node.scrollWidth <= node.clientWidth + 1);
  const lay = (table, tallest, detail = "try") => {
    Object.assign(canvas.dataset, { table, tallest });
    canvas.dispatchEvent(new CustomEvent("relayout", { detail }));
  };
  if (!bare) delete canvas.dataset.bare;
  let best = [LOWEST - 20, "beneath"];
  for (const table of ["beneath", "beside"])
    for (let tallest = TALLEST; tallest > best[0]; tallest -= 20) {
      lay(table, tallest);
      if (high(canvas) && wide()) best = [tallest, table];
    }
  const page = canvas.closest(".page"), caption = page.querySelector(":scope > .caption");
  if (best[0] < LOWEST && caption) { // then it is for the speaker to say
    const notes = document.createElement("aside");
    notes.className = "notes";
    notes.append(caption);
    page.append(notes);
    fit(canvas, bare);
  } else if (best[0] < LOWEST && !bare) { // then its table is for the notebook
    canvas.dataset.bare = "";
    fit(canvas, true);
  } else lay(best[1], best[0], "paint");
}
const lines = (text) => (text ? text.split("\n").length : 0);
const due = new Set();
function fitAll() {
  for (const canvas of due)
    if (canvas.offsetHeight) fit(canvas);
    else delete canvas.dataset.fitted; // once its slide is shown
  due.clear();
}
/** Fit a picture soon, if it says more or less than when it was last fitted, or what it says no longer fits. */
function look(canvas) {
  const told = canvas.querySelector(".cc-message").textContent, note = canvas.querySelector(".cc-note").textContent;
  const shape = [canvas.querySelectorAll(".cc-readout tr").length, lines(told), Boolean(note)].join();
  if (!canvas.offsetHeight || (canvas.dataset.fitted === shape && high(canvas))) return; // not on this slide, or as it should be
  // Two frames later: its legends have come by then.
  if (!due.size) requestAnimationFrame(() => requestAnimationFrame(fitAll));
  due.add(canvas);
  canvas.dataset.fitted = shape;
}
// Words that take another line tell nobody; and what is typed may be refused without a new picture.
const watcher = new ResizeObserver((changes) => { for (const canvas of new Set(changes.map(({ target }) => target.closest(".course-canvas")))) look(canvas); });
function watch(canvas) {
  if (!("fitted" in canvas.dataset)) for (const node of canvas.querySelectorAll(".cc-readout, .cc-message, .cc-note, .cc-aside")) watcher.observe(node);
  look(canvas);
}
document.addEventListener("drawn", ({ target }) => watch(target));
for (const canvas of document.querySelectorAll(".course-canvas")) watch(canvas); // that were drawn before the slides were laid out

Reveal.on("pdf-ready", () => { document.body.dataset.printable = ""; });
await Reveal.initialize({
  width: WIDTH, height: HEIGHT, margin: 0, minScale: 0.1, maxScale: 6,
  pdfMaxPagesPerSlide: 1, center: false, hash: true, transition: "none", slideNumber: "c/t", controls: false, plugins: [RevealNotes],
});
document.body.dataset.ready = "";
