// What a section of the report says, in words and tables. All of it stays text.

import { element } from "../panel/element.js";

/** A table; columns of sentences start at the left and may wrap. */
function table({ title, columns, rows, words }) {
  const made = document.createElement("table");
  const line = (cells, tag, first) => {
    const row = document.createElement("tr");
    for (const [i, text] of cells.entries()) {
      const cell = element(i === 0 ? "th" : tag, words[i] ? "so-words" : "", text);
      if (cell.tagName === "TH") cell.scope = first;
      row.append(cell);
    }
    return row;
  };
  const [head, body] = [document.createElement("thead"), document.createElement("tbody")];
  head.append(line(columns, "th", "col"));
  body.append(...rows.map((cells) => line(cells, "td", "row")));
  made.append(head, body);
  const scroll = element("div", "so-scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", title);
  scroll.append(made);
  return scroll;
}

function withNote(cells) {
  return cells.note ? [table(cells), element("p", "so-soft", cells.note)] : [table(cells)];
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-section");
  const show = () => {
    const { title, text, note, table: cells, folded, values } = model.get("shown");
    const parts = [];
    if (title) parts.push(element("h3", "", title));
    if (values) {
      const tiles = element("dl", "so-tiles");
      for (const [name, value] of values) {
        const tile = element("div", "");
        tile.append(element("dt", "", name), element("dd", "", value));
        tiles.append(tile);
      }
      parts.push(tiles);
    }
    if (text) parts.push(element("p", "", text));
    if (note) parts.push(element("p", "so-soft", note));
    if (cells) parts.push(...withNote(cells));
    if (folded) {
      const details = element("details", "");
      details.append(element("summary", "", "As a table"), ...withNote(folded));
      parts.push(details);
    }
    el.replaceChildren(...parts);
  };
  model.on("change:shown", show);
  show();
  return () => model.off("change:shown", show);
}

export default { render };
