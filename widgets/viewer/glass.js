// What moves over the spectrum without it being drawn again: cursor, drag, ruler.

import { velocityScale } from "./desk.js";
import { project } from "./project.js";
import { measured, ruled } from "./ruler.js";

/** A line at the wavelength of the pointer in every pane, and what is there. */
export function drawCursor(pen, view, pane, point) {
  const wave = project(pane).wave(point.x);
  for (const other of Object.values(view.made)) {
    if (wave < other.x[0] || wave > other.x[1]) continue;
    const x = project(other).px(wave);
    pen.stroke(pen.look.accent, 0.8, (context) => {
      context.moveTo(x, other.box.y);
      context.lineTo(x, other.box.y + other.box.h);
    });
  }
  const { box } = pane;
  const s = pen.look.scale;
  const words = readout(view, pane, wave);
  const width = pen.width(words) + 10 * s;
  const right = box.x + box.w - 6 * s;
  pen.context.fillStyle = pen.look.surface;
  pen.context.fillRect(right - width, box.y + 3 * s, width, 17 * s);
  pen.text(words, right - 5 * s, box.y + 15 * s, { align: "right", colour: pen.look.ink });
}

function readout({ shown: { zoom, settings } }, pane, wave) {
  const { flux, sigma, wave: waves } = pane.curve;
  let i = 0;
  for (let [a, b] = [0, waves.length - 1]; a <= b; ) {
    i = (a + b) >> 1;
    if (waves[i] < wave) a = i + 1;
    else b = i - 1;
  }
  const value = Number.isNaN(flux[i]) ? "bad pixel" : Number(flux[i].toPrecision(4));
  const error = sigma && !Number.isNaN(sigma[i]) ? ` ± ${Number(sigma[i].toPrecision(2))}` : "";
  const speed =
    pane.name === "line"
      ? `   ${velocityScale(zoom, settings.frame).from(waves[i]).toFixed(0)} km/s`
      : "";
  return `${waves[i].toFixed(2)} Å   ${value}${error}${speed}`.replaceAll("-", "−");
}

/** The interval that is being dragged over. */
export function drawDrag(pen, { pane, from, to, measures }) {
  const { box } = pane;
  pen.context.fillStyle = measures ? pen.look.line : pen.look.accent;
  pen.context.globalAlpha = 0.18;
  pen.context.fillRect(Math.min(from, to), box.y, Math.abs(to - from), box.h);
  pen.context.globalAlpha = 1;
}

/** The marked interval, the continuum and the peaks that were found, and the result. */
export function drawRuler(pen, view) {
  const pane = view.made[view.mark.pane];
  if (!pane) return;
  const { settings, zoom } = view.shown;
  const centre = zoom ? velocityScale(zoom, settings.frame).centre : (view.mark.x[0] + view.mark.x[1]) / 2;
  const found = measured(pane.curve, view.mark.x, centre);
  const to = project(pane);
  const s = pen.look.scale;
  const [left, right] = view.mark.x.map(to.px);
  pen.inside(pane.box, () => {
    drawDrag(pen, { pane, from: left, to: right, measures: true });
    if (!found) return;
    pen.stroke(pen.look.line, 1.4, (context) => {
      context.moveTo(to.px(found.ends[0].x), to.py(found.ends[0].y));
      context.lineTo(to.px(found.ends[1].x), to.py(found.ends[1].y));
      for (const peak of found.peaks) {
        context.moveTo(to.px(peak), pane.box.y);
        context.lineTo(to.px(peak), pane.box.y + pane.box.h);
      }
    });
  });
  const words = ruled(found);
  const width = pen.width(words, 12) + 14 * s;
  const middle = Math.max(pane.box.x + width / 2, Math.min(pane.box.x + pane.box.w - width / 2, (left + right) / 2));
  const y = pane.box.y + 17 * s;
  pen.context.fillStyle = pen.look.surface;
  pen.context.fillRect(middle - width / 2, y - 15 * s, width, 21 * s);
  pen.text(words, middle, y, { align: "center", colour: pen.look.ink, size: 12, bold: true });
  view.canvas.parentElement.dataset.measured = words;
}
