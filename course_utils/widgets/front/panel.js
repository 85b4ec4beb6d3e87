// A panel: title, legend and the canvas that its layers are painted on.

const MARGIN = { left: 66, right: 14, top: 10, bottom: 52 };

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
