// What the keys of the answers mean, and how they are written on the screen.

import { isField } from "../panel/field.js";

const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Backspace: "⌫" };

/** The name of a pressed key as bindings have it; a shifted digit is the digit. */
export function keyOf(event) {
  if (/^Digit\d$/.test(event.code ?? "") && event.shiftKey) return event.code.at(-1);
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/**
 * What a key press means: `null` when it is not ours; else it is kept from the page, and
 * `action` is what to do, `null` for a key that is merely held down. With Shift, a class
 * is given unsure.
 */
export function decide(event, classes, bindings) {
  if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return null;
  const key = keyOf(event);
  const action = Object.keys(bindings).find((name) => bindings[name].includes(key));
  if (action === undefined) return null;
  const number = /^class-(\d+)$/.exec(action)?.[1];
  const value = number === undefined ? undefined : classes[Number(number) - 1];
  if (number !== undefined && value === undefined) return null;
  if (event.repeat) return { action: null };
  if (value === undefined) return { action };
  return event.shiftKey ? { action: "label", value, sure: false } : { action: "label", value };
}

/** Lines of the page of keys, `[keys, words]`, from `[action, words, keys]`. */
export function answerKeys(named) {
  const lines = named.map(([, words, keys]) => [signs(keys), words]);
  const classes = named.filter(([action]) => action.startsWith("class-")).length;
  lines.splice(classes, 0, ["Shift", "with the key of a class: unsure"]);
  return lines;
}

export const signs = (keys) => keys.map((key) => sign([key])).join(" ");
export const sign = (keys) => (keys?.length ? (SIGNS[keys[0]] ?? keys[0].toUpperCase()) : "");
