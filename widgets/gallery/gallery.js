// A page of thumbnails over the spectrum. Arrows move, class keys label the marked one, one
// key labels the rest, Enter opens the marked one large. Text from files stays text.

import { curve } from "../viewer/unpack.js";
import { robustLimits } from "../viewer/scale.js";
import { element } from "../panel/element.js";
import { isField } from "../panel/field.js";

/** What a key means in the gallery; null leaves it to others. `asked` waits for a class. */
export function galleryAction(event, { open, asked, classes, columns }) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (isField(event.target)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "g") return { action: open ? "close" : "open" };
  if (!open) return null;
  const value = /^[1-9]$/.test(key) ? classes[Number(key) - 1] : undefined;
  if (value !== undefined) return { action: asked ? "rest" : "label", value };
  if (asked) return { action: "cancel" };
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (key in steps) return { action: "move", step: steps[key] };
  if (key === "PageUp" || key === "PageDown") return { action: "page", back: key === "PageUp" };
  return {
    Enter: { action: "look" },
    Escape: { action: "close" },
    r: { action: "ask" },
    s: { action: "skip" },
    0: { action: "skip" },
  }[key] ?? null;
}

/** Members that "the rest" means: seen here, without an answer, and no measurement. */
export function theRest(members) {
  return members.filter(({ answer, skipped, blind }) => answer === null && !skipped && !blind);
}

