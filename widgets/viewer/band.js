// The uncertainty of a spectrum as a band about it.

import { project, within } from "./project.js";

/** ±1σ about a flux. */
export function drawBand(context, colour, pane, curve) {
  const [start, stop] = within(curve.wave, pane.x);
  context.fillStyle = colour;
  if (stop - start > pane.box.w) columns(context, pane, curve, start, stop);
  else polygons(context, pane, curve, start, stop);
}

/** The band where pixels are dense: one upright bar a column, ten times as fast. */
function columns(context, pane, { wave, flux, sigma }, start, stop) {
  const to = project(pane);
  for (let i = start; i < stop; ) {
    const column = Math.round(to.px(wave[i]));
    let [low, high] = [Infinity, -Infinity];
    for (; i < stop && Math.round(to.px(wave[i])) === column; i += 1) {
      if (flux[i] - sigma[i] < low) low = flux[i] - sigma[i];
      if (flux[i] + sigma[i] > high) high = flux[i] + sigma[i];
    }
    if (high >= low) context.fillRect(column, to.py(high), 1, to.py(low) - to.py(high));
  }
}

/** The band where pixels can be seen: one polygon for each run of usable ones. */
function polygons(context, pane, { wave, flux, sigma }, start, stop) {
  const to = project(pane);
  for (let i = start; i < stop; i += 1) {
    if (Number.isNaN(flux[i])) continue;
    const first = i;
    context.beginPath();
    for (; i < stop && !Number.isNaN(flux[i]); i += 1) {
      context.lineTo(to.px(wave[i]), to.py(flux[i] + sigma[i]));
    }
    for (let j = i - 1; j >= first; j -= 1) {
      context.lineTo(to.px(wave[j]), to.py(flux[j] - sigma[j]));
    }
    context.fill();
  }
}
