// Time: the steps of the runs in a picture, played, stepped through, scrubbed and pointed at, without asking Python.

const WHOLE = 8000; // ms that a long run takes to play
const SLOWEST = 500; // ms a step, in a short one
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** Which point of a run's line step `step` is: the last one that is not later, −1 if there is none. */
function pointOf(layer, step) {
  if (!layer.steps) return Math.min(step, layer.n - 1);
  let i = layer.steps.length - 1;
  while (i >= 0 && layer.steps[i] > step) i--;
  return i;
}
const stepOf = (layer, i) => (layer.steps ? layer.steps[i] : i);

class Timeline {
  /** `changed()` is called when another step is to be shown. */
  constructor(parent, changed) {
    Object.assign(this, { changed, last: 0, at: null, pointed: null, begun: null });
    this.root = element("div", "cc-time", parent);
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "steps of the run");
    this.playButton = this.button("Play", () => this.toggle());
    this.button("Step", () => this.go(this.at === null ? 1 : this.at + 1));
    this.range = element("input", "", this.root);
    Object.assign(this.range, { type: "range", min: 0, step: 1 });
    this.range.setAttribute("aria-label", "step");
    this.range.addEventListener("input", () => this.go(Number(this.range.value)));
    this.range.addEventListener("keydown", (event) => this.key(event));
    this.text = element("span", "cc-step", this.root);
    this.root.hidden = true;
  }
  button(text, act) {
    const node = element("button", "", this.root, text);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  }
  /** Space plays and pauses; it belongs to the scrubber and to the handles. */
  key(event) {
    if (event.key !== " " || this.root.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggle();
  }
  /** Take the runs of a new frame; a step that is shown stays as far as they go. */
  take(runs) {
    this.last = Math.max(0, ...runs.map((layer) => stepOf(layer, layer.n - 1)));
    this.root.hidden = this.last < 1;
    if (Number(this.range.max) !== this.last) this.range.max = this.last;
    this.pointed = null;
    if (this.at >= this.last) this.at = null;
    this.show();
  }
  /** The step to mark: the one pointed at, or else where time stands; null at rest. */
  get marked() { return this.pointed ?? this.at; }
  go(step) {
    this.pause();
    this.set(step);
  }
  set(step) {
    this.at = step < this.last ? step : null;
    this.pointed = null; // a pointer that rests on the run points anew when it is moved
    this.show();
    this.changed();
  }
  point(step) {
    if (step === this.pointed || this.begun !== null) return; // what plays is what is looked at
    this.pointed = step;
    this.show();
    this.changed();
  }
  toggle() {
    if (this.begun !== null) { this.pause(); return; }
    if (STILL.matches) { this.go(this.at === null ? 1 : this.at + 1); return; }
    const from = this.at ?? 0, pace = Math.min(SLOWEST, WHOLE / this.last);
    const begun = (this.begun = performance.now());
    const tick = () => {
      if (this.begun !== begun) return;
      const step = from + Math.floor((performance.now() - begun) / pace);
      if (step >= this.last) this.pause();
      if (step !== this.at) this.set(step);
      requestAnimationFrame(tick);
    };
    this.set(from);
    tick();
  }
  pause() {
    this.begun = null;
    this.show();
  }
  show() {
    // Where the system asks for less motion nothing plays; stepping and scrubbing stay.
    this.playButton.hidden = STILL.matches;
    write(this.playButton, this.begun === null ? "Play" : "Pause");
    const step = this.marked ?? this.last;
    this.range.value = this.at ?? this.last;
    write(this.text, `step ${step} of ${this.last}`);
    this.range.setAttribute("aria-valuetext", this.text.textContent);
  }
}
