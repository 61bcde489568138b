// One button a class.

import { calmButton, element } from "../panel/element.js";
import { sign } from "./keys.js";

export function makeClassRow(act) {
  const row = element("div", "so-classes");
  let built = "";

  const button = (value, position, colour, keys) => {
    const made = calmButton("so-class");
    const swatch = element("span", "so-swatch");
    swatch.style.background = colour;
    made.append(swatch, element("span", "so-class-name", value));
    if (keys) made.append(element("kbd", "", sign(keys)));
    made.title = `${value}; with Shift: unsure`;
    made.dataset.testid = `class-${position + 1}`;
    made.addEventListener("click", (event) =>
      act({ action: "label", value, ...(event.shiftKey ? { sure: false } : {}) }),
    );
    return made;
  };

  const show = ({ classes, colours, identifier, answer, unsure }, bindings) => {
    const keys = classes.map((_, position) => bindings[`class-${position + 1}`]);
    const wanted = JSON.stringify([classes, colours, keys]);
    if (wanted !== built) {
      row.replaceChildren(...classes.map((value, i) => button(value, i, colours[i], keys[i])));
      built = wanted;
    }
    for (const [position, made] of [...row.children].entries()) {
      made.disabled = identifier === "";
      made.setAttribute("aria-pressed", String(classes[position] === answer));
      made.classList.toggle("so-unsure", unsure);
    }
  };
  return { row, show };
}
