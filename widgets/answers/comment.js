// The comment. It belongs to the spectrum that stood there when the writing began, also
// when another one has taken its place meanwhile.

import { element } from "../panel/element.js";
import { sign } from "./keys.js";

export function makeComment({ shown, save, leave }) {
  const field = element("input", "so-comment");
  field.type = "text";
  field.setAttribute("aria-label", "Comment");
  field.maxLength = 20_000;
  field.autocomplete = "off";
  field.dataset.testid = "comment";

  let writing = null;
  const keep = () => {
    const target = writing;
    writing = null;
    const text = field.value.trim();
    if (target !== null && text !== target.text) save(text, target.identifier);
  };
  field.addEventListener("focus", () => {
    const { identifier, comment: text } = shown();
    writing = { identifier, text };
  });
  field.addEventListener("blur", keep);
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" && writing) field.value = writing.text;
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      field.blur();
      leave();
    }
  });

  const write = () => {
    field.focus();
    field.select();
  };
  const label = (bindings) => {
    field.placeholder = `Comment: press ${sign(bindings.write)} to write, Enter to save`;
  };
  const show = ({ identifier, comment: text }) => {
    field.disabled = identifier === "";
    if (writing?.identifier !== identifier) {
      // What was being written is kept for the spectrum it is about.
      if (writing !== null) field.blur();
      if (field.value !== text) field.value = text;
    } else if (field.value === writing.text) {
      field.value = writing.text = text;
    }
  };
  return { field, keep, write, label, show };
}
