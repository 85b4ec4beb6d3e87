// A recorded picture: answers what the reader moves by the nearest of its frames, without Python.

/** Reads a pack as `packing.py` writes it; `compressed` is its bytes. */
async function unpack(compressed) {
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const raw = await new Response(stream).arrayBuffer();
  const length = new DataView(raw).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(raw, 4, length)));
  const n = header.chunks.reduce((sum, count) => sum + count, 0);
  let at = 4 + length;
  const points = new Float32Array(2 * n);
  const wholes = [0, 1].map(() => {
    const [low, high] = [new Uint8Array(raw, at, n), new Uint8Array(raw, at + n, n)];
    at += 2 * n;
    const whole = new Int16Array(n);
    let k = 0;
    for (const count of header.chunks)
      for (let i = 0; i < count; i++, k++) {
        const folded = low[k] | (high[k] << 8);
        whole[k] = (i ? whole[k - 1] : 0) + ((folded >> 1) ^ -(folded & 1)); // modulo 2¹⁶
      }
    return whole;
  });
  wholes.forEach((whole, axis) => {
    const far = new Float32Array(raw.slice(at, at + 4 * header.far[axis]));
    at += 4 * header.far[axis];
    let next = 0;
    for (let k = 0; k < n; k++)
      points[2 * k + axis] = whole[k] === -32768 ? NaN : whole[k] === -32767 ? far[next++] : whole[k] * header.quantum;
  });
  let begin = 0;
  const chunks = header.chunks.map((count) => points.subarray(2 * begin, 2 * (begin += count)));
  const blobs = header.grounds_at.map((size) => new Uint8Array(raw, (at += size) - size, size));
  return { header, chunks, blobs };
}

/** A ground's bytes from their differences across and down, as `packing.py` writes them. */
function raised(differences, columns) {
  const shade = differences.slice();
  for (let k = columns; k < shade.length; k++) shade[k] += shade[k - columns];
  for (let k = 0; k < shade.length; k++) if (k % columns) shade[k] += shade[k - 1];
  return shade;
}

const FAR = 1 / 3; // of a window: a handle that is further from where the reader wants it is not kept there
const LEFT = 1 / 12; // of a window or a turn: a handle that springs back although it was dragged further seems to be stuck
const NAMED = 3; // parts that a sentence names

