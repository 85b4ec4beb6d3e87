// Controls: sliders with number boxes, menus and check boxes, all ending in `set(name, value)`;
// `tell(sentence)` says what could not be taken as it was typed.

// Labels name their controls by ids, which must differ from those of every other picture in the page.
const ID = `course-control-${Math.random().toString(36).slice(2)}`;
let idCount = 0;

function element(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

/** Write what a node says, if it is news: written again, it would make the browser lay out the page. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function labelFor(node, text, parent) {
  node.id = `${ID}-${(idCount += 1)}`;
  const label = element("label", "", parent, text);
  label.htmlFor = node.id;
  return label;
}

const ELSEWHERE = "Open in Jupyter to move this.";

/** What a recorded picture has a single stop of cannot be moved there, and says so. */
function rest(input) {
  input.disabled = true;
  input.title = ELSEWHERE;
}

function freeze({ stops }, ...inputs) {
  if (stops?.length === 1) inputs.filter(Boolean).forEach(rest);
}

class SliderView {
  constructor(control, parent, set, tell) {
    Object.assign(this, { control, set });
    const root = element("div", "cc-control", parent);
    root.dataset.name = control.name;
    if (control.switch) {
      this.box = document.createElement("input");
      this.box.type = "checkbox";
      const label = labelFor(this.box, "", root);
      label.append(this.box, control.label);
    }
    this.range = document.createElement("input");
    this.range.type = "range";
    this.range.min = 0;
    // A recorded picture has stops; the one without a place on the way is its switch.
    this.stops = control.stops?.filter((stop) => !control.switch || stop !== control.off);
    if (this.stops) this.range.max = this.stops.length - 1;
    else this.range.max = control.log ? 240 : Math.round((control.high - control.low) / control.step);
    this.range.step = 1;
    if (!control.switch) labelFor(this.range, control.label, root);
    this.number = new NumberBox(control.label, (typed, event, text) => {
      const whole = control.whole ? Math.round(typed) : typed;
      const value = Math.min(control.high, Math.max(control.low, whole));
      this.take(value, event);
      const rounded = whole === typed ? "" : `${control.label} is a whole number: ${text} became ${whole}.`;
      tell(outside(control.label, typed, control.low, control.high, text) || rounded);
      return value;
    }, tell);
    this.boxes = [this.number];
    for (const input of [this.range, this.number.input]) input.setAttribute("aria-label", control.label);
    root.append(this.range, this.number.input);
    freeze(control, this.range, this.number.input, this.box);
    this.range.addEventListener("input", (event) => this.take(this.fromRange(), event));
    this.box?.addEventListener("change", (event) => {
      this.take(this.box.checked ? this.last ?? control.middle : control.off, event);
    });
  }
  fromRange() {
    const { low, high, log, step } = this.control;
    const k = Number(this.range.value);
    if (this.stops) return this.stops[k];
    if (k === 0) return low;
    if (k === Number(this.range.max)) return high;
    if (log) return +(low * (high / low) ** (k / 240)).toPrecision(3);
    // Multiples of the step, free of binary dust.
    return +(Math.round(low / step + k) * step).toPrecision(12);
  }
  toRange(value) {
    const { low, high, log, step } = this.control;
    if (this.stops) return this.stops.findLastIndex((stop) => stop <= value);
    return log ? (240 * Math.log(value / low)) / Math.log(high / low) : (value - low) / step;
  }
  get isOff() { return Boolean(this.control.switch) && this.value === this.control.off; }
  take(value, event) {
    this.show(value);
    this.set(this.control.name, value, event.timeStamp);
  }
  show(value) {
    this.value = value;
    if (this.box) this.box.checked = !this.isOff;
    if (this.range.hidden !== this.isOff) this.range.hidden = this.number.input.hidden = this.isOff;
    if (this.isOff) return;
    this.last = value;
    this.range.value = Math.round(this.toRange(value));
    this.number.show(value);
    this.range.setAttribute("aria-valuetext", short(value));
  }
}

class ChoiceView {
  constructor(control, parent, set) {
    const root = element("div", "cc-control", parent);
    root.dataset.name = control.name;
    this.select = document.createElement("select");
    labelFor(this.select, control.label, root);
    root.append(this.select);
    for (const word of control.words) element("option", "", this.select, word).value = word;
    freeze(control, this.select);
    this.select.addEventListener("change", (event) => set(control.name, this.select.value, event.timeStamp));
  }
  show(value) { this.select.value = value; }
}

class ToggleView {
  constructor(control, parent, set) {
    const root = element("div", "cc-control", parent);
    root.dataset.name = control.name;
    this.box = document.createElement("input");
    this.box.type = "checkbox";
    labelFor(this.box, "", root).append(this.box, control.label);
    freeze(control, this.box);
    this.box.addEventListener("change", (event) => set(control.name, this.box.checked, event.timeStamp));
  }
  show(value) { this.box.checked = value; }
}

const CONTROLS = { slider: SliderView, choice: ChoiceView, toggle: ToggleView };

/** Build all controls, those of a group in a column under its heading. Returns the views by name and the row of the others. */
function buildControls(controls, groups, root, set, tell) {
  const columns = new Map();
  const grouped = new Set(groups.flatMap((group) => group.names));
  const loose = element("div", "cc-controls", root);
  const row = element("div", "cc-groups", root);
  for (const { title, names } of groups) {
    const column = element("div", "cc-column", row);
    column.setAttribute("role", "group");
    column.setAttribute("aria-label", title);
    element("div", "cc-heading", column, title);
    for (const name of names) columns.set(name, column);
  }
  const views = {};
  for (const control of controls) {
    const parent = grouped.has(control.name) ? columns.get(control.name) : loose;
    views[control.name] = new CONTROLS[control.kind](control, parent, set, tell);
  }
  return { views, loose };
}
