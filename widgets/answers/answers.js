// Buttons and keys of the answers. Every press becomes one message to the kernel, with
// the identifier that stood on the screen: an answer cannot fall on another spectrum.
// A message has an identity and is kept, also by the browser, until the kernel says what
// became of it; until then it is sent again, and nothing else is. What is sent twice is
// recorded once.

import { isField } from "../panel/field.js";
import { answerKeys, decide, keyOf, sign, signs } from "./keys.js";
import { Outbox, identity, storage } from "./outbox.js";
import { figuresText, progressText } from "./progress.js";

const TOOLS = [
  ["back", "Back"],
  ["forward", "Forward"],
  null,
  ["undo", "Undo"],
  ["redo", "Redo"],
  null,
  ["skip", "Skip"],
  ["unsure", "Unsure"],
  ["bad", "Bad"],
  ["flag", "Interesting"],
];

const WORDS = {
  write: "Comment",
  unlabel: "Take the answer away",
  search: "Search the list",
  candidates: "Candidates or batch",
  earlier: "Earlier answers or batch",
  object: "Other spectra of the object",
  bad: "Bad spectrum",
};

const PATIENCE = 6_000; // milliseconds until an unconfirmed answer is called unsaved
const AGAIN = 3_000; // milliseconds until it is sent again
const PULSE = 10_000; // milliseconds between two questions whether the kernel is there

/** Actions that are about the spectrum on the screen. */
const ABOUT = new Set(["label", "skip", "unsure", "bad", "good", "flag", "unlabel"]);