/** Stands in for the model of a live picture: the same traits and messages. */
class Recorded {
  constructor({ header, chunks, blobs }) {
    Object.assign(this, { header, chunks, listeners: {} });
    this.cached = header.grounds.map((ground) => ({
      ...ground, lines: chunks[ground.lines], shade: raised(blobs[ground.shade], ground.columns), palette: blobs[ground.palette],
    }));
    this.axes = byName(header.axes);
    this.wanted = new Map(); // name → where the reader has last put it, on each of its axes; the latest last
    this.traits = {
      alt: header.alt,
      panel_list: header.panels,
      handle_list: header.handles.map((handle) => ({ ...handle, rests: this.axes.get(handle.name).every(({ units }) => units.length === 1) })),
      control_list: header.controls.map((control) => ({ ...control, stops: this.axes.get(control.name)[0].values })),
      groups: header.groups,
      recorded: header.states.length,
    };
    this.count = 0;
    this.from = null; // where the handle that is dragged was when the reader took it
    this.show(0, []);
  }
  get(name) { return this.traits[name]; }
  on(event, listener) { this.listeners[event] = listener; }
  off(event) { delete this.listeners[event]; }
  /** How far it is to the next stop of a handle while all else stays: a fraction of the window along each coordinate, degrees on a circle. */
  spacing(name) {
    const { axes, states } = this.header, now = states[this.at];
    const reached = states.filter((state) => axes.every((axis, a) => axis.name === name || state[a] === now[a]));
    return this.axes.get(name).map(({ number, part, units }) => {
      const stops = [...new Set(reached.map((state) => state[number]))].sort((a, b) => a - b).map((stop) => units[stop]);
      if (stops.length < 2) return beyond(part, units, units[now[number]]);
      if (part === "point") return Math.hypot(...[0, 1].map((k) => stops[0][k] - stops[1][k]));
      const gaps = stops.slice(1).map((unit, k) => unit - stops[k]);
      return part === "angle" ? 360 * Math.max(...gaps, stops[0] + 1 - stops.at(-1)) : Math.max(...gaps);
    });
  }
  /** Show frame `k`; `aside` says what the reader would not expect of it. */
  show(k, reply, aside = "") {
    this.at = k;
    const { header, chunks } = this;
    const text = (column) => JSON.parse(header.texts[header.frames[column][k]]);
    const own = header.frames.chunks[k].map((chunk) => chunks[chunk]);
    const data = new Float32Array(own.reduce((sum, chunk) => sum + chunk.length, 0));
    const windows = text("windows");
    let first = 0, next = 0;
    const panels = text("look").panels.map((layers, i) => ({
      window: windows[i],
      layers: layers.map((layer) => {
        const chunk = own[next++], n = chunk.length / 2;
        data.set(chunk, 2 * first);
        first += n;
        return { ...layer, first: first - n, n };
      }),
    }));
    const controls = {};
    header.axes.forEach(({ name, part, values }, a) => { if (part === "value") controls[name] = values[header.states[k][a]]; });
    this.count += 1;
    const words = text("words");
    this.traits.frame = { count: this.count, reply, panels, data, handles: text("places"), controls, ...words, aside };
    for (const handle of this.traits.handle_list) handle.spacing = this.spacing(handle.name);
    const grounds = header.frames.grounds[k].map((number) => this.cached[number] ?? null);
    const changed = grounds.some((ground, i) => ground !== this.traits.grounds?.[i]);
    this.traits.grounds = grounds;
    if (changed) this.listeners["change:grounds"]?.();
    this.listeners["change:frame"]?.();
  }
  /** Answer a message of the front end, soon, as a kernel would. */
  send({ view, seq, handles, controls }) {
    queueMicrotask(() => {
      const asked = new Set([...Object.keys(controls), ...Object.keys(handles)]);
      for (const [name, value] of Object.entries({ ...controls, ...handles })) {
        this.wanted.delete(name);
        this.wanted.set(name, this.axes.get(name).map((axis) => (axis.part === "value" ? this.unitOf(axis, value) : this.place(axis, value))));
      }
      const best = this.nearest(asked);
      const aside = this.aside(best, asked);
      // Where a part has snapped to is where the reader has put it.
      for (const name of asked) this.wanted.set(name, this.axes.get(name).map(({ number, units }) => units[this.header.states[best][number]]));
      this.show(best, [view, seq], aside);
    });
  }
  /** Where each part should be, as the reader has last put it and else as it was first, and how much that counts: what is asked for now most, then the latest. */
  wishes(asked) {
    const latest = [...this.wanted.keys()].reverse();
    return [...this.axes].map(([name, axes]) => {
      const rank = latest.indexOf(name);
      const untouched = 2 ** -latest.length / this.axes.size;
      const units = this.wanted.get(name) ?? axes.map(({ number, units }) => units[this.header.states[0][number]]);
      return {
        name, axes, units,
        limits: axes.map((axis, i) => limit(axis, units[i])),
        weight: asked.has(name) ? 4 : rank < 0 ? untouched : 2 ** -rank,
      };
    });
  }
  /** The recorded state in which the parts that count most are as they should be; among those alike, the nearest. */
  nearest(asked) {
    const wishes = this.wishes(asked);
    let best = 0, least = [Infinity, Infinity];
    this.header.states.forEach((state, k) => {
      let missed = 0, far = 0;
      for (const wish of wishes) {
        const squares = distances(wish, state);
        if (misses(wish, squares)) missed += wish.weight;
        far += wish.weight * Math.min(1, squares.reduce((sum, square) => sum + square));
        if (missed > least[0]) return;
      }
      if (missed < least[0] || far < least[1]) [best, least] = [k, [missed, far]];
    });
    return best;
  }
  /** What of a state the reader would not expect, in sentences: the recording has no better one. */
  aside(k, asked) {
    const state = this.header.states[k], places = JSON.parse(this.header.texts[this.header.frames.places[k]]);
    const refused = [], stuck = [], moved = [];
    for (const wish of this.wishes(asked)) {
      const squares = distances(wish, state);
      if (!asked.has(wish.name)) {
        if (squares.some((square) => square > 1e-9)) moved.push(wish.name);
      } else if (misses(wish, squares)) refused.push(wish.name);
      else if (this.from && squares.some((square) => square > LEFT ** 2)) {
        const { at } = places[this.header.handles.findIndex(({ name }) => name === wish.name)];
        if (at.every((x, i) => x === this.from[i])) stuck.push(wish.name);
      }
    }
    return [
      refused.length && `${this.titles(refused)} could not be set: the recording has no such state.`,
      stuck.length && `Here ${this.titles(stuck)} was recorded at few places: drag it further.`,
      moved.length && `The recording has no such state, so this moved too: ${this.titles(moved)}.`,
    ].filter(Boolean).join(" ");
  }
  /** What some parts are called, in a sentence. */
  titles(names) {
    const known = names.map((name) => this.title(name));
    if (known.length > NAMED) known.splice(NAMED, known.length, "others");
    return known.length < 2 ? known.join("") : `${known.slice(0, -1).join(", ")} and ${known.at(-1)}`;
  }
  /** What a part is called in the picture, with the heading above it, or the panel where others are called the same. */
  title(name) {
    const { handles, controls, groups, panels } = this.header;
    const { label, panel } = [...handles, ...controls].find((part) => part.name === name);
    const group = groups.find(({ names }) => names.includes(name));
    const twin = handles.some((other) => other.label === label && other.name !== name);
    if (panel !== undefined && twin) return `“${label}” in “${panels[panel].title}”`;
    return `“${group ? `${group.title}: ` : ""}${label}”`;
  }
  /** Where the stop of a control is that is nearest to a value. */
  unitOf({ name, values, units }, value) {
    const at = values.indexOf(value);
    if (at >= 0) return units[at];
    const { low, high, log } = this.header.controls.find((control) => control.name === name);
    const unit = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return units.reduce((best, one) => (Math.abs(one - unit) < Math.abs(best - unit) ? one : best));
  }
  /** Where a position of a handle is on one of its axes. */
  place({ name, part, window, log_x, log_y, start }, [x, y]) {
    if (part === "angle") {
      const i = this.header.handles.findIndex((handle) => handle.name === name);
      const [cx, cy] = this.traits.frame.handles[i].centre;
      return (Math.atan2(y - cy, x - cx) - start) / (2 * Math.PI);
    }
    const [x0, x1, y0, y1] = window;
    const share = (value, low, high, log) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
    const unit = [share(x, x0, x1, log_x), share(y, y0, y1, log_y)];
    return part === "point" ? unit : unit["xy".indexOf(part)];
  }
}

