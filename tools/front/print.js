// Before a page is printed, the figures that would come as its reader scrolls are fetched, folded outputs are
// opened, and the page is light, as paper is.

const root = document.documentElement;
/** Fetches a figure while everything waits: printing begins when the listener below returns. */
function fetchNow(image) {
  const request = new XMLHttpRequest();
  request.open("GET", image.src, false);
  request.overrideMimeType("text/plain; charset=x-user-defined"); // a letter a byte, which is its last eight bits
  request.send();
  const bytes = Array.from(request.responseText, (letter) => String.fromCharCode(letter.charCodeAt(0) & 255));
  if (request.status === 200) image.src = `data:image/png;base64,${btoa(bytes.join(""))}`;
}

let opened = [], theme;
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.hide.below-input:not([open])")];
  for (const outputs of opened) outputs.open = true;
  theme = root.dataset.theme;
  root.dataset.theme = "light";
  for (const image of document.querySelectorAll("img.figure")) {
    image.loading = "eager";
    if (image.complete && image.naturalWidth) continue;
    try { fetchNow(image); } catch { /* it comes by itself, if the browser waits for it */ }
  }
});
addEventListener("afterprint", () => {
  for (const outputs of opened) outputs.open = false;
  root.dataset.theme = theme;
});

// A page opened from a folder may not fetch in between, and pays nothing for what it brings at once.
if (location.protocol === "file:") for (const image of document.querySelectorAll("img.figure")) image.loading = "eager";
