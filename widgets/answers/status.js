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
  const write = (state, text) => {
    saved.dataset.state = state;
    setText(saved, text);
    saved.title = text;
  };
  const say = (state, text) => {
    clearTimeout(later);
    // No style knows of this: whatever is drawn now would put the next frame off.
    saved.toggleAttribute("data-waits", state === "saving");
    if (state === "saving") later = setTimeout(write, FLASH, state, text);
    else write(state, text);
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
