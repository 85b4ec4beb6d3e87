// For JupyterLab, Notebook 7 and Voilà. They load this file as it is, and ask it for its two plugins:
// - where a widget's kernel is gone, its output shows the still picture that is stored with it, in place of "model not found";
// - a picture is read out by its alt text, which they leave in the metadata of the output.

const WIDGET = "application/vnd.jupyter.widget-view+json";
const PNG = "image/png";

const PATIENCE = 500; // ms; a live picture is there by then

const altOf = (model) => model.metadata[PNG]?.alt ?? "";

/** Show the picture stored beside a widget's view while there is no view; a view puts an element in the node. */
function fallBack(renderer) {
  const live = renderer.renderModel.bind(renderer);
  renderer.renderModel = async (model) => {
    const picture = model.data[PNG];
    const show = () => {
      if (!picture || renderer.isDisposed || renderer.isHidden || renderer.node.firstElementChild) return;
      const image = document.createElement("img");
      image.src = `data:image/png;base64,${picture}`;
      image.alt = altOf(model);
      image.title = "A still picture: run the cell to bring it to life.";
      image.style.maxWidth = "100%";
      renderer.node.replaceChildren(image);
    };
    setTimeout(show, PATIENCE); // without a kernel the line below never ends
    await live(model);
    show();
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
    createNew: ({ content }) => pass(content.rendermime, WIDGET, -10, fallBack),
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