/** The square of how far two places on an axis are apart. */
function apart({ part }, a, b) {
  if (part === "point") return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
  const way = a - b;
  return (part === "angle" ? way - Math.round(way) : way) ** 2;
}

/** The squares of how far a part is from where it should be in a state, along each of its axes. */
const distances = ({ axes, units }, state) => axes.map((axis, i) => apart(axis, axis.units[state[axis.number]], units[i]));

/** How far that may be, squared: a control has to be at its stop, a handle nearby, or at the nearest stop that it has. */
function limit(axis, unit) {
  if (axis.part === "value") return 1e-9;
  return Math.max(FAR ** 2, Math.min(...axis.units.map((stop) => apart(axis, stop, unit))) + 1e-9);
}

/** Whether a part is too far from where it should be. */
const misses = ({ limits }, squares) => squares.some((square, i) => square > limits[i]);

/** How far to move a part that no state reaches while all else stays, so that something else gives way: to the next stop at least. */
function beyond(part, units, here) {
  if (part === "angle") return 360 * FAR;
  if (part === "point") return 1.05 * FAR;
  const below = Math.max(...units.filter((stop) => stop < here)), above = Math.min(...units.filter((stop) => stop > here));
  return Math.max(1.05 * FAR, ...[here - below, above - here].filter(Number.isFinite));
}

/** Name → its axes, each with its number. */
function byName(axes) {
  const parts = new Map();
  axes.forEach((axis, number) => parts.set(axis.name, [...(parts.get(axis.name) ?? []), { ...axis, number }]));
  return parts;
}

/** Show the recording in `pack` (bytes) in the element `el`. */
export async function play(el, pack, type) {
  const model = new Recorded(await unpack(pack));
  return render({ model, el, style: "", type });
}
