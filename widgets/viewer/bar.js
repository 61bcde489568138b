// The line of buttons above the spectrum, which says what is set and which key changes it;
// and the page of all keys.

import { KEYS, OTHER_KEYS } from "./keys.js";

const OVERLAY_WORDS = {
  none: "Overlay: none",
  means: "Class means",
  neighbours: "Nearest labelled",
  object: "Same object",
};

/** What each button says now: `[action, words, pressed]`. */
export function barWords(settings, { zoom, z, ruler }) {
  const atRest = settings.frame === "rest" && !Number.isFinite(z);
  return [
    ["line", zoom ?? "no line", null],
    ["smooth", settings.width === 1 ? "Unsmoothed" : `Smooth ${settings.width}`, settings.width > 1],
    ["frame", atRest ? "No redshift" : { vacuum: "Vacuum", air: "Air", rest: "At rest" }[settings.frame], settings.frame !== "vacuum"],
    ["normalise", settings.normalised ? "÷ Continuum" : "Flux", settings.normalised],
    ["band", "±1σ", settings.band],
    ["groups", { all: "All lines", none: "No lines" }[settings.group] ?? settings.group, settings.group !== "none"],
    ["overlay", OVERLAY_WORDS[settings.overlay], settings.overlay !== "none"],
    ["ruler", "Ruler", ruler],
    ["keep", settings.keep ? "View kept" : "View reset", settings.keep],
  ];
}

const KEY_OF = new Map(KEYS.map(([key, action]) => [action, key.length === 1 ? key.toUpperCase() : key]));

export function makeBar(act) {
  const bar = document.createElement("div");
  bar.className = "so-viewer-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "View of the spectrum");
  const buttons = new Map();
  const add = (action, words) => {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1; // every button has a key; Tab would only wander
    const text = document.createElement("span");
    text.textContent = words;
    const key = document.createElement("kbd");
    key.textContent = KEY_OF.get(action);
    button.append(text, key);
    button.title = KEYS.find(([, name]) => name === action)[2];
    button.dataset.testid = `view-${action}`;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", (event) => act({ action, back: event.shiftKey }));
    buttons.set(action, text);
    bar.append(button);
  };
  const show = (settings, state) => {
    for (const [action, words, pressed] of barWords(settings, state)) {
      if (!buttons.has(action)) add(action, words);
      const text = buttons.get(action);
      if (text.textContent !== words) text.textContent = words;
      if (pressed !== null) text.parentElement.setAttribute("aria-pressed", String(pressed));
    }
    if (!buttons.has("help")) add("help", "Keys");
  };
  return { bar, show };
}

/** All keys, as a page over the spectrum; `change` is called for other keys of the answers. */
export function makeHelp(change) {
  const help = document.createElement("div");
  help.className = "so-viewer-help";
  help.hidden = true;
  help.setAttribute("role", "dialog");
  help.setAttribute("aria-label", "Keys");
  help.dataset.testid = "help";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Change keys of the answers…";
  button.dataset.testid = "keys";
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", change);
  const looking = KEYS.map(([key, , words]) => [key.length === 1 ? key.toUpperCase() : key, words]);
  const fill = (answering) => {
    const answers = section("Answering", [...answering, ...OTHER_KEYS]);
    answers.append(button);
    help.replaceChildren(answers, section("Looking", looking));
  };
  return { help, fill };
}

function section(title, keys) {
  const made = document.createElement("section");
  const head = document.createElement("h2");
  head.textContent = title;
  const list = document.createElement("dl");
  for (const [key, words] of keys) {
    const [term, told] = [document.createElement("dt"), document.createElement("dd")];
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
    told.textContent = words;
    list.append(term, told);
  }
  made.append(head, list);
  return made;
}
