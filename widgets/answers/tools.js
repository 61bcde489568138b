// Buttons of what else can be said or done.

import { calmButton, element } from "../panel/element.js";
import { sign } from "./keys.js";

export const TOOLS = [
  ["back", "Back"],
  ["forward", "Forward"],
  null,
  ["undo", "Undo"],
  ["redo", "Redo"],
  null,
  ["skip", "Skip"],
  ["unsure", "Unsure"],
  ["bad", "Bad"],
  ["flag", "Interesting"],
  null,
];

export function makeTools(act) {
  const tools = element("div", "so-tools");
  const buttons = {};
  for (const tool of TOOLS) {
    if (tool === null) {
      tools.append(element("span", "so-gap"));
      continue;
    }
    const [action, text] = tool;
    const button = calmButton("", text);
    button.append(element("kbd", ""));
    button.dataset.testid = action;
    button.addEventListener("click", () => act({ action }));
    buttons[action] = button;
    tools.append(button);
  }

  const label = (bindings) => {
    for (const [action, button] of Object.entries(buttons)) {
      button.lastChild.textContent = sign(bindings[action]);
    }
  };
  const press = (action, pressed) => buttons[action].setAttribute("aria-pressed", String(pressed));
  const show = (shown) => {
    for (const action of ["skip", "back", "forward", "unsure", "bad", "flag"]) {
      buttons[action].disabled = shown.identifier === "";
    }
    press("skip", shown.skipped);
    press("unsure", shown.unsure);
    press("bad", shown.quality !== null);
    press("flag", shown.flagged);
    buttons.bad.title = shown.quality ?? "Bad spectrum: asked and trained on no more";
    buttons.undo.disabled = !shown.can_undo;
    buttons.redo.disabled = !shown.can_redo;
  };
  return { tools, label, show };
}
