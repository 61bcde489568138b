// Buttons and keys of the answers. Every press becomes one message to the kernel, with
// the identifier that stood on the screen: an answer cannot fall on another spectrum.
// A message has an identity and is kept, also by the browser, until the kernel says what
// became of it; until then it is sent again, and nothing else is. What is sent twice is
// recorded once.

import { isField } from "../panel/field.js";
import { makeClassRow } from "./class_row.js";
import { makeComment } from "./comment.js";
import { makeKeyList, namedKeys } from "./key_list.js";
import { answerKeys, decide } from "./keys.js";
import { Mail } from "./mail.js";
import { Outbox, storage } from "./outbox.js";
import { Pulse } from "./pulse.js";
import { makeReasons } from "./reasons.js";
import { makeStatus } from "./status.js";
import { makeTools } from "./tools.js";

/** Actions that are about the spectrum on the screen. */
const ABOUT = new Set(["label", "skip", "unsure", "bad", "good", "flag", "unlabel"]);

/** Actions that are the list's. */
const LISTS = new Set(["search", "candidates", "earlier", "object"]);

/** Identifier of the spectrum that is drawn, "" while none is. */
function onScreen(root, fallback) {
  const plot = root.querySelector("[data-shows]");
  return plot ? plot.dataset.shows : fallback;
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-answers");
  el.dataset.testid = "answers";
  let root = el;
  let since = performance.now();
  const shown = () => model.get("shown");
  const bindings = () => model.get("bindings");
  const named = () => namedKeys(bindings(), shown().classes);
  const send = (message) => model.send(message);

  const { status, say, show: showStatus } = makeStatus();
  const outbox = new Outbox(storage(), `specoracle-outbox-${model.get("desk")}`);
  // Voilà starts a kernel with its page, a notebook with its cell.
  const remedy = "voila" in document.body.dataset ? "reload the page" : "run the cell again";
  const mail = new Mail(outbox, { send, say, remedy });
  const pulse = new Pulse(mail, { send, say, remedy });
  const post = (message, identifier) => {
    const milliseconds = Math.round(performance.now() - since);
    mail.post({ ...message, identifier, milliseconds });
  };

  const act = (message) => {
    const { action } = message;
    if (action === "write") comment.write();
    else if (LISTS.has(action)) {
      root.dispatchEvent(new CustomEvent("specoracle-list", { detail: action }));
    } else if (action === "back" || action === "forward") send({ action });
    else if (ABOUT.has(action)) actOnScreen(message);
    else post(message, shown().identifier || null);
  };
  const actOnScreen = (message) => {
    const { identifier, unsure, flagged, quality } = shown();
    if (identifier === "") return;
    if (mail.trouble) {
      mail.insist();
      return;
    }
    const seen = onScreen(root, identifier);
    if (seen === "") {
      say("note", "Wait: the spectrum is not drawn yet");
      return;
    }
    if (seen !== identifier || outbox.answers(seen)) {
      say("note", "Nothing recorded: another spectrum was on the screen");
      return;
    }
    const { action } = message;
    if (action === "unsure") post({ action, value: !unsure }, seen);
    else if (action === "flag") post({ action, value: !flagged }, seen);
    else if (action !== "bad" || message.value !== undefined) post(message, seen);
    else if (quality !== null) post({ action: "good" }, seen);
    else reasons.open();
  };

  const classes = makeClassRow(act);
  const tools = makeTools(act);
  const because = (value) => act({ action: "bad", value });
  const reasons = makeReasons(model.get("qualities"), tools.tools, because);
  const comment = makeComment({
    shown,
    save: (text, identifier) => post({ action: "comment", text }, identifier),
    leave: () => root.focus({ preventScroll: true }),
  });
  const keyList = makeKeyList(named, (what, key) => post({ action: "bind", what, key }, null));
  tools.tools.append(comment.field);
  el.append(classes.row, tools.tools, reasons.reasons, status, keyList.list);

  const show = () => {
    const now = shown();
    classes.show(now, bindings());
    tools.show(now);
    comment.show(now);
    if (el.dataset.identifier !== now.identifier) {
      since = performance.now();
      reasons.close();
    }
    el.dataset.identifier = now.identifier;
    showStatus(now);
    pulse.alive();
    mail.heard(now);
    if (mail.isSettled && !pulse.isSilent) {
      const failed = now.state === "refused" || now.state === "unsaved";
      say(failed ? "error" : now.state, now.message);
    }
  };

  // Keys. New ones are taken on the window, before anybody else: the view has keys too.
  const onNewKey = (event) => keyList.onKey(event, root.contains(event.target));
  window.addEventListener("keydown", onNewKey, { capture: true });
  // Figures lie over all of the desk: nothing is answered that is not seen.
  const isCovered = () => root.dataset.mode === "figures";
  const onKey = (event) => {
    if (isCovered()) return;
    if (!reasons.reasons.hidden && !isField(event.target)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      reasons.onKey(event);
      return;
    }
    const decision = decide(event, shown().classes, bindings());
    if (decision === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (decision.action !== null) act(decision);
  };
  // Other widgets have keys as well: whether this one is wanted here, and how much.
  const claims = (event) => {
    const isAsking = keyList.isOpen() || !reasons.reasons.hidden;
    if (isField(event.target) || isAsking || isCovered()) return "open";
    return decide(event, shown().classes, bindings()) === null ? "" : "bound";
  };
  // The page of all keys asks for this, and prints what they are now.
  const onKeys = () => keyList.open(keyList.list.hidden);
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

  const label = () => {
    tools.label(bindings());
    comment.label(bindings());
    keyList.build();
  };
  const onBindings = () => {
    label();
    show();
    root.dispatchEvent(new CustomEvent("specoracle-keys-changed"));
  };
  const onMessage = ({ kind }) => kind === "pong" && pulse.alive();
  model.on("change:shown", show);
  model.on("change:bindings", onBindings);
  model.on("msg:custom", onMessage);
  const onLine = () => pulse.doubt();
  model.on("comm_live_update", onLine);
  label();
  show();
  mail.send(); // what a page before this one could not get rid of
  pulse.start();
  return () => {
    comment.keep();
    mail.stop();
    pulse.stop();
    appeared.disconnect();
    model.off("change:shown", show);
    model.off("change:bindings", onBindings);
    model.off("msg:custom", onMessage);
    model.off("comm_live_update", onLine);
    window.removeEventListener("keydown", onNewKey, { capture: true });
    delete root.answersClaim;
    delete root.answerKeys;
    root.removeEventListener("specoracle-keys", onKeys);
    root.removeEventListener("keydown", onKey, { capture: true });
    root.removeEventListener("pointerdown", onPointer);
  };
}

export default { render };
