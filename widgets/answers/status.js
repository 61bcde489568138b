// The line below the answers: how far the batch is, and whether all is saved.

import { element, setText } from "../panel/element.js";
import { figuresText, progressText } from "./progress.js";

const FLASH = 120; // milliseconds: what is over sooner need not be told, nor drawn

export function makeStatus() {
  const status = element("div", "so-status");
  const bar = element("div", "so-bar");
  const filled = element("span", "");
  bar.append(filled);
  const count = element("span", "so-count");
  const figures = element("span", "so-roles");
  figures.dataset.testid = "figures";
  const saved = element("span", "so-saved");
  saved.dataset.testid = "saved";
  saved.setAttribute("role", "status");
  status.append(bar, count, figures, saved);

  let later = 0;
  const write = (text) => {
    setText(saved, text);
    saved.title = text;
  };
  const say = (state, text) => {
    clearTimeout(later);
    saved.dataset.state = state;
    if (state === "saving") later = setTimeout(write, FLASH, text);
    else write(text);
  };
  const show = (shown) => {
    const [progress, byRole] = progressText(shown);
    setText(count, progress);
    setText(figures, figuresText(shown));
    figures.title = byRole;
    filled.style.width = `${(100 * shown.answered) / Math.max(1, shown.total)}%`;
  };
  return { status, say, show };
}
