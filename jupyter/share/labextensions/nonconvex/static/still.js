// For JupyterLab and Notebook 7: where a widget's kernel is gone, its output shows the still picture that is stored
// with it, in place of "model not found". They load this file as it is, and ask it for its one plugin.

const WIDGET = "application/vnd.jupyter.widget-view+json";

const PATIENCE = 500; // ms; a live picture is there by then

/** Show the picture stored beside a widget's view while there is no view; a view puts an element in the node. */
function fallBack(renderer) {
  const live = renderer.renderModel.bind(renderer);
  renderer.renderModel = async (model) => {
    const picture = model.data["image/png"];
    const show = () => {
      if (!picture || renderer.isDisposed || renderer.isHidden || renderer.node.firstElementChild) return;
      const image = document.createElement("img");
      image.src = `data:image/png;base64,${picture}`;
      image.alt = model.metadata["image/png"]?.alt ?? "";
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

const plugin = {
  id: "nonconvex:still",
  autoStart: true,
  activate: (app) => app.docRegistry.addWidgetExtension("Notebook", {
    createNew: ({ content: { rendermime } }) => {
      const factory = rendermime.getFactory(WIDGET);
      const again = rendermime.addFactory.bind(rendermime);
      // The widget manager adds its factory to each notebook, before this or after it.
      const wrap = (inner) => ({ ...inner, createRenderer: (options) => fallBack(inner.createRenderer(options)) });
      rendermime.addFactory = (inner, rank) => again(inner.mimeTypes.includes(WIDGET) ? wrap(inner) : inner, rank);
      if (factory) rendermime.addFactory(factory, -10);
    },
  }),
};

(window._JUPYTERLAB ??= {}).nonconvex = { init: () => {}, get: async () => () => ({ __esModule: true, default: plugin }) };
