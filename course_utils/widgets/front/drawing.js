// Drawing: layers, ground, axes and legend samples, from unit coordinates to pixels.

const DASHES = { solid: [], dash: [9, 5], dot: [2, 4], dashdot: [10, 4, 2, 4], longdash: [16, 5] };
const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
const SMALLEST = 13; // pixels of type, before it is enlarged
const numberFont = (type) => `${SMALLEST * type}px ${FONT}`; // along the axes
const INK = "#222";
const FAINT = "#e3e3e3";

const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

const PLUS = [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]];

/** Trace a marker of radius r around (x, y). */
const MARKERS = {
  circle: (c, x, y, r) => { c.moveTo(x + r, y); c.arc(x, y, r, 0, 2 * Math.PI); },
  square: (c, x, y, r) => c.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r),
  diamond: (c, x, y, r) => polygon(c, x, y, [[0, -1.25 * r], [1.25 * r, 0], [0, 1.25 * r], [-1.25 * r, 0]]),
  triangle: (c, x, y, r) => polygon(c, x, y, [[0, -1.15 * r], [1.1 * r, 0.85 * r], [-1.1 * r, 0.85 * r]]),
  down: (c, x, y, r) => polygon(c, x, y, [[0, 1.15 * r], [1.1 * r, -0.85 * r], [-1.1 * r, -0.85 * r]]),
  star: (c, x, y, r) => polygon(c, x, y, Array.from({ length: 10 }, (_, i) => {
    const a = (Math.PI * i) / 5, s = (i % 2 ? 0.6 : 1.5) * r;
    return [s * Math.sin(a), -s * Math.cos(a)];
  })),
  plus: (c, x, y, r) => polygon(c, x, y, PLUS.map(([a, b]) => [a * r, b * r])),
  cross: (c, x, y, r) => polygon(c, x, y, PLUS.map(([a, b]) => [(a - b) * 0.75 * r, (a + b) * 0.75 * r])),
};
function polygon(c, x, y, corners) {
  corners.forEach(([dx, dy], i) => (i ? c.lineTo(x + dx, y + dy) : c.moveTo(x + dx, y + dy)));
  c.closePath();
}

function marker(c, shape, x, y, r, color, hollow = false) {
  c.setLineDash([]);
  c.beginPath();
  MARKERS[shape](c, x, y, r);
  c.lineJoin = "miter";
  c.lineWidth = hollow ? 1.6 : 1.2;
  c.strokeStyle = hollow ? color : "white";
  c.fillStyle = hollow ? "white" : color;
  c.fill();
  c.stroke();
}

/** Where the k-th point is, in pixels. */
const place = (data, k, box) => [box.left + box.width * data[2 * k], box.top + box.height * (1 - data[2 * k + 1])];

/** Trace points [start, end) of unit coordinates as a polyline; a NaN lifts the pen. */
function trace(c, data, start, end, box) {
  let down = false;
  c.beginPath();
  for (let i = start; i < end; i++) {
    const x = data[2 * i], y = data[2 * i + 1];
    if (Number.isNaN(x) || Number.isNaN(y)) { down = false; continue; }
    const px = box.left + box.width * x, py = box.top + box.height * (1 - y);
    if (down) c.lineTo(px, py); else c.moveTo(px, py);
    down = true;
  }
}

function arrow(c, x0, y0, x1, y1, layer) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!(length > 0.5)) return;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const head = Math.min(6 + 2.2 * layer.width, 0.6 * length);
  c.setLineDash(DASHES[layer.dash]);
  c.beginPath();
  c.moveTo(x0, y0);
  c.lineTo(x1 - ux * head * 0.8, y1 - uy * head * 0.8);
  c.stroke();
  c.setLineDash([]);
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x1 - ux * head - uy * head * 0.45, y1 - uy * head + ux * head * 0.45);
  c.lineTo(x1 - ux * head + uy * head * 0.45, y1 - uy * head - ux * head * 0.45);
  c.closePath();
  c.fill();
}

