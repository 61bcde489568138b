// What the panes show of a spectrum, given the annotator's settings; and where they lie.
// Wavelengths here are those of the chosen frame, in Angstrom.

import { SPEED_OF_LIGHT, inFrame, lineInFrame, normalised } from "./light.js";
import { smoothed, toAir, velocity } from "./light.js";
import { within } from "./project.js";
import { joined, lineLimits, padded, robustLimits } from "./scale.js";

export const WIDTHS = [1, 3, 5, 9, 15, 25];
export const OVERLAYS = ["none", "means", "neighbours", "object"];

export const SETTINGS = {
  line: "Hα",
  width: 1,
  frame: "vacuum",
  normalised: false,
  band: true,
  group: "all",
  overlay: "none",
  keep: false,
};

/** Lines that can be zoomed on: those whose centre is within the data. */
export function zooms(all, curve) {
  const { wave } = curve;
  const [low, high] = [wave[0], wave[wave.length - 1]];
  return all.filter(({ centre }) => centre > low && centre < high);
}

export function chosenZoom(all, curve, name) {
  const there = zooms(all, curve);
  return there.find((zoom) => zoom.name === name) ?? there[0] ?? null;
}

/** A curve as it is drawn: in its frame, divided by its continuum, smoothed. */
export function seen(curve, settings, z) {
  const { frame, width } = settings;
  const known = frame === "rest" && !Number.isFinite(z) ? "vacuum" : frame;
  const level = settings.normalised ? { ...curve, ...normalised(curve) } : curve;
  return { wave: inFrame(curve.wave, known, z ?? 0), ...smoothed(level, width) };
}

/** The name of the frame that is really drawn. */
export function frameWords(frame, z) {
  if (frame === "air") return "Å, air";
  if (frame === "rest" && Number.isFinite(z)) return `Å, at rest (z = ${z.toFixed(5)})`.replace("-", "−");
  return "Å, vacuum";
}

/** Boxes of the panes on a canvas of w × h pixels. */
export function boxes(w, h, s) {
  const [left, right, gap] = [62 * s, 16 * s, 64 * s];
  const [names, axis] = [42 * s, 24 * s];
  const free = h - 2 * (names + axis) - 12 * s;
  const top = Math.round(free * 0.5);
  const lower = { y: names + top + axis + 12 * s + names, h: free - top };
  const width = w - left - right;
  const line = Math.round((width - gap) * 0.58);
  return {
    whole: { x: left, y: names, w: width, h: top },
    line: { x: left, w: line, ...lower },
    network: { x: left + line + gap, w: width - gap - line, ...lower },
  };
}

/** The pixels of a curve inside limits. */
function part({ wave, flux }, limits) {
  const [start, stop] = within(wave, limits);
  return flux.subarray(start, stop);
}

/** Limits that reach beyond others by half of these at most. */
function near(limits, held) {
  if (limits === null || held === null) return limits;
  const reach = (held[1] - held[0]) / 2;
  return [Math.max(limits[0], held[0] - reach), Math.min(limits[1], held[1] + reach)];
}

/** Limits of what is in a range, which hold the line that is looked at to its tip. */
function limitsIn(curve, x, core, options) {
  const pixels = part(curve, x);
  const usual = near(robustLimits(pixels, options), lineLimits(pixels));
  const inside = [Math.max(x[0], core[0]), Math.min(x[1], core[1])];
  const line = inside[0] < inside[1] ? lineLimits(part(curve, inside)) : null;
  return padded(joined(usual, line) ?? [0, 1]);
}

/** The three panes with their curves and ranges; `line` is null where no line is inside. */
export function panes(spectrum, settings, zoom, ranges, box) {
  const { z } = spectrum;
  const raw = seen(spectrum.raw ?? spectrum.prepared, settings, z);
  // The network's own input is not ours to smooth or to divide.
  const untouched = { ...settings, width: 1, normalised: false };
  const network = seen(spectrum.prepared, untouched, z);
  const all = ({ wave }) => [wave[0], wave[wave.length - 1]];
  const made = {};
  const put = (name, curve, usual, options) => {
    const x = ranges[name] ?? usual;
    made[name] = { name, curve, x, y: limitsIn(curve, x, core, options), box: box[name] };
  };
  const centre = zoom ? lineInFrame(zoom.centre, settings.frame) : NaN;
  const around = (reach) => [centre - reach, centre + reach];
  const core = zoom ? around(zoom.half / 2) : [0, 0];
  put("whole", raw, all(raw), ranges.whole ? {} : { share: 0.5, reach: 1.4 });
  if (zoom) {
    put("line", raw, around(zoom.half), {});
    if (!ranges.whole) widen(made.whole, limitsIn(raw, around(20), core, {}));
  }
  put("network", network, all(network), {});
  return made;
}

/** The strongest line is seen to its tip in the whole range as well. */
function widen(pane, [low, high]) {
  pane.y = [Math.min(pane.y[0], low), Math.max(pane.y[1], high)];
}

/** Velocity of a wavelength about a line, and back, in a frame. */
export function velocityScale(zoom, frame) {
  const centre = lineInFrame(zoom.reference, frame);
  return {
    from: (wavelength) => velocity(wavelength, centre),
    to: (speed) => centre * (1 + speed / SPEED_OF_LIGHT),
    unit: "km/s",
    centre,
  };
}

/** Lines of the chosen group, where they lie in a frame; the zoomed one is marked. */
export function markedLines(groups, settings, zoom) {
  const at = (x) => (settings.frame === "air" ? toAir(x) : x);
  return groups
    .filter(([name]) => settings.group === "all" || settings.group === name)
    .flatMap(([, lines]) => lines)
    .map(([name, x]) => ({ name, at: at(x), chosen: zoom !== null && x === zoom.reference }));
}

/** Zoom about a share of the range, or pan by a share of it; inside what there is. */
export function moved([low, high], { zoom = 1, pan = 0, about = 0.5 }, [first, last]) {
  const width = Math.min((high - low) * zoom, last - first);
  if (width < 2) return [low, high];
  const start = low + (high - low) * (about + pan) - width * about;
  const inside = Math.max(first, Math.min(last - width, start));
  return [inside, inside + width];
}
