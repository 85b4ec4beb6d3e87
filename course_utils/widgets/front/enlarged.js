// A picture enlarged to the whole screen, for the last row of a lecture hall: all of it, type and strokes too.

const NARROW = 360; // pixels a panel before it is scaled: the narrower, the larger its type in the end
const ROOM = 220; // pixels for the column that a step adds to the table

class Enlarged {
  /** `stand` is what fills the screen, `root` the picture in it; `layout()` lays out its panels. */
  constructor(stand, root, layout) {
    Object.assign(this, { stand, root, layout, scale: 1, on: false });
    stand.classList.add("cc-stand");
    this.button = element("button", "cc-enlarge", root, "Enlarge");
    this.button.type = "button";
    this.button.addEventListener("click", () => (this.on ? this.leave() : this.enter()));
    this.fit = () => this.lay();
    this.changed = () => { if (this.on && document.fullscreenElement !== stand) this.shrink(); };
    this.key = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.leave();
    };
  }
  async enter() {
    try {
      await this.stand.requestFullscreen();
      document.addEventListener("fullscreenchange", this.changed);
    } catch {
      // In a frame that may not fill the screen: at least all of the window, above everything in it.
      this.stand.popover = "manual";
      this.stand.showPopover();
    }
    this.on = true;
    this.stand.classList.add("cc-large");
    this.button.textContent = "Back (Esc)";
    addEventListener("resize", this.fit);
    addEventListener("keydown", this.key, true);
    this.lay();
  }
  leave() {
    if (document.fullscreenElement === this.stand) document.exitFullscreen(); // and `changed` does the rest
    else this.shrink();
  }
  shrink() {
    if (this.stand.popover) { this.stand.hidePopover(); this.stand.removeAttribute("popover"); }
    this.remove();
    this.on = false;
    this.scale = 1;
    this.stand.classList.remove("cc-large");
    this.button.textContent = "Enlarge";
    Object.assign(this.root.style, { width: "", transform: "" });
    this.layout();
  }
  remove() {
    document.removeEventListener("fullscreenchange", this.changed);
    removeEventListener("resize", this.fit);
    removeEventListener("keydown", this.key, true);
  }
  /** Lay the picture out in narrow panels, then scale it until it fills the screen. */
  lay() {
    const { style } = this.root;
    const panels = this.root.querySelectorAll(".cc-panel").length;
    const table = this.root.querySelector("table")?.offsetWidth ?? 0;
    // On a screen that is narrower, a telephone's, it stays what it was there: one panel beneath the other.
    const width = Math.min(Math.max(NARROW * panels, table + ROOM, 1.6 * NARROW) + 2 * GAP, this.stand.clientWidth);
    Object.assign(style, { width: `${width}px`, transform: "" });
    this.scale = 1;
    this.layout();
    const room = [this.stand.clientWidth / width, this.stand.clientHeight / this.root.offsetHeight];
    this.scale = Math.max(1, Math.min(...room));
    const left = Math.max(0, (this.stand.clientWidth - this.scale * width) / 2);
    style.transform = `translate(${left}px, 0) scale(${this.scale})`;
    this.layout();
  }
}
