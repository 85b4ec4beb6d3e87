// The readout: the table or the sentence under a picture, and in it the values at a step.

// As long as it scrolls sideways it is a stop for the Tab key, so that the arrow keys reach its end.
const sideways = new ResizeObserver((entries) => {
  for (const root of new Set(entries.map(({ target }) => target.closest(".cc-readout")))) {
    if (!root) continue;
    if (root.scrollWidth > root.clientWidth) root.tabIndex = 0;
    else root.removeAttribute("tabindex");
  }
});

/** Make the place for readouts. */
function readoutIn(parent) {
  const root = element("div", "cc-readout", parent);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "numbers under the picture");
  sideways.observe(root);
  return root;
}

/** Show a readout; cells whose text stays are left alone. */
function fillReadout(root, readout) {
  root.hidden = !readout;
  const lines = !readout ? [] : readout.text !== undefined ? [[readout.text]] : [readout.columns, ...readout.rows];
  const shape = JSON.stringify([readout?.text === undefined, lines.map((cells) => cells.length), readout?.columns?.map(Boolean)]);
  if (root.dataset.shape !== shape) {
    root.dataset.shape = shape;
    root.replaceChildren();
    if (readout?.text !== undefined) element("p", "cc-cell", root);
    else if (readout) buildTable(root, readout);
  }
  const cells = root.querySelectorAll(".cc-cell");
  lines.flat().forEach((text, i) => write(cells[i], text));
}

function buildTable(root, { columns, rows }) {
  const table = element("table", "", root);
  sideways.observe(table);
  if (columns.length) {
    const head = element("tr", "", element("thead", "", table));
    // A corner without a name heads nothing.
    for (const name of columns) Object.assign(element(name ? "th" : "td", "cc-cell", head), name && { scope: "col" });
  }
  const body = element("tbody", "", table);
  for (const row of rows) {
    const line = element("tr", "", body);
    row.forEach((_, i) => {
      const cell = element(i ? "td" : "th", "cc-cell", line);
      if (!i) cell.scope = "row";
    });
  }
}

/** Mark a step in the table: the row that is named after it, and in the row of each run its value then. */
function markStep(readout, step, values) {
  for (const node of readout.querySelectorAll(".cc-then")) node.remove();
  for (const row of readout.querySelectorAll("tr")) {
    const name = row.querySelector("tbody th")?.textContent;
    row.classList.toggle("cc-marked", step !== null && name === `step ${step}`);
    if (step !== null && name in values) element("td", "cc-then", row, values[name].value);
  }
  const then = readout.querySelector(".cc-then");
  const head = readout.querySelector("thead tr");
  if (!then || !head) return;
  element("th", "cc-then", head, `${Object.values(values)[0].what} at step ${step}`).scope = "col";
}
