// Names of what there is to know, beside the sheet that shows one of them. On the desk both
// lie over everything, from F to F or Escape; in a notebook they are always there.

import { element } from "../panel/element.js";
import { isField } from "../panel/field.js";

const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

/** Which of `n` names a key goes to from number `at`; null when it is no such key. */
export function nameAfter(key, at, n) {
  if (key === "Home") return 0;
  if (key === "End") return n - 1;
  return key in STEPS ? (at + STEPS[key] + n) % n : null;
}

/** What a key means on the desk: "open", "close", "none" (nobody else's), or null. */
export function deskAction(event, { isOpen, claim }) {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isPlain || isField(event.target)) return null;
  const isKey = event.key.toLowerCase() === "f";
  if (isOpen) return isKey || event.key === "Escape" ? "close" : "none";
  return isKey && !claim ? "open" : null;
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-topics");
  el.dataset.testid = "topics";
  const title = element("h2", "", "How good is it?");
  const where = element("p", "so-topics-where");
  const choice = element("select", "so-topics-round");
  choice.setAttribute("aria-label", "Round");
  choice.dataset.testid = "round";
  const list = element("div", "so-topics-list");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-orientation", "vertical");
  list.setAttribute("aria-label", "Topics");
  const told = element("p", "so-topics-told");
  told.setAttribute("role", "status");
  const leave = element("button", "so-topics-close", "Back to the desk");
  leave.dataset.testid = "close-figures";
  leave.append(element("kbd", "", "Esc"));
  el.append(title, where, choice, list, told, leave);

  const root = () => el.closest(".specoracle-panel");
  const shown = () => model.get("shown");
  const isOpen = () => root()?.dataset.mode === "figures";
  const sheet = () => el.parentElement?.querySelector(":scope > .so-sheet");
  const names = () => [...list.children];
  // No round means the last one, also when there will be another.
  const ask = (topic) =>
    model.send({ action: "open", topic, round: choice.value ? Number(choice.value) : null });

  const open = () => {
    if (root().dataset.mode) return;
    root().dataset.mode = "figures";
    ask(shown().open ?? "");
    (list.querySelector("[aria-selected=true]") ?? leave).focus();
  };
  const close = () => {
    delete root().dataset.mode;
    model.send({ action: "close" });
    root().focus({ preventScroll: true });
  };

  const button = (name) => {
    const made = element("button", "", name);
    made.setAttribute("role", "tab");
    made.addEventListener("click", () => ask(name));
    return made;
  };
  const round = (number, i) => {
    const made = element("option", "", i === 0 ? `The last round, ${number}` : `Round ${number}`);
    made.value = i === 0 ? "" : String(number);
    return made;
  };
  const show = () => {
    const { topics = [], rounds = [], busy = true, ...now } = shown();
    choice.hidden = rounds.length < 2;
    if (!busy) {
      choice.replaceChildren(...rounds.toReversed().map(round));
      choice.value = now.round ?? "";
    }
    const there = names().map(({ textContent }) => textContent);
    if (there.join("\n") !== topics.join("\n")) list.replaceChildren(...topics.map(button));
    for (const one of names()) {
      const isShown = one.textContent === now.open;
      one.setAttribute("aria-selected", String(isShown));
      one.tabIndex = isShown ? 0 : -1;
    }
    if (document.activeElement === leave) names().find(({ tabIndex }) => tabIndex === 0)?.focus();
    where.textContent = now.where ?? "";
    told.textContent = busy ? "Computing…" : "";
    el.dataset.topic = busy ? "" : now.open;
    const page = sheet();
    if (!page) return;
    page.setAttribute("role", "tabpanel");
    page.setAttribute("aria-label", now.open ?? "");
    page.setAttribute("aria-busy", String(busy));
    page.tabIndex = 0;
    if (!busy && page.dataset.topic !== now.open) page.scrollTop = 0;
    page.dataset.topic = now.open ?? "";
  };

  const onListKey = (event) => {
    const at = names().indexOf(document.activeElement);
    const to = at < 0 ? null : nameAfter(event.key, at, names().length);
    if (to === null) return;
    event.preventDefault();
    names()[to].focus();
  };
  // On the window, before anybody else: what lies below must not hear of it.
  const onKey = (event) => {
    const desk = root();
    if (!(desk ?? el.parentElement)?.contains(event.target)) return;
    if (!desk) {
      onListKey(event);
      return;
    }
    const action = deskAction(event, { isOpen: isOpen(), claim: desk.answersClaim?.(event) });
    if (action === null) return;
    event.stopImmediatePropagation();
    if (action === "none") {
      onListKey(event);
      return;
    }
    event.preventDefault();
    if (event.repeat) return;
    if (action === "open") open();
    else close();
  };

  const onWanted = (event) => {
    if (event.target === root()) open();
  };
  // In a notebook the first topic is there as soon as there is a place for it.
  const appeared = new ResizeObserver(() => {
    leave.hidden = root() === null;
    if (el.clientWidth === 0) return;
    appeared.disconnect();
    show();
    if (root() === null && !shown().open) ask("");
  });
  appeared.observe(el);

  choice.addEventListener("change", () => ask(shown().open ?? ""));
  leave.addEventListener("click", close);
  model.on("change:shown", show);
  globalThis.addEventListener("keydown", onKey, { capture: true });
  globalThis.addEventListener("specoracle-figures", onWanted, { capture: true });
  show();
  return () => {
    appeared.disconnect();
    model.off("change:shown", show);
    globalThis.removeEventListener("keydown", onKey, { capture: true });
    globalThis.removeEventListener("specoracle-figures", onWanted, { capture: true });
  };
}

export default { render };
