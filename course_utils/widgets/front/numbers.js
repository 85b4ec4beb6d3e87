// Numbers: as readers write them and as they are shown, and the box that a reader types one in.

/** A number for a glance: four significant digits, no trailing zeros. */
const short = (value) => {
  const rounded = +value.toPrecision(4);
  return Math.abs(rounded) < 1e6 ? String(rounded) : rounded.toExponential().replace("+", "");
};

/** A number for a table, as Python prints them there: 0.4362, −12.5, 2.3·10⁻⁷. */
function pretty(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e4)) return minus(String(+value.toPrecision(4)));
  const [mantissa, exponent] = value.toExponential(3).split("e");
  return minus(`${+mantissa}·`) + power(Number(exponent));
}

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const PLAIN = Object.fromEntries(Object.entries(SUPERSCRIPT).map(([plain, raised]) => [raised, plain]));

/** What a reader has written: `{ value }`, or `{ problem }`, a sentence that says why it is no number. */
function readNumber(text) {
  // Numbers are printed here with a true minus sign and raised powers, and may be copied from there.
  const plain = text.replace(/\s/g, "").replace(/−/g, "-")
    .replace(/[·×*]10\^?([-⁻\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/, (_, k) => "e" + k.replace(/[^-\d]/g, (c) => PLAIN[c]));
  const parts = plain.split("/");
  if (parts.length > 2 || !parts.every((part) => NUMBER.test(part)))
    return { problem: `“${text}” is not a number. Write it like 0.5, 0,5, 1/3 or 2e-3.` };
  if (parts.some((part) => THOUSANDS.test(part)))
    return { problem: `“${text}” can be read in two ways. Write it without the comma, or with a point.` };
  const [over, under = 1] = parts.map((part) => Number(part.replace(",", ".")));
  const value = over / under;
  return Number.isFinite(value) ? { value } : { problem: `“${text}” is not a finite number.` };
}

/** A number as `short` writes it, with more digits where it would look like another one. */
function apartFrom(other, value) {
  let digits = 4;
  while (digits < 17 && +value.toPrecision(digits) === +other.toPrecision(digits)) digits += 1;
  return digits === 4 ? short(value) : String(+value.toPrecision(digits));
}

/** Says that a number outside [low, high], typed as `text`, was not taken as it is; nothing for one inside. */
function outside(name, value, low, high, text) {
  if (value >= low && value <= high) return "";
  const [least, most] = [low, high].map((end) => apartFrom(value, end));
  return `${name} goes from ${least} to ${most} here: ${text} became ${value < low ? least : most}.`;
}

/** A box for a number called `name`: `commit(value, event, text)` when the reader has typed one, which returns what it has asked for; `tell(sentence)` when it is none. */
class NumberBox {
  constructor(name, commit, tell) {
    Object.assign(this, { name, commit, tell });
    this.input = document.createElement("input");
    this.input.className = "cc-number";
    this.input.inputMode = "decimal";
    this.input.autocomplete = "off";
    this.typing = false;
    this.input.addEventListener("input", () => { this.typing = true; this.fit(); });
    this.input.addEventListener("change", (event) => this.read(event));
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.read(event);
      if (event.key !== "Escape") return;
      this.restore();
      this.tell("");
    });
    this.input.addEventListener("focus", () => this.show(this.value));
    this.input.addEventListener("blur", () => this.restore());
  }
  read(event) {
    if (!this.typing) return;
    const { value, problem } = readNumber(this.input.value);
    this.input.setAttribute("aria-invalid", Boolean(problem));
    if (problem) { this.tell(problem); return; } // and the reader goes on typing
    this.typing = false;
    this.typed = value;
    this.text = this.input.value.trim();
    this.asked = this.commit(value, event, this.text);
  }
  /** Say that a recorded picture has another number than the one that was just typed. */
  became() {
    const { asked, value: now } = this;
    this.asked = undefined;
    if (asked === undefined || Math.abs(now - asked) <= 1e-12 + 1e-6 * Math.abs(asked)) return;
    const recorded = apartFrom(asked, now);
    this.tell(`${this.name} is recorded at ${recorded}: ${this.text} became ${recorded}.`);
  }
  restore() {
    this.typing = false;
    this.input.setAttribute("aria-invalid", false);
    this.show(this.value);
  }
  /** Show a value, unless the reader is typing another one: in full where it was typed or is looked at. */
  show(value) {
    this.value = value;
    if (this.typing) return;
    const full = value === this.typed ? String(value) : String(+value.toPrecision(12));
    const text = value === this.typed || this.input.matches(":focus") ? full : short(value);
    if (this.input.value !== text) this.input.value = text;
    if (this.input.title !== full) this.input.title = full;
    this.fit();
  }
  /** Be as wide as the number is long. */
  fit() {
    const width = `${Math.max(this.input.value.length, 6) + 2}ch`;
    if (this.input.style.width !== width) this.input.style.width = width;
  }
}
