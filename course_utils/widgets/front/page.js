// In a page without a kernel: each `.recorded-picture` is a still picture until the reader comes near, and alive from then on.
// Its pack is in the page, in the script element that `data-pack` names, or in the script file `data-src`.

const NEARBY = "800px";
const files = new Map();

/** What a pack in a script file calls. */
globalThis.recordedPack = (name, text) => files.set(name, text);

function textOf({ dataset: { pack, src } }) {
  if (!src) return Promise.resolve(document.getElementById(pack).textContent);
  // A script, because a page opened from a folder may fetch nothing else.
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = () => { script.remove(); resolve(files.get(pack)); };
    script.onerror = () => reject(new Error(`${src} is missing`));
    document.head.append(script);
  });
}

async function awaken(el) {
  const still = [...el.children];
  const pack = Uint8Array.from(atob((await textOf(el)).trim()), (letter) => letter.charCodeAt(0));
  const room = element("div", "", el);
  await play(room, pack, Number(el.dataset.type ?? 1));
  for (const node of still) node.remove();
}

const watch = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watch.unobserve(target);
    awaken(target).catch((error) => console.error(error));
  }
}, { rootMargin: NEARBY });
for (const el of document.querySelectorAll(".recorded-picture")) watch.observe(el);
