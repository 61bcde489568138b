// Elements of a widget. Their text is always text, never markup.

/** Make an element with a class and a text. */
export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  if (tag === "button") made.type = "button";
  return made;
}

/** Make a button whose click leaves the focus where it is, or Enter would press it again. */
export function calmButton(className, text = "") {
  const made = element("button", className, text);
  made.addEventListener("mousedown", (event) => event.preventDefault());
  return made;
}

/** Set a text that may be there already: setting it again would lay the page out anew. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
