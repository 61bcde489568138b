// Keys of the view. None of them answers: classes, skip, undo, moves and comments have
// theirs, and whatever is not listed here is left alone.

import { isField } from "../panel/field.js";

export const KEYS = [
  ["l", "line", "Next line in the lower pane (with Shift: the one before)"],
  ["m", "smooth", "Smooth more (with Shift: less)"],
  ["w", "frame", "Wavelengths in vacuum, in air, at rest"],
  ["d", "normalise", "Flux, or flux divided by the continuum"],
  ["t", "band", "±1σ on or off"],
  ["a", "groups", "Names of lines: all, one group, none"],
  ["h", "overlay", "Overlay: class means, nearest labelled, same object"],
  ["j", "ruler", "Ruler: drag over a line (also Shift and drag)"],
  ["+", "in", "Zoom in"],
  ["-", "out", "Zoom out"],
  [",", "left", "Pan to the left"],
  [".", "right", "Pan to the right"],
  ["r", "reset", "The whole view again (also a double click)"],
  ["v", "keep", "Keep the view for the next spectrum, or not"],
  ["q", "pane", "Which pane zoom and pan are about"],
  ["?", "help", "These keys"],
  ["Escape", "escape", "Close what is open"],
];

const ACTIONS = new Map(KEYS.map(([key, action]) => [key, action]));
ACTIONS.set("=", "in").set("_", "out");

/** Keys of other parts of the desk, which nobody can change either. */
export const OTHER_KEYS = [
  ["F", "How good is it? All figures"],
  ["G", "Gallery"],
  ["K", "Model's opinion at once, or after the answer"],
];

/** What a key does to the view: `{action, back}`, or null when it is not ours. */
export function viewAction(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (isField(event.target)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const action = ACTIONS.get(key);
  return action === undefined ? null : { action, back: event.shiftKey };
}
