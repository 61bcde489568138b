// Which candidates are wanted, in fields above the list.

import { element } from "../panel/element.js";

export function field(placeholder, label, width) {
  const made = element("input", "so-queue-field");
  made.type = "text";
  made.placeholder = placeholder;
  made.setAttribute("aria-label", label);
  made.autocomplete = "off";
  made.style.width = width;
  return made;
}

/** What the fields of the candidates say: S/N, "ra dec radius", labelled or not, flags. */
export function wantedOf({ snr, circle, labelled, unflagged }) {
  const wanted = { snr: Number(snr) || 0, unflagged };
  if (labelled !== "") wanted.labelled = labelled === "yes";
  const [ra, dec, radius] = circle.split(/[\s,]+/).filter(Boolean).map(Number);
  if ([ra, dec, radius].every(Number.isFinite)) Object.assign(wanted, { ra, dec, radius });
  return wanted;
}

export function makeWanted(ask) {
  const snr = field("S/N ≥", "Least signal-to-noise ratio", "4em");
  const circle = field("RA Dec radius °", "Circle on the sky in degrees", "9em");
  const labelled = element("select", "so-queue-field");
  labelled.setAttribute("aria-label", "Labelled or not");
  for (const [value, text] of [["", "all"], ["no", "unlabelled"], ["yes", "labelled"]]) {
    labelled.append(new Option(text, value));
  }
  const unflagged = element("input", "");
  unflagged.type = "checkbox";
  const clean = element("label", "so-queue-clean", "no flags");
  clean.prepend(unflagged);
  const asks = () =>
    ask(
      wantedOf({
        snr: snr.value,
        circle: circle.value,
        labelled: labelled.value,
        unflagged: unflagged.checked,
      }),
    );
  for (const one of [snr, circle, labelled, unflagged]) one.addEventListener("change", asks);
  return { fields: [snr, labelled, circle, clean], texts: [snr, circle], ask: asks };
}
