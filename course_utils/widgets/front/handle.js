// Handles: what the reader drags, moves by arrow keys, or types the place of.

const SVG = "http://www.w3.org/2000/svg";
const SOON = 25; // ms: a frame and a half

/** A draggable handle: pointer, arrow keys and number boxes all end in `move(view, [x, y], when)`. */
class HandleView {
  constructor(handle, panelView, boxes, move, tell, takeAway) {
    Object.assign(this, { handle, panelView, move, tell, takeAway });
    this.position = this.wanted = [0, 0];
    this.from = null; // where it was when it was last taken by the pointer, until it is moved otherwise
    this.centre = null;
    this.node = element("div", "cc-handle", panelView.stage);
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "slider");
    this.node.setAttribute("aria-roledescription", "draggable point; arrow keys move it, with Shift in large steps" + (handle.among ? "; Delete takes it away" : ""));
    this.node.setAttribute("aria-label", handle.label);
    this.node.setAttribute("aria-valuenow", 0); // until it has a place
    this.node.dataset.name = handle.name;
    this.drawShape();
    this.makeBoxes(boxes);
    if (handle.rests) this.rest();
    else {
      this.node.addEventListener("pointerdown", (event) => this.grab(event));
      this.node.addEventListener("keydown", (event) => this.key(event));
    }
  }
  /** Be seen, but not moved: a recorded picture has a single stop of it. */
  rest() {
    this.node.classList.add("cc-rests");
    this.node.setAttribute("aria-disabled", true);
    this.node.removeAttribute("tabindex");
    this.node.title = ELSEWHERE;
    for (const { input } of this.boxes) rest(input);
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
    this.group = group;
    element("span", "cc-name", group, this.handle.label);
    this.boxes = this.handle.names.map((name, axis) => {
      const box = new NumberBox(name, (...typed) => this.enter(axis, ...typed), this.tell);
      element("label", "", group, name).append(box.input);
      return box;
    });
  }
  /** Be there or not, while its slider counts to `count`; returns whether it goes with the focus on it or in its boxes. */
  appear(count) {
    const goes = count < this.handle.among[1];
    const bereft = goes && !this.node.hidden && [this.node, this.group].some((one) => one.matches(":focus-within"));
    this.node.hidden = this.group.hidden = goes;
    return bereft;
  }
  get held() { return this.node.classList.contains("cc-held"); }
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
  /** Stand there with the picture of it, or soon: to draw the page for the handle alone keeps the picture waiting. */
  placeSoon(position) {
    this.position = position;
    if (this.late) this.place(position); // pictures are slow: the handle need not wait for the next one either
    else this.soon ||= setTimeout(() => { this.late = true; this.place(this.position); }, SOON);
  }
  place(position) {
    clearTimeout(this.soon);
    this.soon = 0;
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
    this.late = false;
    this.from = [...this.position];
    const [px, py] = this.panelView.axes.toPixels(...this.position);
    // The handle keeps its offset from the pointer, so that it does not jump when taken at its rim.
    const [x, y] = this.panelView.locate(event);
    const offset = [x - px, y - py];
    const follow = (move) => {
      const now = this.panelView.locate(move);
      this.to(this.panelView.axes.toData(now[0] - offset[0], now[1] - offset[1]), move.timeStamp);
    };
    const release = (end) => {
      if (end.type === "pointerup") follow(end);
      this.node.classList.remove("cc-held");
      this.place(this.position); // to be found there by the next press
      for (const [type, listener] of listeners) this.node.removeEventListener(type, listener);
    };
    const listeners = [["pointermove", follow], ["pointerup", release], ["pointercancel", release]];
    for (const [type, listener] of listeners) this.node.addEventListener(type, listener);
  }
  key(event) {
    if (event.key === "Delete" && this.handle.among) {
      event.preventDefault();
      event.stopPropagation();
      this.takeAway(this, event.timeStamp);
      return;
    }
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
    this.from = null;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? 10 : 1;
    // A recorded picture has stops: a step reaches the next one.
    const [across = 0, up = across] = this.handle.spacing ?? [];
    if (this.turns) {
      const turn = (-(direction[0] - direction[1]) * Math.max(far, across) * Math.PI) / 180;
      const [x, y] = [this.wanted[0] - this.centre[0], this.wanted[1] - this.centre[1]];
      const [c, s] = [Math.cos(turn), Math.sin(turn)];
      this.to([this.centre[0] + c * x - s * y, this.centre[1] + s * x + c * y], event.timeStamp);
      return;
    }
    const { axes } = this.panelView;
    const [px, py] = axes.toPixels(...this.wanted);
    const step = [axes.box.width * Math.max(far / 100, across), axes.box.height * Math.max(far / 100, up)];
    this.to(axes.toData(px + direction[0] * step[0], py - direction[1] * step[1]), event.timeStamp);
  }
  enter(axis, value, event, text) {
    this.from = null;
    if (this.turns) {
      const angle = (value * Math.PI) / 180;
      this.to([this.centre[0] + Math.cos(angle), this.centre[1] + Math.sin(angle)], event.timeStamp);
      return (Math.atan2(Math.sin(angle), Math.cos(angle)) * 180) / Math.PI;
    }
    const position = [...this.wanted];
    position[axis] = value;
    this.to(position, event.timeStamp);
    const { x0, x1, y0, y1 } = this.panelView.axes;
    const [low, high] = axis ? [y0, y1] : [x0, x1];
    this.tell(outside(this.handle.names[axis], value, low, high, text));
    return Math.min(high, Math.max(low, value));
  }
}
