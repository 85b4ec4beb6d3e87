// All that a picture brings itself: its code has come once for the whole notebook, in the model that `front` names.

async function load({ model }) {
  const front = await model.widget_manager.get_model(model.get("front").slice("IPY_MODEL_".length));
  front.loaded ??= (async () => {
    const url = URL.createObjectURL(new Blob([front.get("code")], { type: "text/javascript" }));
    try { return await import(url); } finally { URL.revokeObjectURL(url); }
  })();
  return [await front.loaded, front.get("style")];
}

export default {
  async render(context) {
    const [{ default: code }, style] = await load(context);
    return code.render({ model: context.model, el: context.el, style });
  },
};
