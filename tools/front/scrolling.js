// What scrolls sideways is a stop for the Tab key as long as it does, so that the arrow keys reach its end.

const scrolling = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const node of document.querySelectorAll("main > pre, main .highlight, main > table, mjx-container[display]")) scrolling.observe(node);
