// A picture enlarged to the whole screen, for the last row of a lecture hall: its panels first, type and strokes too.

const WIDTHS = [420, 360, 320]; // pixels a panel before it is scaled, the first that the screen's height limits: the narrower, the larger its type
const SIDE = 320; // pixels beside the panels, before they are scaled, that controls and table have room in
const EDGE = 12; // pixels around all

class Enlarged {
  /** `stand` is what fills the screen, `root` the picture in it; `layout()` lays out its panels. */
  constructor(stand, root, layout) {
    Object.assign(this, { stand, root, layout, scale: 1, wide: null, on: false });
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
    this.stand.scrollTop = 0;
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
    this.wide = null;
    this.stand.classList.remove("cc-large");
    this.root.classList.remove("cc-beside", "cc-beneath");
    this.button.textContent = "Enlarge";
    Object.assign(this.root.style, { width: "", transform: "" });
    this.root.querySelector(".cc-main").style.width = "";
    this.layout();
  }
  remove() {
    document.removeEventListener("fullscreenchange", this.changed);
    removeEventListener("resize", this.fit);
    removeEventListener("keydown", this.key, true);
  }
  /** Lay the panels out narrow, then scale them until they fill the screen; what sets them stands beside them or beneath. */
  lay() {
    const { stand, root } = this, { style, classList } = root;
    const main = root.querySelector(".cc-main"), panels = main.querySelectorAll(".cc-panel").length;
    const [width, height] = [stand.clientWidth, stand.clientHeight];
    classList.remove("cc-beside", "cc-beneath");
    style.transform = "";
    this.scale = 1;
    let across, down;
    for (this.wide of WIDTHS) {
      // On a screen that is narrower, a telephone's, it stays what it was there: one panel beneath the other.
      const own = Math.min(panels * this.wide, width - 2 * EDGE);
      main.style.width = `${own}px`;
      style.width = `${own + 2 * EDGE}px`;
      this.layout();
      [across, down] = [width / (own + 2 * EDGE), height / (main.offsetHeight + 2 * EDGE)];
      if (down <= across) break;
    }
    this.scale = Math.max(1, Math.min(across, down));
    style.width = `${width / this.scale}px`;
    style.transform = `scale(${this.scale})`;
    const beside = (across / this.scale - 1) * main.offsetWidth > SIDE;
    if (beside || down >= 1) classList.add(beside ? "cc-beside" : "cc-beneath");
    this.layout();
    // Beneath the panels the way back has its place at the end of the line of steps.
    style.setProperty("--foot", `${main.offsetTop + main.offsetHeight - this.button.offsetHeight - 2}px`);
  }
}
