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

const UNLIKE = { moved: 1e6, control: 1e4, moving: 10, handle: 1 }; // how much each kind of difference counts

/** Stands in for the model of a live picture: the same traits and messages. */
class Recorded {
  constructor({ header, chunks, blobs }) {
    Object.assign(this, { header, chunks, listeners: {} });
    this.cached = header.grounds.map((ground) => ({
      ...ground, lines: chunks[ground.lines], shade: blobs[ground.shade], palette: blobs[ground.palette],
    }));
    const stops = byName(header.axes);
    this.traits = {
      alt: header.alt,
      panel_list: header.panels,
      handle_list: header.handles.map((handle) => ({ ...handle, spacing: this.spacing(stops[handle.name]) })),
      control_list: header.controls.map((control) => ({ ...control, stops: stops[control.name][0].values })),
      groups: header.groups,
      recorded: header.states.length,
    };
    this.count = 0;
    this.show(0, []);
  }
  get(name) { return this.traits[name]; }
  on(event, listener) { this.listeners[event] = listener; }
  off(event) { delete this.listeners[event]; }
  /** How far it is to the next stop: a fraction of the window along each coordinate, degrees on a circle. */
  spacing(axes) {
    return axes.map(({ part, units }) => {
      if (part === "angle") return 360 / units.length;
      if (part === "point") return Math.hypot(...[0, 1].map((k) => units[0][k] - units[1]?.[k] || 0));
      return units.length > 1 ? Math.max(...units.slice(1).map((unit, k) => unit - units[k])) : 1;
    });
  }
  show(k, reply) {
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
    this.traits.frame = { count: this.count, reply, panels, data, handles: text("places"), controls, ...text("words") };
    const grounds = header.frames.grounds[k].map((number) => this.cached[number] ?? null);
    const changed = grounds.some((ground, i) => ground !== this.traits.grounds?.[i]);
    this.traits.grounds = grounds;
    if (changed) this.listeners["change:grounds"]?.();
    this.listeners["change:frame"]?.();
  }
  /** Answer a message of the front end, soon, as a kernel would. */
  send({ view, seq, handles, controls }) {
    queueMicrotask(() => this.show(this.nearest(handles, controls), [view, seq]));
  }
  /** The recorded state that is nearest to what is asked for, and else to the one that is shown. */
  nearest(handles, controls) {
    const { axes, states } = this.header;
    const now = states[this.at];
    const wanted = axes.map((axis, a) => {
      const { name, part, units } = axis;
      if (part === "value") {
        if (!(name in controls)) return { unit: units[now[a]], weight: UNLIKE.control };
        return { unit: this.unitOf(axis, controls[name]), weight: UNLIKE.moved };
      }
      if (!(name in handles)) return { unit: units[now[a]], weight: UNLIKE.handle };
      return { unit: this.place(axis, handles[name]), weight: UNLIKE.moving };
    });
    let best = this.at, least = Infinity;
    states.forEach((state, k) => {
      let cost = 0;
      for (let a = 0; a < axes.length && cost < least; a++) cost += wanted[a].weight * apart(axes[a], axes[a].units[state[a]], wanted[a].unit);
      if (cost < least) [best, least] = [k, cost];
    });
    return best;
  }
  /** Where a value of a control is on its way. */
  unitOf({ name, values, units }, value) {
    const at = values.indexOf(value);
    if (at >= 0) return units[at];
    const { low, high, log } = this.header.controls.find((control) => control.name === name);
    return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
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

function byName(axes) {
  const groups = {};
  for (const axis of axes) (groups[axis.name] ??= []).push(axis);
  return groups;
}

/** Show the recording in `pack` (bytes) in the element `el`. */
export async function play(el, pack, type) {
  const model = new Recorded(await unpack(pack));
  return render({ model, el, style: "", type });
}
