// What lies beyond the upper or the lower edge of a pane is marked there: limits that a
// cosmic ray cannot stretch would else hide that there is one.

import { project, within } from "./project.js";

const APART = 9; // pixels of the screen, at the least, between two marks

/** Places of pixels beyond the limits, `{at, above}`; those that are close share one. */
export function beyond({ wave, flux }, x, [low, high], apart) {
  const marks = [];
  const last = { true: null, false: null };
  const [start, stop] = within(wave, x);
  for (let i = start; i < stop; i += 1) {
    const above = flux[i] > high;
    if (!(above || flux[i] < low) || wave[i] < x[0] || wave[i] > x[1]) continue;
    const far = above ? flux[i] - high : low - flux[i];
    const before = last[above];
    if (before === null || wave[i] - before.until > apart) {
      last[above] = { at: wave[i], above, far, until: wave[i] };
      marks.push(last[above]);
    } else {
      before.until = wave[i];
      if (far > before.far) Object.assign(before, { at: wave[i], far });
    }
  }
  return marks;
}

/** A triangle at the edge for each of them. */
export function drawBeyond({ context, look }, pane) {
  const { box, curve, x, y } = pane;
  const to = project(pane);
  const size = 4 * look.scale;
  context.fillStyle = look.line;
  context.beginPath();
  for (const { at, above } of beyond(curve, x, y, (APART * look.scale * (x[1] - x[0])) / box.w)) {
    const [tip, foot] = above
      ? [box.y + 1, box.y + 1 + 1.7 * size]
      : [box.y + box.h - 1, box.y + box.h - 1 - 1.7 * size];
    context.moveTo(to.px(at), tip);
    context.lineTo(to.px(at) - size, foot);
    context.lineTo(to.px(at) + size, foot);
    context.closePath();
  }
  context.fill();
}
