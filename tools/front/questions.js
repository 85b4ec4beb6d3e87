// Turns the printed card of a prediction into one on which the reader commits to an answer, and then sees what happens.

document.querySelectorAll(".prediction").forEach((card, number) => {
  const list = card.querySelector("ul"), outcome = card.querySelector("details"), question = list.parentElement;
  const truth = outcome.querySelector("em").innerHTML;
  const choices = document.createElement("div");
  choices.className = "choices";
  choices.setAttribute("role", "radiogroup");
  choices.setAttribute("aria-label", [...question.childNodes].slice(0, [...question.childNodes].indexOf(list)).map((node) => node.textContent).join("").trim());
  for (const item of list.children) {
    const label = document.createElement("label"), button = document.createElement("input"), text = document.createElement("span");
    Object.assign(button, { type: "radio", name: `prediction-${number}` });
    text.append(...item.childNodes);
    label.append(button, text);
    choices.append(label);
  }
  list.replaceWith(choices);
  // What is revealed takes the focus, which buttons lose when they are locked, and is read out.
  const told = document.createElement("div"), said = document.createElement("div");
  told.setAttribute("role", "status");
  told.tabIndex = -1;
  told.append(said, outcome);
  choices.after(told);
  choices.addEventListener("change", ({ target }) => {
    for (const button of choices.querySelectorAll("input")) button.disabled = true;
    const mine = target.nextElementSibling.innerHTML, same = mine === truth;
    said.innerHTML = `${same ? "✔" : "≠"} You predicted: <em>${mine}</em>.${same ? " That is what happens." : ""}`;
    outcome.open = true;
    told.focus();
  });
});
