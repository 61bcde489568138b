// The spectrum on the desk. The kernel says which one is current, and sends spectra before
// they are needed; the next one is drawn in the same turn in which the kernel names it.
// What is drawn and what `data-shows` says are changed together: answers carry that name.

import { makeBar, makeHelp } from "./bar.js";
import { chosenZoom, zooms } from "./desk.js";
import { viewAction } from "./keys.js";
import { lookOf } from "./look.js";
import { pointing } from "./pointer.js";
import { changed, movedByKey, remember, remembered } from "./settings.js";
import { Store } from "./store.js";
import { View } from "./view.js";
import { element } from "../panel/element.js";

const SOON = 100; // milliseconds after a spectrum until the next is drawn ahead

const PANE_WORDS = { line: "the line", whole: "the whole range", network: "the network's row" };

function render({ model, el }) {
  el.classList.add("specoracle", "so-viewer");
  el.dataset.testid = "spectrum";
  el.dataset.shows = "";
  const stage = element("div", "so-viewer-stage");
  const [canvas, glass] = [element("canvas", "so-viewer-canvas"), element("canvas", "so-viewer-glass")];
  canvas.setAttribute("role", "img");
  const note = element("div", "so-viewer-note");
  note.setAttribute("role", "status");
  const told = element("div", "so-viewer-told"); // for whoever sees no canvas
  told.setAttribute("role", "status");
  const { help, fill } = makeHelp(() => panel()?.dispatchEvent(new CustomEvent("specoracle-keys")));
  stage.append(canvas, glass, note, told, help);

  const about = model.get("lines");
  const store = new Store();
  const view = new View(canvas, glass, about);
  let settings = remembered(globalThis.localStorage);
  let ruler = false;
  let look = null;

  const act = (deed) => {
    const state = perform(deed);
    if (state) draw();
  };
  const { bar, show } = makeBar(act);
  el.append(bar, stage);

  const panel = () => el.closest(".specoracle-panel");
  const current = () => model.get("current").identifier ?? "";
  const strip = ({ strip: bytes }) =>
    bytes ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : null;
  /** Spectra of the object that are there, `{spectrum, words}`; the others are asked for. */
  const companions = () => {
    const wanted = model.get("current").companions ?? [];
    for (const [identifier] of wanted) {
      if (!store.get(identifier) && !awaited.has(identifier)) {
        awaited.add(identifier);
        model.send({ kind: "want", identifier });
      }
    }
    return wanted
      .map(([identifier, words]) => ({ spectrum: store.get(identifier), words }))
      .filter(({ spectrum }) => spectrum && !spectrum.error);
  };
  const awaited = new Set();
  const say = (words, bad = false) => {
    note.textContent = words;
    note.classList.toggle("so-bad", bad);
  };

  const draw = () => {
    if (stage.clientWidth === 0) return;
    if (look === null) {
      look = lookOf(el);
      view.resize(look);
    }
    const identifier = current();
    const spectrum = store.get(identifier);
    if (!spectrum || spectrum.error) {
      view.clear();
      el.dataset.shows = spectrum ? identifier : "";
      say(spectrum ? spectrum.error : identifier ? "Reading…" : "The batch is empty", Boolean(spectrum));
      canvas.setAttribute("aria-label", note.textContent);
      return;
    }
    spectrum.strip = strip(model.get("current"));
    const together = companions();
    view.draw(spectrum, settings, together);
    el.dataset.stacked = String(together.length);
    const many = together.length > 1;
    const words = many ? `${together.length} spectra of this object, at one level and set apart` : spectrum.note;
    say(spectrum.note);
    const main = spectrum.raw ?? spectrum.prepared;
    const zoom = chosenZoom(about.zooms, main, settings.line);
    show(settings, { zoom: zoom?.name, z: spectrum.z, ruler });
    canvas.setAttribute(
      "aria-label",
      `Spectrum ${identifier}, ${main.wave.length} pixels from ${main.wave[0].toFixed(0)} to ` +
        `${main.wave.at(-1).toFixed(0)} Å; lower pane: ${zoom?.name ?? "no line"}. ${aboutKeys()} ${words}`,
    );
    el.dataset.shows = identifier;
    el.dataset.drawn = String(Number(el.dataset.drawn ?? 0) + 1);
    needsOverlay(spectrum);
    drawAheadSoon();
  };

  // The next one is drawn while this one is looked at.
  let ahead = 0;
  const drawAheadSoon = () => {
    clearTimeout(ahead);
    ahead = setTimeout(drawAhead, SOON);
  };
  const drawAhead = () => {
    const { next } = model.get("current");
    const spectrum = next && store.get(next.identifier);
    if (!spectrum || spectrum.error || next.identifier === current() || look === null) return;
    spectrum.strip = strip(next);
    view.drawAhead(spectrum, settings);
  };

  const aboutKeys = () => `Keys zoom and pan ${PANE_WORDS[view.active?.name ?? "whole"]}.`;

  const needsOverlay = (spectrum) => {
    const name = settings.overlay;
    if (name === "none" || spectrum.overlays[name]) return;
    spectrum.overlays[name] = [];
    model.send({ kind: "overlay", name, identifier: spectrum.identifier });
  };

  const perform = (deed) => {
    const { action } = deed;
    const spectrum = store.get(current());
    if (action === "help") {
      fill(panel()?.answerKeys?.() ?? []);
      help.hidden = !help.hidden;
    } else if (action === "escape") {
      help.hidden = true;
      view.mark = null;
      ruler = false;
    } else if (action === "ruler") {
      ruler = !ruler;
      if (!ruler) view.mark = null;
    } else if (action === "reset") view.ranges = {};
    else if (action === "pane") {
      view.chooseNext();
      told.textContent = aboutKeys();
    } else {
      const pane = view.active;
      const range = pane && movedByKey(pane, deed);
      if (range) view.ranges[pane.name] = range;
      else settings = updated(deed, spectrum);
    }
    stage.dataset.ruler = String(ruler);
    return spectrum !== undefined;
  };
  const updated = (deed, spectrum) => {
    const here = spectrum ? zooms(about.zooms, spectrum.raw ?? spectrum.prepared) : [];
    const names = { zooms: here.map(({ name }) => name), groups: about.groups.map(([name]) => name) };
    const made = changed(settings, deed, names);
    if (made.line !== settings.line || made.frame !== settings.frame) view.ranges = {};
    if (made.normalised !== settings.normalised) view.mark = null;
    remember(globalThis.localStorage, made);
    return made;
  };

  const onCurrent = () => {
    if (el.dataset.shows === current()) {
      draw(); // what the model looked at may be seen now
      return;
    }
    // Nothing of one spectrum shows on another: no ruler, and no zoom unless it is wanted.
    view.mark = null;
    delete stage.dataset.measured;
    if (!settings.keep) view.ranges = {};
    draw();
    if (current() && !store.get(current())) model.send({ kind: "want", identifier: current() });
  };
  const onMessage = (content, buffers) => {
    if (content.kind === "overlay") store.lay(content, buffers);
    else if (content.kind === "spectrum") store.put(content, buffers);
    awaited.delete(content.identifier);
    const among = (model.get("current").companions ?? []).some(([name]) => name === content.identifier);
    if (among || content.identifier === current()) draw();
    else if (content.identifier === model.get("current").next?.identifier) drawAheadSoon();
  };
  const restyle = () => {
    look = null;
    if (look === null && store.get(current())) draw();
  };

  const onKey = (event) => {
    const root = panel();
    if (!root?.contains(event.target) || root.dataset.mode === "gallery") return;
    if (root.answersClaim?.(event)) return; // an annotator may give answers any key
    const deed = viewAction(event);
    if (deed === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act(deed);
  };

  pointing(canvas, view, {
    isRuler: () => ruler,
    redraw: draw,
    recentre: (x) => {
      const { line } = view.made;
      if (line) view.ranges.line = [x - (line.x[1] - line.x[0]) / 2, x + (line.x[1] - line.x[0]) / 2];
    },
  });
  const onKeys = (event) => {
    if (!help.hidden && event.target === panel()) fill(event.target.answerKeys?.() ?? []);
  };
  globalThis.addEventListener("specoracle-keys-changed", onKeys, { capture: true });
  model.on("change:current", onCurrent);
  model.on("msg:custom", onMessage);
  // Before the answers' own keys, and before JupyterLab's.
  globalThis.addEventListener("keydown", onKey, { capture: true });
  const sized = new ResizeObserver(() => {
    look = null;
    draw();
  });
  sized.observe(stage);
  const themed = new MutationObserver(restyle);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", restyle);
  model.send({ kind: "ready" });
  draw();

  return () => {
    clearTimeout(ahead);
    model.off("change:current", onCurrent);
    model.off("msg:custom", onMessage);
    globalThis.removeEventListener("keydown", onKey, { capture: true });
    globalThis.removeEventListener("specoracle-keys-changed", onKeys, { capture: true });
    sized.disconnect();
    themed.disconnect();
    scheme.removeEventListener("change", restyle);
  };
}

export default { render };
