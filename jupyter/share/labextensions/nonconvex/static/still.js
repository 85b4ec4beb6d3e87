// For JupyterLab and Notebook 7. They load this file as it is, and ask it for its two plugins:
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

/** A plugin that passes each notebook's renderers of a MIME type, which have that rank, through `change`. */
const plugin = (id, mimeType, rank, change) => ({
  id: `nonconvex:${id}`,
  autoStart: true,
  activate: (app) => app.docRegistry.addWidgetExtension("Notebook", {
    createNew: ({ content: { rendermime } }) => {
      const factory = rendermime.getFactory(mimeType);
      const again = rendermime.addFactory.bind(rendermime);
      // The widget manager adds its factory to each notebook, before this or after it.
      const wrap = (inner) => ({ ...inner, createRenderer: (options) => change(inner.createRenderer(options)) });
      rendermime.addFactory = (inner, rank) => again(inner.mimeTypes.includes(mimeType) ? wrap(inner) : inner, rank);
      if (factory) rendermime.addFactory(factory, rank);
    },
  }),
});

const plugins = [plugin("still", WIDGET, -10, fallBack), plugin("alt", PNG, 90, describe)];

(window._JUPYTERLAB ??= {}).nonconvex = { init: () => {}, get: async () => () => ({ __esModule: true, default: plugins }) };
