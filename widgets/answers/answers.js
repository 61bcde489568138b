// Buttons and keys of the answers. Every press becomes one message to the kernel, with
// the identifier that stood on the screen: an answer cannot fall on another spectrum.
// One file, no imports: anywidget loads it from a blob URL.

const KEYS = new Map([
  ["Backspace", "undo"],
  ["z", "undo"],
  ["y", "redo"],
  ["s", "skip"],
  ["0", "skip"],
  ["ArrowLeft", "back"],
  ["ArrowRight", "forward"],
  ["c", "write"],
]);

const TOOLS = [
  ["back", "Back", "←"],
  ["forward", "Forward", "→"],
  null,
  ["undo", "Undo", "Z"],
  ["redo", "Redo", "Y"],
  null,
  ["skip", "Skip", "S"],
];

const PATIENCE = 6_000; // milliseconds until an unconfirmed answer is called unsaved

function isField(target) {
  return ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.isContentEditable;
}

/**
 * What a key press means: `null` when it is not ours; else it is kept from the page, and
 * `action` is what to do, `null` for a key that is merely held down.
 */
export function decide(event, classes) {
  if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const value = /^[1-9]$/.test(key) ? classes[Number(key) - 1] : undefined;
  const action = value !== undefined ? "label" : (KEYS.get(key) ?? null);
  if (action === null) return null;
  if (event.repeat) return { action: null };
  return value !== undefined ? { action, value } : { action };
}

/** One line on how far the batch is: ["12 of 130 answered", "oracle 9/100 · …"]. */
export function progressText({ answered, total, roles }) {
  const byRole = Object.entries(roles).map(([role, [done, all]]) => `${role} ${done}/${all}`);
  return [`${answered} of ${total} answered`, byRole.length > 1 ? byRole.join("  ·  ") : ""];
}

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
  let timer = 0;

  const classRow = element("div", "so-classes");
  const tools = element("div", "so-tools");
  const comment = element("input", "so-comment");
  comment.type = "text";
  comment.placeholder = "Comment: press C to write, Enter to save";
  comment.setAttribute("aria-label", "Comment");
  comment.maxLength = 2000;
  comment.autocomplete = "off";
  comment.dataset.testid = "comment";
  const status = element("div", "so-status");
  const bar = element("div", "so-bar");
  const filled = element("span", "");
  bar.append(filled);
  const count = element("span", "so-count");
  const byRole = element("span", "so-roles");
  const saved = element("span", "so-saved");
  saved.dataset.testid = "saved";
  saved.setAttribute("role", "status");
  status.append(bar, count, byRole, saved);
  el.append(classRow, tools, status);

  const say = (state, text) => {
    saved.dataset.state = state;
    saved.textContent = text;
  };
  const send = (message, identifier) => {
    if (identifier === "") {
      say("note", "Wait: the spectrum is not drawn yet");
      return;
    }
    const milliseconds = Math.round(performance.now() - since);
    say("saving", "Saving…");
    clearTimeout(timer);
    timer = setTimeout(
      () => say("error", "Not confirmed: the kernel does not answer. Reload the page."),
      PATIENCE,
    );
    model.send({ ...message, identifier, milliseconds });
  };
  const act = (message) => {
    if (message.action === "write") {
      comment.focus();
      comment.select();
      return;
    }
    const { identifier } = model.get("shown");
    const answers = message.action === "label" || message.action === "skip";
    if (answers && identifier === "") return;
    send(message, answers ? onScreen(root, identifier) : identifier || null);
  };

  // Classes
  let built = "";
  const buildClasses = ({ classes, colours }) => {
    const buttons = classes.map((value, position) => {
      const button = element("button", "so-class");
      const swatch = element("span", "so-swatch");
      swatch.style.background = colours[position];
      button.append(swatch, element("span", "so-class-name", value));
      if (position < 9) button.append(element("kbd", "", String(position + 1)));
      button.title = value;
      button.dataset.testid = `class-${position + 1}`;
      button.addEventListener("click", () => act({ action: "label", value }));
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
    const [action, text, key] = tool;
    const button = element("button", "", text);
    button.append(element("kbd", "", key));
    button.dataset.testid = action;
    button.addEventListener("click", () => act({ action }));
    buttons[action] = button;
    tools.append(button);
  }
  tools.append(element("span", "so-gap"), comment);

  // The comment belongs to the spectrum that stood there when the writing began.
  let writing = null;
  const keep = () => {
    const target = writing;
    writing = null;
    if (target !== null && comment.value.trim() !== target.text) {
      send({ action: "comment", text: comment.value.trim() }, target.identifier);
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
    clearTimeout(timer);
    const key = JSON.stringify([shown.classes, shown.colours]);
    if (key !== built) buildClasses(shown);
    built = key;
    const none = shown.identifier === "";
    for (const [position, button] of [...classRow.children].entries()) {
      button.disabled = none;
      button.setAttribute("aria-pressed", String(shown.classes[position] === shown.answer));
    }
    for (const action of ["skip", "back", "forward"]) buttons[action].disabled = none;
    buttons.skip.setAttribute("aria-pressed", String(shown.skipped));
    buttons.undo.disabled = !shown.can_undo;
    buttons.redo.disabled = !shown.can_redo;
    comment.disabled = none;
    if (writing?.identifier !== shown.identifier) {
      writing = null;
      comment.value = shown.comment;
    } else if (comment.value === writing.text) {
      comment.value = writing.text = shown.comment;
    }
    if (el.dataset.identifier !== shown.identifier) since = performance.now();
    el.dataset.identifier = shown.identifier;
    [count.textContent, byRole.textContent] = progressText(shown);
    filled.style.width = `${(100 * shown.answered) / Math.max(1, shown.total)}%`;
    say(shown.state, shown.message);
  };

  // Keys
  const onKey = (event) => {
    const decision = decide(event, model.get("shown").classes);
    if (decision === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (decision.action !== null) act(decision);
  };
  const onPointer = (event) => {
    // Plotly prevents the default, so the focus would stay in a text field.
    if (!isField(event.target)) root.focus({ preventScroll: true });
  };
  const attach = () => {
    root = el.closest(".specoracle-panel") ?? el;
    root.tabIndex = 0;
    root.dataset.lmSuppressShortcuts = "true";
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

  model.on("change:shown", show);
  show();
  return () => {
    clearTimeout(timer);
    appeared.disconnect();
    model.off("change:shown", show);
    root.removeEventListener("keydown", onKey, { capture: true });
    root.removeEventListener("pointerdown", onPointer);
  };
}

export default { render };
