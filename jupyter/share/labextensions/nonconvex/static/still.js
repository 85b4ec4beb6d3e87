// For JupyterLab, Notebook 7 and Voilà. They load this file as it is, and ask it for its two plugins:
// - where a widget's kernel is gone, its output shows what is stored with it, a still picture for one, in place of "model not found";
// - a picture is read out by its alt text, which they leave in the metadata of the output.

const WIDGET = "application/vnd.jupyter.widget-view+json";
const PNG = "image/png";
const HTML = "text/html";

const UNSHOWN = "Error displaying widget"; // where there is no model the error goes on
const PATIENCE = 500; // ms; a live picture is there by then

const altOf = (model) => model.metadata[PNG]?.alt ?? "";

/** What is stored beside a widget's view: its picture, or what it says in HTML; null if there is neither, as for boxes and sliders. */
async function stored(model, rendermime) {
  if (model.data[PNG]) {
    const image = document.createElement("img");
    image.src = `data:image/png;base64,${model.data[PNG]}`;
    image.alt = altOf(model);
    image.title = "A still picture: run the cell to bring it to life.";
    image.style.maxWidth = "100%";
    return image;
  }
  if (model.data[HTML]) {
    // As the program itself shows such an output: cleaned, unless the reader trusts the notebook.
    const renderer = rendermime.createRenderer(HTML);
    await renderer.renderModel(model);
    return renderer.node;
  }
  return null;
}

function sentence() {
  const node = document.createElement("p");
  node.textContent = "This part needs Python: run its cell again to bring it to life.";
  return node;
}

/** Show what is stored beside a widget's view while there is no view; a view puts an element in the node. */
function fallBack(renderer, rendermime) {
  const live = renderer.renderModel.bind(renderer);
  renderer.renderModel = async (model) => {
    const waits = () => !renderer.isDisposed && !renderer.isHidden && !renderer.node.firstElementChild;
    const show = async () => {
      if (!waits()) return;
      const still = await stored(model, rendermime);
      // A widget that is there but cannot be shown is another matter, which its program tells.
      if (!waits() || (!still && renderer.node.textContent === UNSHOWN)) return;
      renderer.node.replaceChildren(still ?? sentence());
      rendermime.latexTypesetter?.typeset(renderer.node);
    };
    setTimeout(show, PATIENCE); // without a kernel the line below never ends
    await live(model);
    await show();
  };
  return renderer;
}

/** Give a picture the alt text that is stored with it. */
function describe(renderer) {
  const render = renderer.renderModel.bind(renderer);
  renderer.renderModel = async (model) => {
    await render(model);
    if (model.data[PNG]) for (const image of renderer.node.querySelectorAll("img")) image.alt = altOf(model);
  };
  return renderer;
}

/** Let `change` have each renderer of a MIME type that `rendermime`, or a copy of it, makes from now on. */
function pass(rendermime, mimeType, rank, change) {
  const factory = rendermime.getFactory(mimeType);
  const again = rendermime.addFactory.bind(rendermime);
  const wrap = (inner) => ({ ...inner, createRenderer: (options) => change(inner.createRenderer(options)) });
  // The widget manager adds its factory to each notebook, before this or after it.
  rendermime.addFactory = (inner, rank) => again(inner.mimeTypes.includes(mimeType) ? wrap(inner) : inner, rank);
  if (factory) rendermime.addFactory(factory, rank);
}

const still = {
  id: "nonconvex:still",
  autoStart: true,
  activate: (app) => app.docRegistry.addWidgetExtension("Notebook", {
    createNew: ({ content: { rendermime } }) => pass(rendermime, WIDGET, -10, (renderer) => fallBack(renderer, rendermime)),
  }),
};

/** Voilà has no notebooks, but like the others a registry of renderers, which notebooks copy. */
const alt = (registry) => ({
  id: "nonconvex:alt",
  autoStart: true,
  requires: [registry],
  activate: (app, rendermime) => pass(rendermime, PNG, 90, describe),
});

let shared; // the modules of the program, by name and version

async function plugins() {
  const [rendermime] = Object.values(shared["@jupyterlab/rendermime"]);
  const { IRenderMimeRegistry } = (await rendermime.get())();
  return [still, alt(IRenderMimeRegistry)];
}

const container = {
  init: (scope) => { shared = scope; },
  get: async () => {
    const found = await plugins();
    return () => ({ __esModule: true, default: found });
  },
};
(window._JUPYTERLAB ??= {}).nonconvex = container;
