// Requests: the latest position wins. One request is under way at a time; newer positions overwrite
// the waiting one, so a fast drag never queues up, and the last position is always sent.

const PATIENCE = 15000; // ms after which a request counts as lost (the kernel was restarted, say)

class Requests {
  constructor(model) {
    this.model = model;
    this.view = Math.random().toString(36).slice(2);
    this.seq = 0;
    this.underWay = null;
    this.waiting = null;
    this.refused = false;
  }
  /** Ask Python for handle positions or control values; `moved` is when the reader moved (ms). */
  ask({ handles, controls }, moved) {
    this.waiting = {
      handles: { ...this.waiting?.handles, ...handles },
      controls: { ...this.waiting?.controls, ...controls },
      moved,
    };
    if (!this.underWay || this.refused || performance.now() - this.underWay.sent > PATIENCE) this.post();
  }
  post() {
    const { handles, controls, moved } = this.waiting;
    this.waiting = null;
    this.seq += 1;
    this.underWay = { seq: this.seq, handles, controls, moved, sent: performance.now() };
    try {
      this.model.send({ kind: "move", view: this.view, seq: this.seq, handles, controls });
      this.refused = false;
    } catch {
      this.refused = true; // the kernel that knew this picture is gone
    }
  }
  /** Take Python's answer; returns the request it belongs to, or null if it was not ours. */
  answered([view, seq]) {
    if (view !== this.view || !this.underWay || seq !== this.underWay.seq) return null;
    const request = this.underWay;
    this.underWay = null;
    if (this.waiting) this.post();
    return request;
  }
  /** Is a newer value of this handle or control still on its way? */
  busy(kind, name) {
    return [this.underWay, this.waiting].some((request) => request && name in request[kind]);
  }
}
