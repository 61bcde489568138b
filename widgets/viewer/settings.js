// What the annotator has set, and how keys change it. Kept by the browser from one sitting
// to the next; a browser that keeps nothing starts from the usual.

import { OVERLAYS, SETTINGS, WIDTHS, moved } from "./desk.js";
import { FRAMES } from "./light.js";

const PLACE = "specoracle-view";

export function remembered(storage) {
  try {
    const kept = JSON.parse(storage.getItem(PLACE)) ?? {};
    const known = Object.entries(SETTINGS).map(([name, usual]) => [
      name,
      typeof kept[name] === typeof usual ? kept[name] : usual,
    ]);
    return Object.fromEntries(known);
  } catch {
    return { ...SETTINGS };
  }
}

export function remember(storage, settings) {
  try {
    storage.setItem(PLACE, JSON.stringify(settings));
  } catch {
    // A page without storage forgets, and that is all.
  }
}

function next(values, value, back, { turns = true } = {}) {
  const step = values.indexOf(value) + (back ? -1 : 1);
  if (turns) return values[(step + values.length) % values.length];
  return values[Math.max(0, Math.min(values.length - 1, step))];
}

/** Settings after an action, or the same object where it is about something else. */
export function changed(settings, { action, back }, { zooms, groups }) {
  switch (action) {
    case "line":
      return { ...settings, line: next(zooms, settings.line, back) ?? settings.line };
    case "smooth":
      return { ...settings, width: next(WIDTHS, settings.width, back) };
    case "frame":
      return { ...settings, frame: next(FRAMES, settings.frame, back) };
    case "normalise":
      return { ...settings, normalised: !settings.normalised };
    case "band":
      return { ...settings, band: !settings.band };
    case "groups":
      return { ...settings, group: next(["all", ...groups, "none"], settings.group, back) };
    case "overlay":
      return { ...settings, overlay: next(OVERLAYS, settings.overlay, back) };
    case "keep":
      return { ...settings, keep: !settings.keep };
    default:
      return settings;
  }
}

const MOVES = {
  in: { zoom: 0.8 },
  out: { zoom: 1.25 },
  left: { pan: -0.15 },
  right: { pan: 0.15 },
};

/** The range of a pane after a key that zooms or pans; null when the key does neither. */
export function movedByKey(pane, { action }) {
  const move = MOVES[action];
  if (!move) return null;
  const { wave } = pane.curve;
  return moved(pane.x, move, [wave[0], wave[wave.length - 1]]);
}