const PAINT = {
  line(c, layer, data, first, box, halo) {
    const last = first + layer.n;
    if (layer.width > 0) {
      trace(c, data, first, last, box);
      if (layer.fill) { c.globalAlpha = layer.fill; c.fillStyle = layer.color; c.fill(); c.globalAlpha = layer.opacity; }
      c.lineJoin = "round";
      if (halo) { c.setLineDash([]); c.strokeStyle = "rgba(255,255,255,0.75)"; c.lineWidth = layer.width + 2.5; c.stroke(); }
      c.setLineDash(DASHES[layer.dash]);
      c.strokeStyle = layer.color;
      c.lineWidth = layer.width;
      c.stroke();
    }
    if (!layer.marker) return;
    for (let i = first; i < last; i += layer.every) {
      const [x, y] = place(data, i, box);
      if (!Number.isNaN(x + y)) marker(c, layer.marker, x, y, layer.size, layer.color, layer.hollow);
    }
  },
  arrow(c, layer, data, first, box) {
    c.strokeStyle = c.fillStyle = layer.color;
    c.lineWidth = layer.width;
    for (let i = first; i < first + layer.n; i += 2) {
      arrow(c, ...place(data, i, box), ...place(data, i + 1, box), layer);
    }
  },
  bars(c, layer, data, first, box) {
    c.fillStyle = layer.color;
    c.strokeStyle = "white";
    c.lineWidth = 0.7;
    c.setLineDash([]);
    for (let i = first; i < first + layer.n; i += 2) {
      const x0 = box.left + box.width * data[2 * i], x1 = box.left + box.width * data[2 * i + 2];
      const y0 = box.top + box.height * (1 - data[2 * i + 1]), y1 = box.top + box.height * (1 - data[2 * i + 3]);
      if (y0 === y1) continue;
      c.fillRect(x0, y1, x1 - x0, y0 - y1);
      c.strokeRect(x0, y1, x1 - x0, y0 - y1);
    }
  },
  text(c, layer, data, first, box) {
    const x = box.left + box.width * data[2 * first], y = box.top + box.height * (1 - data[2 * first + 1]);
    if (Number.isNaN(x + y)) return;
    const size = box.type > 1 ? Math.max(layer.size, SMALLEST) : layer.size; // enlarged, all can be read from afar
    c.font = `${size * box.type}px ${FONT}`;
    c.textAlign = layer.anchor;
    c.textBaseline = "middle";
    c.setLineDash([]);
    c.lineWidth = 4;
    c.lineJoin = "round";
    c.strokeStyle = "rgba(255,255,255,0.85)";
    c.strokeText(layer.text, x, y);
    c.fillStyle = layer.color;
    c.fillText(layer.text, x, y);
  },
};

