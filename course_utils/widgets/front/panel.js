// A panel: title, legend and the canvas that its layers are painted on.

const MARGIN = { left: 66, right: 14, top: 10, bottom: 52 }; // for type of its own size, as all pixels of type
const BESIDE = 28; // pixels for an axis' name, left of its numbers, and for what stays free around both
const NEAR = 22; // pixels from a pointer to the step that it means

/** A name that may go on in the next line where its settings begin: GradientDescent(η=0.1). */
function breakable(name) {
  const text = element("span");
  const parts = name.split(/(?<=\()/);
  text.append(...parts.flatMap((part, k) => (k ? [document.createElement("wbr"), part] : [part])));
  return text;
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
    this.left = MARGIN.left;
    this.legendText = "";
  }
  /** Make the room that the numbers along the vertical axis need; whether there was too little. It never becomes less, so that a drag shakes nothing. */
  makeRoom({ window }) {
    if (!this.box) return false;
    this.context.font = numberFont(this.box.type);
    const widths = new Axes(this.panel, window, this.box).yTicks().map(({ label }) => this.context.measureText(label).width);
    const left = Math.ceil(Math.max(0, ...widths) / this.box.type) + BESIDE;
    if (left <= this.left) return false;
    this.left = left;
    return true;
  }
  /** Lay out anew, the canvas `width` wide in a panel of `share`; `ratio` is that of the screen's pixels to the panel's own, `type` how much larger type is. */
  resize(share, width, plotHeight, ratio, type) {
    const height = plotHeight + type * (MARGIN.top + MARGIN.bottom);
    const size = [share, width, height, ratio, this.left].join();
    if (size === this.size) return;
    this.size = size;
    this.ratio = ratio;
    const [left, top] = [type * this.left, type * MARGIN.top];
    this.box = { left, top, width: width - left - type * MARGIN.right, height: plotHeight, type };
    this.root.style.width = `${share}px`;
    this.root.style.setProperty("--left", `${left}px`);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.painted = null;
  }
  setGround(ground) {
    this.ground = ground;
    this.painted = null;
  }
  /** Where a pointer is, in the panel's own pixels: an enlarged picture is scaled. */
  locate(event) {
    const stage = this.stage.getBoundingClientRect();
    const scale = stage.width / this.stage.offsetWidth;
    return [(event.clientX - stage.left) / scale, (event.clientY - stage.top) / scale];
  }
  /** The step of the run that passes nearest to a pointer; null if none is near. */
  stepNear(event, { layers }, data) {
    const [px, py] = this.locate(event);
    let nearest = NEAR ** 2, step = null;
    for (const layer of layers.filter(({ run }) => run)) {
      for (let i = 0; i < layer.n; i++) {
        const [x, y] = place(data, layer.first + i, this.box);
        const squared = (x - px) ** 2 + (y - py) ** 2;
        if (squared < nearest) [nearest, step] = [squared, stepOf(layer, i)];
      }
    }
    return step;
  }
  /** What a run's line shows up and down at a step, in words. */
  valueAt(layer, data, step) {
    const i = layer.first + Math.max(0, pointOf(layer, step));
    const fraction = data[2 * i + 1], { y0, y1 } = this.axes, { log_y } = this.panel;
    if (log_y && Number.isNaN(fraction)) return "≤ 0"; // a loss that has reached its minimum, for one
    return pretty(this.axes.fromFraction(fraction, y0, y1, log_y));
  }
  paint({ window, layers }, data, time) {
    if (!this.box) return;
    this.axes = new Axes(this.panel, window, this.box);
    if (this.ground && !this.painted) this.painted = paintGround(this.ground, this.box, this.ratio);
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    paintPanel(this.context, { axes: this.axes, panel: this.panel, layers, data, ground: this.painted, time });
    const named = layers.filter((layer) => layer.label);
    const text = JSON.stringify(named.map(({ first, n, steps, ...style }) => style));
    if (text === this.legendText) return;
    this.legendText = text;
    this.legend.replaceChildren(...named.map((layer) => {
      const entry = element("span", "cc-entry");
      entry.append(legendSample(layer), breakable(layer.label));
      return entry;
    }));
  }
}