/** Draw one curve on a small canvas. */
function sketch(canvas, { wave, flux }, colour) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(w * ratio);
  canvas.height = Math.round(h * ratio);
  const limits = robustLimits(flux);
  if (limits === null || w === 0) return;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const span = limits[1] - limits[0] || 1;
  const across = w / (wave[wave.length - 1] - wave[0]);
  context.beginPath();
  let down = false;
  for (let i = 0; i < wave.length; i += 1) {
    if (Number.isNaN(flux[i])) {
      down = false;
      continue;
    }
    const [x, y] = [(wave[i] - wave[0]) * across, 2 + (h - 4) * (1 - (flux[i] - limits[0]) / span)];
    if (down) context.lineTo(x, y);
    else context.moveTo(x, y);
    down = true;
  }
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1, h / 70);
  context.stroke();
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-gallery");
  el.dataset.testid = "gallery";
  const head = element("div", "so-gallery-head");
  const title = element("b", "");
  const hint = element("span", "so-gallery-hint");
  const told = element("span", "so-gallery-told");
  told.setAttribute("role", "status");
  head.append(title, hint, told);
  const grid = element("div", "so-gallery-grid");
  grid.setAttribute("role", "listbox");
  grid.setAttribute("aria-label", "Spectra of the batch");
  el.append(head, grid);

  const curves = new Map();
  let cells = [];
  let marked = 0;
  let asked = false;
  let begun = 0;
  const root = () => el.closest(".specoracle-panel");
  const isOpen = () => root()?.dataset.mode === "gallery";
  const shown = () => model.get("shown");
  const members = () => shown().members ?? [];
  const columns = () => getComputedStyle(grid).gridTemplateColumns.split(" ").length;

  const cell = (member, place) => {
    const made = element("div", "so-thumb");
    made.setAttribute("role", "option");
    const foot = element("div", "so-thumb-foot");
    foot.append(element("span", "", String(member.number)), element("span", "so-thumb-answer"));
    made.append(element("canvas", ""), foot);
    made.addEventListener("click", () => mark(place));
    made.addEventListener("dblclick", () => act({ action: "look" }));
    return made;
  };
  const mark = (place) => {
    marked = Math.max(0, Math.min(members().length - 1, place));
    for (const [i, one] of cells.entries()) one.setAttribute("aria-selected", String(i === marked));
    cells[marked]?.scrollIntoView?.({ block: "nearest" });
  };
  const say = () => {
    const { first = 0, total = 0, message = "", failed = false } = shown();
    title.textContent = `${first + 1}–${first + members().length} of ${total}`;
    const rest = theRest(members()).length;
    hint.textContent = asked
      ? `The rest of this page, ${rest} spectra: which class? Press its number, any other key to cancel.` +
        " Estimation and repeats are left out: look at each."
      : "Arrows move · numbers label · R the rest are … · Enter large · Page keys turn · G closes";
    hint.classList.toggle("so-asked", asked);
    told.textContent = message;
    told.classList.toggle("so-bad", failed);
  };
  const show = () => {
    if (!isOpen()) return;
    const key = members().map(({ identifier }) => identifier).join("\n");
    if (grid.dataset.key !== key) {
      grid.dataset.key = key;
      cells = members().map(cell);
      grid.replaceChildren(...cells);
      mark(marked);
      sketchAll();
    }
    const { classes = [], colours = [] } = shown();
    for (const [i, member] of members().entries()) {
      const words = member.answer ?? (member.skipped ? "skipped" : "");
      const answer = cells[i].querySelector(".so-thumb-answer");
      answer.textContent = words;
      const colour = colours[classes.indexOf(member.answer)] ?? "transparent";
      cells[i].style.setProperty("--so-class", colour);
      cells[i].dataset.identifier = member.identifier;
      cells[i].setAttribute("aria-label", `${member.identifier} ${words}`);
    }
    say();
  };
  const sketchAll = () => {
    const colour = getComputedStyle(el).getPropertyValue("--so-ink").trim();
    const there = members().every(({ identifier }) => curves.has(identifier));
    // Curves and words come in two messages; what came first waits for the other.
    if (!there || cells.length === 0 || members().length !== cells.length) return;
    for (const [i, { identifier }] of members().entries()) {
      sketch(cells[i].querySelector("canvas"), curves.get(identifier), colour);
    }
    el.dataset.milliseconds = String(Math.round(performance.now() - begun));
  };
  const onMessage = (content, buffers) => {
    if (content.kind !== "thumbnails") return;
    curves.clear();
    for (const [i, identifier] of content.identifiers.entries()) {
      curves.set(identifier, curve(content.curves[i], buffers.slice(2 * i, 2 * i + 2)));
    }
    sketchAll();
  };

  const turn = (first) => {
    begun = performance.now();
    delete el.dataset.milliseconds;
    model.send({ action: "open", first });
  };
  const act = (deed) => {
    const { action, value } = deed;
    const member = members()[marked];
    const wasAsked = asked;
    asked = action === "ask" && theRest(members()).length > 0;
    if (action === "open") {
      root().dataset.mode = "gallery";
      grid.dataset.key = "";
      const current = root().querySelector("[data-testid=queue] [aria-current=true]");
      const place = current ? [...current.parentElement.children].indexOf(current) : 0;
      marked = place % 48;
      turn(place);
    } else if (action === "close") {
      delete root().dataset.mode;
      model.send({ action });
    } else if (action === "move") mark(marked + deed.step);
    else if (action === "page") {
      const next = shown().first + (deed.back ? -48 : 48);
      if (next < shown().total && next >= 0) {
        marked = 0;
        turn(next);
      }
    } else if (action === "rest") {
      const identifiers = theRest(members()).map(({ identifier }) => identifier);
      model.send({ action, value, identifiers });
    } else if (member && (action === "label" || action === "skip")) {
      model.send({ action, value, identifiers: [member.identifier] });
      mark(marked + 1);
    } else if (member && action === "look") {
      delete root().dataset.mode;
      model.send({ action, identifiers: [member.identifier] });
    }
    if (asked || wasAsked) say();
  };
  const onKey = (event) => {
    if (!root()?.contains(event.target)) return;
    const claim = root().answersClaim?.(event);
    if (claim === "open" || (claim === "bound" && !isOpen())) return;
    const { classes = [] } = shown();
    const deed = galleryAction(event, { open: isOpen(), asked, classes, columns: columns() });
    if (deed === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat || deed.action === "move") act(deed);
  };

  model.on("change:shown", show);
  model.on("msg:custom", onMessage);
  globalThis.addEventListener("keydown", onKey, { capture: true });
  const sized = new ResizeObserver(() => isOpen() && sketchAll());
  sized.observe(grid);
  return () => {
    model.off("change:shown", show);
    model.off("msg:custom", onMessage);
    globalThis.removeEventListener("keydown", onKey, { capture: true });
    sized.disconnect();
  };
}

export default { render };