/** The shaded landscape with its contour lines, drawn once for each ground and size. */
function paintGround(ground, box, ratio) {
  const { columns, rows } = ground;
  const shade = bytes(ground.shade), palette = bytes(ground.palette);
  const image = new ImageData(columns, rows);
  for (let i = 0; i < shade.length; i++) {
    image.data.set(palette.subarray(3 * shade[i], 3 * shade[i] + 3), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  const small = new OffscreenCanvas(columns, rows);
  small.getContext("2d").putImageData(image, 0, 0);
  const full = new OffscreenCanvas(Math.ceil(box.width * ratio), Math.ceil(box.height * ratio));
  const c = full.getContext("2d");
  c.scale(ratio, ratio);
  c.imageSmoothingQuality = "high";
  c.imageSmoothingEnabled = !ground.cells;
  // Samples sit on the edges of the window, so half a cell hangs over on every side; cells fill it.
  const [dx, dy] = ground.cells ? [0, 0] : [box.width / (columns - 1) / 2, box.height / (rows - 1) / 2];
  c.drawImage(small, -dx, -dy, box.width + 2 * dx, box.height + 2 * dy);
  const lines = floats(ground.lines);
  trace(c, lines, 0, lines.length / 2, { left: 0, top: 0, width: box.width, height: box.height });
  c.strokeStyle = "rgba(40,60,90,0.42)";
  c.lineWidth = 0.9;
  c.stroke();
  return full;
}

function paintAxes(c, axes, panel, grid) {
  const { left, top, width, height, type } = axes.box;
  const [xs, ys] = [axes.xTicks(), axes.yTicks()];
  if (grid) {
    c.strokeStyle = FAINT;
    c.lineWidth = 1;
    c.setLineDash([]);
    c.beginPath();
    for (const { value } of xs) { const x = axes.toPixels(value, axes.y0)[0]; c.moveTo(x, top); c.lineTo(x, top + height); }
    for (const { value } of ys) { const y = axes.toPixels(axes.x0, value)[1]; c.moveTo(left, y); c.lineTo(left + width, y); }
    c.stroke();
    return;
  }
  c.setLineDash([]);
  c.strokeStyle = "#666";
  c.lineWidth = 1;
  c.strokeRect(left, top, width, height);
  c.beginPath();
  c.fillStyle = INK;
  c.font = numberFont(type);
  c.textAlign = "center";
  c.textBaseline = "top";
  for (const { value, label } of xs) {
    const x = axes.toPixels(value, axes.y0)[0];
    c.moveTo(x, top + height); c.lineTo(x, top + height + 4);
    const rest = left + width + type * MARGIN.right - c.measureText(label).width / 2; // a long last label stays inside
    c.fillText(label, Math.min(x, rest), top + height + 7 * type);
  }
  c.textAlign = "right";
  c.textBaseline = "middle";
  for (const { value, label } of ys) {
    const y = axes.toPixels(axes.x0, value)[1];
    c.moveTo(left, y); c.lineTo(left - 4, y);
    c.fillText(label, left - 7 * type, y);
  }
  c.stroke();
  c.font = `${15 * type}px ${FONT}`;
  c.textAlign = "center";
  c.textBaseline = "alphabetic";
  // What is longer than the panel has room for is set narrower.
  c.fillText(panel.x, left + width / 2, top + height + 42 * type, width + 2 * type * MARGIN.right);
  c.save();
  c.translate(16 * type, top + height / 2);
  c.rotate(-Math.PI / 2);
  c.fillText(panel.y, 0, 0, height + 2 * type * MARGIN.top);
  c.restore();
}

const FADED = 0.25; // of a run after the step at which time stands

/** Paint a run: up to where time stands in full, after it faded. */
function paintRun(c, layer, data, box, ground, time) {
  if (time.at === null) { PAINT.line(c, layer, data, layer.first, box, ground); return; }
  c.globalAlpha = layer.opacity * FADED;
  PAINT.line(c, { ...layer, marker: null, fill: 0 }, data, layer.first, box, false);
  c.globalAlpha = layer.opacity;
  PAINT.line(c, { ...layer, n: pointOf(layer, time.at) + 1 }, data, layer.first, box, ground);
}

/** Put a ring around where a run is at the marked step. */
function ring(c, layer, data, box, step) {
  const i = pointOf(layer, step);
  if (i < 0) return;
  const [x, y] = place(data, layer.first + i, box);
  if (Number.isNaN(x + y)) return;
  c.setLineDash([]);
  for (const [style, width] of [["white", 6], [INK, 2.5]]) {
    c.strokeStyle = style;
    c.lineWidth = width;
    c.beginPath();
    c.arc(x, y, 9, 0, 2 * Math.PI);
    c.stroke();
  }
  marker(c, layer.marker ?? "circle", x, y, 4.5, layer.color);
}

/** Paint a whole panel on the context `c` (already scaled to CSS pixels). */
function paintPanel(c, { axes, panel, layers, data, ground, time }) {
  const { left, top, width, height } = axes.box;
  c.fillStyle = "white";
  c.fillRect(0, 0, c.canvas.width, c.canvas.height);
  c.save();
  c.beginPath();
  c.rect(left, top, width, height);
  c.clip();
  if (ground) c.drawImage(ground, left, top, width, height);
  else paintAxes(c, axes, panel, true);
  for (const layer of layers) {
    c.globalAlpha = layer.opacity;
    if (layer.run) paintRun(c, layer, data, axes.box, ground, time);
    else PAINT[layer.kind](c, layer, data, layer.first, axes.box, ground);
  }
  c.globalAlpha = 1;
  if (time.marked !== null)
    for (const layer of layers) if (layer.run) ring(c, layer, data, axes.box, time.marked);
  c.restore();
  paintAxes(c, axes, panel, false);
}

/** A legend sample: the line with its dash and marker, as in the picture. */
function legendSample(layer) {
  const [width, height] = [38, 16];
  const canvas = document.createElement("canvas");
  const ratio = 2;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.cssText = `width:${width}px;height:${height}px`;
  const c = canvas.getContext("2d");
  c.scale(ratio, ratio);
  c.globalAlpha = layer.opacity;
  const box = { left: 0, top: 0, width, height };
  if (layer.kind === "bars") { c.fillStyle = layer.color; c.fillRect(10, 3, 18, 11); }
  else if (layer.kind === "arrow") { c.strokeStyle = c.fillStyle = layer.color; c.lineWidth = layer.width; arrow(c, 2, 8, 36, 8, layer); }
  else {
    PAINT.line(c, { ...layer, n: 2, marker: null, fill: 0 }, new Float32Array([0.02, 0.5, 0.98, 0.5]), 0, box, false);
    if (layer.marker) marker(c, layer.marker, width / 2, height / 2, Math.min(layer.size, 5.5), layer.color, layer.hollow);
  }
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}
