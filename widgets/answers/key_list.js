// The keys of the answers: shown, and given anew by a click and a press.

import { calmButton, element } from "../panel/element.js";
import { isField } from "../panel/field.js";
import { keyOf, signs } from "./keys.js";
import { TOOLS } from "./tools.js";

const WORDS = {
  write: "Comment",
  unlabel: "Take the answer away",
  search: "Search the list",
  candidates: "Candidates or batch",
  earlier: "Earlier answers or batch",
  object: "Other spectra of the object",
  bad: "Bad spectrum",
};

/** What an action is called; nothing where there is no such class. */
function wordsOf(action, classes) {
  const number = /^class-(\d+)$/.exec(action)?.[1];
  if (number !== undefined) return classes[Number(number) - 1];
  return WORDS[action] ?? TOOLS.find((tool) => tool?.[0] === action)?.[1] ?? action;
}

/** Bound actions in words: `[action, words, keys]`. */
export function namedKeys(bindings, classes) {
  return Object.entries(bindings)
    .map(([action, keys]) => [action, wordsOf(action, classes), keys])
    .filter(([, text]) => text !== undefined);
}

export function makeKeyList(named, bind) {
  const list = element("div", "so-keys");
  list.hidden = true;
  list.tabIndex = -1;
  list.dataset.testid = "key-list";
  let wanted = null;

  const build = () => {
    const lines = named().map(([action, text, keys]) => {
      const button = calmButton("", text);
      button.append(element("kbd", "", wanted === action ? "press a key" : signs(keys)));
      button.dataset.testid = `key-${action}`;
      button.addEventListener("click", () => {
        wanted = wanted === action ? null : action;
        build();
      });
      return button;
    });
    const hint = element("span", "so-why", "Click one and press its new key. Esc closes.");
    list.replaceChildren(hint, ...lines);
  };
  const open = (isOpen) => {
    list.hidden = !isOpen;
    wanted = null;
    build();
  };
  const isOpen = () => wanted !== null || !list.hidden;
  /** A key that is given anew, or that closes the list, is nobody else's. */
  const onKey = (event, isHere) => {
    const closes = !list.hidden && event.key === "Escape" && isHere;
    if (isField(event.target) || (wanted === null && !closes) || event.key === "Shift") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") open(false);
    else bind(wanted, keyOf(event));
    wanted = null;
  };
  return { list, build, open, isOpen, onKey };
}
