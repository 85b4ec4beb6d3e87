// Axes: data coordinates to pixels, and the ticks between them.
// The parts in this folder are joined into one module, in the order canvas.py names them.

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const power = (k) => "10" + String(k).replace(/./g, (c) => SUPERSCRIPT[c]);
const minus = (text) => text.replace(/-/g, "−");

/** Ticks at 1, 2 or 5 times a power of ten: at most `most` of them inside [low, high]. */
function linearTicks(low, high, most) {
  const rough = (high - low) / Math.max(most, 1);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((m) => m * unit >= rough * 0.999);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const large = Math.max(Math.abs(low), Math.abs(high));
  // Labels that would be long are written in units of a power of ten, which the last one carries.
  const shift = large >= 1e5 || large < 1e-2 ? Math.floor(Math.log10(large)) : 0;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    const value = i * step;
    const label = shift ? String(+(value / 10 ** shift).toFixed(decimals + shift < 0 ? 0 : Math.min(decimals + shift, 12))) : value.toFixed(decimals);
    ticks.push({ value, label: minus(label) });
  }
  if (shift) {
    const last = ticks.filter(({ value }) => value !== 0).pop();
    if (last) last.label += "·" + power(shift);
  }
  return ticks;
}

/** Ticks at powers of ten; between them too when the range is short. */
function logTicks(low, high, most) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const ticks = [];
  if (last - first < 1) {
    for (let k = first - 1; k <= last; k++)
      for (const m of [1, 2, 5]) {
        const value = m * 10 ** k;
        if (value >= low * 0.999 && value <= high * 1.001) ticks.push({ value, label: minus(String(+value.toPrecision(1))) });
      }
    return ticks;
  }
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(most, 2)));
  for (let k = last; k >= first; k -= every) ticks.unshift({ value: 10 ** k, label: power(k) });
  return ticks;
}

/** One panel's mapping: `box` is the plot in CSS pixels, `window` [x0, x1, y0, y1] in data units. */
class Axes {
  constructor(panel, window, box) {
    const [x0, x1, y0, y1] = window;
    Object.assign(this, { panel, box, x0, x1, y0, y1 });
  }
  fraction(value, low, high, log) {
    if (log) return Math.log(value / low) / Math.log(high / low);
    return (value - low) / (high - low);
  }
  fromFraction(fraction, low, high, log) {
    return log ? low * (high / low) ** fraction : low + fraction * (high - low);
  }
  toPixels(x, y) {
    const { left, top, width, height } = this.box;
    return [
      left + width * this.fraction(x, this.x0, this.x1, this.panel.log_x),
      top + height * (1 - this.fraction(y, this.y0, this.y1, this.panel.log_y)),
    ];
  }
  toData(px, py) {
    const { left, top, width, height } = this.box;
    const clip = (u) => Math.min(1, Math.max(0, u));
    return [
      this.fromFraction(clip((px - left) / width), this.x0, this.x1, this.panel.log_x),
      this.fromFraction(clip(1 - (py - top) / height), this.y0, this.y1, this.panel.log_y),
    ];
  }
  xTicks() {
    const most = Math.floor(this.box.width / (70 * this.box.type));
    return this.panel.log_x ? logTicks(this.x0, this.x1, most) : linearTicks(this.x0, this.x1, most);
  }
  yTicks() {
    const most = Math.floor(this.box.height / (42 * this.box.type));
    return this.panel.log_y ? logTicks(this.y0, this.y1, most) : linearTicks(this.y0, this.y1, most);
  }
}
