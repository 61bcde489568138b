// Whether to go on: a line, and on demand the reasons, laid over the plot. All
// text stays text.

import { element } from "../panel/element.js";

/** What a reason speaks for, in words: its mark alone would say nothing to everybody. */
export function speaksFor({ met }) {
  return met ? "for stopping" : "for going on";
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-advice");
  el.dataset.testid = "advice";
  const head = element("div", "so-advice-head");
  const figure = element("div", "so-advice-figure");
  figure.dataset.testid = "primary-figure";
  const more = element("button", "so-advice-more", "All figures");
  more.title = "How good is it? All figures of the report";
  more.dataset.testid = "open-figures";
  more.append(element("kbd", "", "F"));
  head.append(figure, more);
  const button = element("button", "so-advice-sentence");
  const words = element("span", "");
  button.append(words);
  const reasons = element("div", "so-advice-reasons");
  const [floor, list] = [element("p", ""), element("ul", "")];
  reasons.append(list, floor);
  reasons.dataset.testid = "advice-reasons";
  reasons.hidden = true;
  el.append(head, button, reasons);

  const open = (wanted) => {
    reasons.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
  };
  const show = () => {
    const { reasons: all = [], sentence = "", ...shown } = model.get("shown");
    figure.textContent = shown.figure ?? "";
    figure.title = figure.textContent;
    floor.textContent = shown.floor ?? "";
    words.textContent = sentence;
    button.title = sentence;
    button.hidden = sentence === "";
    button.disabled = all.length === 0;
    el.dataset.stop = String(Boolean(shown.stop));
    const lines = all.map((one) => {
      const line = element("li", "");
      line.dataset.met = String(one.met);
      line.append(element("span", "so-advice-for", speaksFor(one)), element("span", "", one.text));
      return line;
    });
    list.replaceChildren(...lines);
    if (all.length === 0) open(false);
  };
  const onKey = (event) => {
    if (event.key !== "Escape" || reasons.hidden) return;
    event.stopPropagation();
    open(false);
  };
  // A click leaves the focus, and so the keys, with the panel.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => open(reasons.hidden));
  more.addEventListener("mousedown", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    el.closest(".specoracle-panel")?.dispatchEvent(new CustomEvent("specoracle-figures"));
  });
  el.addEventListener("keydown", onKey);
  model.on("change:shown", show);
  open(false);
  show();
  return () => model.off("change:shown", show);
}

export default { render };