/** Identifier of the spectrum that is drawn, "" while none is. */
function onScreen(root, fallback) {
  const plot = root.querySelector("[data-shows]");
  return plot ? plot.dataset.shows : fallback;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  if (tag === "button") {
    made.type = "button";
    // A click must not take the focus from the panel, or Enter would press it again.
    made.addEventListener("mousedown", (event) => event.preventDefault());
  }
  return made;
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-answers");
  el.dataset.testid = "answers";
  let root = el;
  let since = performance.now();
  let patience = 0;
  let again = 0;
  let trouble = false;
  let silent = false;

  const classRow = element("div", "so-classes");
  const tools = element("div", "so-tools");
  const reasons = element("div", "so-tools so-reasons");
  reasons.dataset.testid = "reasons";
  reasons.hidden = true;
  const comment = element("input", "so-comment");
  comment.type = "text";
  comment.setAttribute("aria-label", "Comment");
  comment.maxLength = 20_000;
  comment.autocomplete = "off";
  comment.dataset.testid = "comment";
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
  const keyList = element("div", "so-keys");
  keyList.hidden = true;
  keyList.tabIndex = -1;
  keyList.dataset.testid = "key-list";
  status.append(bar, count, figures, saved);
  el.append(classRow, tools, reasons, status, keyList);

  const say = (state, text) => {
    saved.dataset.state = state;
    saved.textContent = text;
    saved.title = text;
  };

  // Sending: one message at a time, and again until the kernel says what became of it.
  const outbox = new Outbox(storage(), `specoracle-outbox-${model.get("desk")}`);
  const send = () => {
    clearTimeout(patience);
    clearTimeout(again);
    const head = outbox.head;
    if (head === null) return;
    if (!trouble) say("saving", "Saving…");
    patience = setTimeout(() => {
      trouble = true;
      say(
        "error",
        `Not confirmed: the kernel does not answer. ${told(head)} is kept and sent again; ` +
          "if this lasts, reload the page.",
      );
      again = setTimeout(send, AGAIN);
    }, PATIENCE);
    try {
      model.send(head);
    } catch {
      // The connection is gone; patience runs out and says so.
    }
    // From now on it may have been recorded, whatever stands on the screen.
    head.again = true;
  };
  const told = ({ action, value }) => (value ? `“${value}”` : `“${action}”`);
  const first = () =>
    say("error", `First ${told(outbox.head)} has to be saved; it is tried again and again.`);
  const post = (message, identifier) => {
    if (trouble && message.action !== "comment") {
      first();
      return;
    }
    const milliseconds = Math.round(performance.now() - since);
    outbox.push({ ...message, identifier, milliseconds, uuid: identity() });
    if (outbox.waiting.length === 1 && !trouble) send();
  };
  const heard = ({ about, state, message }) => {
    if (about && about === outbox.head?.uuid) {
      clearTimeout(patience);
      clearTimeout(again);
      trouble = state === "unsaved";
      if (trouble) {
        say("error", `${message} ${told(outbox.head)} is kept and tried again.`);
        again = setTimeout(send, AGAIN);
        return;
      }
      outbox.settle(about);
      if (outbox.head !== null) send();
    }
    if (!trouble && !silent && outbox.head === null) {
      say(state === "refused" || state === "unsaved" ? "error" : state, message);
    }
  };

  // Is the kernel there? Asked while nothing else is.
  let pulse = 0;
  let unanswered = 0;
  const ask = () => {
    pulse = setTimeout(ask, PULSE);
    if (outbox.head !== null || document.hidden) return;
    // A desk that was closed by a new round may have left something.
    if (outbox.adopt()) {
      send();
      return;
    }
    clearTimeout(unanswered);
    unanswered = setTimeout(() => {
      silent = true;
      say(
        "error",
        "No connection: the kernel is busy or gone. Nothing is lost; if this lasts, reload the page.",
      );
    }, PATIENCE);
    try {
      model.send({ action: "ping" });
    } catch {
      // As above.
    }
  };
  const alive = () => {
    clearTimeout(unanswered);
    if (silent) {
      silent = false;
      say("saved", "Connected again");
    }
  };
  const onMessage = (content) => {
    if (content.kind === "pong") alive();
  };

  const act = (message) => {
    const { action } = message;
    const shown = model.get("shown");
    if (action === "write") {
      comment.focus();
      comment.select();
      return;
    }
    if (["search", "candidates", "earlier", "object"].includes(action)) {
      root.dispatchEvent(new CustomEvent("specoracle-list", { detail: action }));
      return;
    }
    if (action === "back" || action === "forward") {
      model.send({ action });
      return;
    }
    if (!ABOUT.has(action)) {
      post(message, shown.identifier || null);
      return;
    }
    if (shown.identifier === "") return;
    if (trouble) {
      first();
      return;
    }
    const seen = onScreen(root, shown.identifier);
    if (seen === "") {
      say("note", "Wait: the spectrum is not drawn yet");
      return;
    }
    if (seen !== shown.identifier || outbox.answers(seen)) {
      say("note", "Nothing recorded: another spectrum was on the screen");
      return;
    }
    if (action === "unsure") post({ action, value: !shown.unsure }, seen);
    else if (action === "flag") post({ action, value: !shown.flagged }, seen);
    else if (action !== "bad" || message.value !== undefined) post(message, seen);
    else if (shown.quality !== null) post({ action: "good" }, seen);
    else choose(true);
  };

  // Why a spectrum is bad: a number chooses.
  const choose = (open) => {
    reasons.hidden = !open;
    tools.hidden = open;
    if (open) buildReasons();
  };
  const because = (value) => {
    choose(false);
    act({ action: "bad", value });
  };
  const buildReasons = () => {
    const buttons = model.get("qualities").map((reason, position) => {
      const button = element("button", "", reason);
      button.append(element("kbd", "", String(position + 1)));
      button.dataset.testid = `reason-${position + 1}`;
      button.addEventListener("click", () => because(reason));
      return button;
    });
    const leave = element("button", "", "Not bad");
    leave.append(element("kbd", "", "Esc"));
    leave.addEventListener("click", () => choose(false));
    reasons.replaceChildren(element("span", "so-why", "Bad, because"), ...buttons, leave);
  };
  const onReason = (event) => {
    const reason = model.get("qualities")[Number(keyOf(event)) - 1];
    if (reason !== undefined) because(reason);
    else if (event.key !== "Shift") choose(false);
  };

  // Classes
  let built = "";
  const buildClasses = ({ classes, colours }) => {
    const bindings = model.get("bindings");
    const buttons = classes.map((value, position) => {
      const button = element("button", "so-class");
      const swatch = element("span", "so-swatch");
      swatch.style.background = colours[position];
      button.append(swatch, element("span", "so-class-name", value));
      const keys = bindings[`class-${position + 1}`];
      if (keys) button.append(element("kbd", "", sign(keys)));
      button.title = `${value}; with Shift: unsure`;
      button.dataset.testid = `class-${position + 1}`;
      button.addEventListener("click", (event) =>
        act({ action: "label", value, ...(event.shiftKey ? { sure: false } : {}) }),
      );
      return button;
    });
    classRow.replaceChildren(...buttons);
  };

  // Tools
  const buttons = {};
  for (const tool of TOOLS) {
    if (tool === null) {
      tools.append(element("span", "so-gap"));
      continue;
    }
    const [action, text] = tool;
    const button = element("button", "", text);
    button.append(element("kbd", ""));
    button.dataset.testid = action;
    button.addEventListener("click", () => act({ action }));
    buttons[action] = button;
    tools.append(button);
  }
  tools.append(element("span", "so-gap"), comment);

  // Keys: shown, and given anew by a click and a press.
  let wanted = null;
  const named = () =>
    Object.entries(model.get("bindings"))
      .map(([action, keys]) => [action, words(action, model.get("shown")), keys])
      .filter(([, text]) => text !== undefined);
  const words = (action, { classes }) => {
    const number = /^class-(\d+)$/.exec(action)?.[1];
    if (number !== undefined) return classes[Number(number) - 1];
    return WORDS[action] ?? TOOLS.find((tool) => tool?.[0] === action)?.[1] ?? action;
  };
  const buildKeys = () => {
    const bindings = model.get("bindings");
    const lines = named().map(([action, text, keys]) => {
      const button = element("button", "", text);
      button.append(element("kbd", "", wanted === action ? "press a key" : signs(keys)));
      button.dataset.testid = `key-${action}`;
      button.addEventListener("click", () => {
        wanted = wanted === action ? null : action;
        buildKeys();
      });
      return button;
    });
    const hint = element("span", "so-why", "Click one and press its new key. Esc closes.");
    keyList.replaceChildren(hint, ...lines);
    for (const [action, button] of Object.entries(buttons)) {
      button.lastChild.textContent = sign(bindings[action]);
    }
    comment.placeholder = `Comment: press ${sign(bindings.write)} to write, Enter to save`;
    built = "";
  };
  const openKeys = (open) => {
    keyList.hidden = !open;
    wanted = null;
    buildKeys();
    show();
  };
  // The page of all keys asks for this, and prints what they are now.
  const onKeys = () => openKeys(keyList.hidden);

  // The comment belongs to the spectrum that stood there when the writing began.
  let writing = null;
  const keep = () => {
    const target = writing;
    writing = null;
    if (target !== null && comment.value.trim() !== target.text) {
      post({ action: "comment", text: comment.value.trim() }, target.identifier);
    }
  };
  comment.addEventListener("focus", () => {
    const { identifier, comment: text } = model.get("shown");
    writing = { identifier, text };
  });
  comment.addEventListener("blur", keep);
  comment.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" && writing) comment.value = writing.text;
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      comment.blur();
      root.focus({ preventScroll: true });
    }
  });

  const show = () => {
    const shown = model.get("shown");
    const key = JSON.stringify([shown.classes, shown.colours]);
    if (key !== built) buildClasses(shown);
    built = key;
    const none = shown.identifier === "";
    for (const [position, button] of [...classRow.children].entries()) {
      button.disabled = none;
      button.setAttribute("aria-pressed", String(shown.classes[position] === shown.answer));
      button.classList.toggle("so-unsure", shown.unsure);
    }
    for (const action of ["skip", "back", "forward", "unsure", "bad", "flag"]) {
      buttons[action].disabled = none;
    }
    buttons.skip.setAttribute("aria-pressed", String(shown.skipped));
    buttons.unsure.setAttribute("aria-pressed", String(shown.unsure));
    buttons.bad.setAttribute("aria-pressed", String(shown.quality !== null));
    buttons.bad.title = shown.quality ?? "Bad spectrum: asked and trained on no more";
    buttons.flag.setAttribute("aria-pressed", String(shown.flagged));
    buttons.undo.disabled = !shown.can_undo;
    buttons.redo.disabled = !shown.can_redo;
    comment.disabled = none;
    if (writing?.identifier !== shown.identifier) {
      // What was being written is kept for the spectrum it is about.
      if (writing !== null) comment.blur();
      comment.value = shown.comment;
    } else if (comment.value === writing.text) {
      comment.value = writing.text = shown.comment;
    }
    if (el.dataset.identifier !== shown.identifier) {
      since = performance.now();
      choose(false);
    }
    el.dataset.identifier = shown.identifier;
    const [progress, byRole] = progressText(shown);
    count.textContent = progress;
    figures.textContent = figuresText(shown);
    figures.title = byRole;
    filled.style.width = `${(100 * shown.answered) / Math.max(1, shown.total)}%`;
    alive();
    heard(shown);
  };

  // Keys
  const onNewKey = (event) => {
    const closes = !keyList.hidden && event.key === "Escape" && root.contains(event.target);
    if (isField(event.target) || (wanted === null && !closes) || event.key === "Shift") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") openKeys(false);
    else post({ action: "bind", what: wanted, key: keyOf(event) }, null);
    wanted = null;
  };
  // On the window, before anybody else: the view has keys too.
  window.addEventListener("keydown", onNewKey, { capture: true });
  // Figures lie over all of the desk: nothing is answered that is not seen.
  const isCovered = () => root.dataset.mode === "figures";
  const onKey = (event) => {
    if (isCovered()) return;
    if (!reasons.hidden && !isField(event.target)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      onReason(event);
      return;
    }
    const decision = decide(event, model.get("shown").classes, model.get("bindings"));
    if (decision === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (decision.action !== null) act(decision);
  };
  // Other widgets have keys as well: whether this one is wanted here, and how much.
  const claims = (event) => {
    const isAsking = wanted !== null || !keyList.hidden || !reasons.hidden;
    if (isField(event.target) || isAsking || isCovered()) return "open";
    const { classes } = model.get("shown");
    return decide(event, classes, model.get("bindings")) === null ? "" : "bound";
  };
  const onPointer = (event) => {
    // Plotly prevents the default, so the focus would stay in a text field.
    if (!isField(event.target)) root.focus({ preventScroll: true });
  };
  const attach = () => {
    root = el.closest(".specoracle-panel") ?? el;
    root.tabIndex = 0;
    root.dataset.lmSuppressShortcuts = "true";
    root.answersClaim = claims;
    root.answerKeys = () => answerKeys(named());
    root.addEventListener("specoracle-keys", onKeys);
    root.addEventListener("keydown", onKey, { capture: true });
    root.addEventListener("pointerdown", onPointer);
    const busy = document.activeElement;
    // Whoever is typing elsewhere in the notebook keeps the focus.
    if (!busy || !isField(busy)) root.focus({ preventScroll: true });
  };
  const appeared = new ResizeObserver(() => {
    if (!el.isConnected || el.clientWidth === 0) return;
    appeared.disconnect();
    attach();
  });
  appeared.observe(el);

  const onBindings = () => {
    buildKeys();
    show();
    root.dispatchEvent(new CustomEvent("specoracle-keys-changed"));
  };
  model.on("change:shown", show);
  model.on("change:bindings", onBindings);
  model.on("msg:custom", onMessage);
  buildKeys();
  show();
  send(); // what a page before this one could not get rid of
  pulse = setTimeout(ask, PULSE);
  return () => {
    if (writing !== null) keep();
    for (const timer of [patience, again, pulse, unanswered]) clearTimeout(timer);
    appeared.disconnect();
    model.off("change:shown", show);
    model.off("change:bindings", onBindings);
    model.off("msg:custom", onMessage);
    window.removeEventListener("keydown", onNewKey, { capture: true });
    delete root.answersClaim;
    delete root.answerKeys;
    root.removeEventListener("specoracle-keys", onKeys);
    root.removeEventListener("keydown", onKey, { capture: true });
    root.removeEventListener("pointerdown", onPointer);
  };
}

export default { render };
