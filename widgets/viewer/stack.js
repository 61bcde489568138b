// Several spectra of one object in one pane: each at the level of the current one, and set
// apart in the order of the list. The axis, cursor and ruler are those of the current one.

import { median } from "./light.js";
import { project, within } from "./project.js";
import { joined, padded, robustLimits } from "./scale.js";

/** Usable flux of a curve inside limits. */
function inside({ wave, flux }, x) {
  const [start, stop] = within(wave, x);
  return flux.subarray(start, stop).filter((value) => !Number.isNaN(value));
}

/**
 * A pane with `others`: `[{wave, flux, words}]`. `curves` are all that are shown, in order
 * from the top, with the pane's own at `place`.
 */
export function stacked(pane, curves, place) {
  const own = inside(pane.curve, pane.x);
  const [low, high] = robustLimits(own) ?? [0, 1];
  const step = high - low || 1;
  const level = median(own);
  let y = pane.y;
  const others = curves.map(({ curve, words }, i) => {
    const pixels = inside(curve, pane.x);
    const ratio = level / median(pixels);
    const factor = ratio > 0 && Number.isFinite(ratio) ? ratio : 1;
    const moved = (value) => value * factor + (place - i) * step;
    const limits = robustLimits(pixels);
    if (limits !== null && i !== place) y = joined(y, padded(limits.map(moved)));
    return { wave: curve.wave, flux: curve.flux.map(moved), words, isOwn: i === place };
  });
  return { ...pane, y, others };
}

/** Draw the others of a pane, and the words of all of them at its right. */
export function drawStack(pen, pane) {
  const { box, x, others } = pane;
  const { look, context } = pen;
  const s = look.scale;
  const to = project(pane);
  for (const one of others) {
    if (!one.isOwn) pen.curve(pane, one, { colour: look.mark });
  }
  for (const one of others) {
    const end = median(inside(one, [x[1] - 0.15 * (x[1] - x[0]), x[1]]));
    if (Number.isNaN(end)) continue;
    const width = pen.width(one.words) + 8 * s;
    const right = box.x + box.w - 4 * s;
    const foot = Math.max(box.y + 14 * s, Math.min(box.y + box.h - 4 * s, to.py(end) - 9 * s));
    context.globalAlpha = 0.8;
    context.fillStyle = look.surface;
    context.fillRect(right - width, foot - 11 * s, width, 15 * s);
    context.globalAlpha = 1;
    const colour = one.isOwn ? look.ink : look.muted;
    pen.text(one.words, right - 4 * s, foot, { align: "right", colour, bold: one.isOwn });
  }
}
