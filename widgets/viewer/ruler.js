// What a marked interval says: equivalent width and the separation of two peaks.

import { median, velocity } from "./light.js";

/**
 * Equivalent width W = ∫ (1 − F/F_c) dλ, positive in absorption (Vollmann & Eversberg
 * 2006, Astronomische Nachrichten 327, 862, eq. 1). F_c is the straight line through the
 * medians of the outer tenths of the interval; the error is that of the pixels alone.
 *
 * Peaks are the two highest local extremes of F/F_c, of the sign that W has, with a
 * turn between them; their separation is in Angstrom and, about `centre`, in km/s.
 */
export function measured({ wave, flux, sigma }, [low, high], centre) {
  const pixels = [];
  for (let i = 0; i < wave.length; i += 1) {
    if (wave[i] >= low && wave[i] <= high && !Number.isNaN(flux[i])) pixels.push(i);
  }
  if (pixels.length < 6) return null;
  const edge = Math.max(3, Math.round(pixels.length / 10));
  const [left, right] = [pixels.slice(0, edge), pixels.slice(-edge)].map((part) => ({
    x: median(part.map((i) => wave[i])),
    y: median(part.map((i) => flux[i])),
  }));
  const level = (x) => left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
  if (!(left.y > 0 && right.y > 0)) return null;
  let width = 0;
  let variance = 0;
  for (const i of pixels) {
    const step = (wave[Math.min(i + 1, wave.length - 1)] - wave[Math.max(i - 1, 0)]) / 2;
    width += (1 - flux[i] / level(wave[i])) * step;
    if (sigma) variance += ((sigma[i] / level(wave[i])) * step) ** 2;
  }
  const sign = width < 0 ? 1 : -1;
  const profile = pixels.map((i) => sign * (flux[i] / level(wave[i]) - 1));
  const peaks = twoPeaks(pixels.map((i) => wave[i]), profile);
  return {
    width,
    error: sigma ? Math.sqrt(variance) : NaN,
    ends: [left, right],
    peaks,
    separation: peaks.length < 2 ? null : peaks[1] - peaks[0],
    velocity: peaks.length < 2 ? null : velocity(peaks[1], centre) - velocity(peaks[0], centre),
  };
}

/** Places of the two highest peaks that reach half of the highest, in order. */
function twoPeaks(wave, profile) {
  const soft = profile.map((y, i) => {
    const [a, b] = [profile[Math.max(0, i - 1)], profile[Math.min(profile.length - 1, i + 1)]];
    return (a + 2 * y + b) / 4;
  });
  const found = [];
  for (let i = 1; i < soft.length - 1; i += 1) {
    if (soft[i] > soft[i - 1] && soft[i] >= soft[i + 1]) found.push(i);
  }
  found.sort((a, b) => soft[b] - soft[a]);
  const strong = found.slice(0, 2).filter((i) => soft[i] > 0 && soft[i] >= soft[found[0]] / 2);
  return strong.map((i) => wave[i] + vertex(soft, i) * (wave[i + 1] - wave[i])).sort((a, b) => a - b);
}

/** Vertex of the parabola through three pixels, in pixels from the middle one. */
function vertex(y, i) {
  const bend = y[i - 1] - 2 * y[i] + y[i + 1];
  return bend === 0 ? 0 : (y[i - 1] - y[i + 1]) / (2 * bend);
}

/** The measurement in words. */
export function ruled(found) {
  if (found === null) return "Too few pixels, or no positive continuum";
  const digits = Math.abs(found.width) < 1 ? 3 : 2;
  const error = Number.isNaN(found.error) ? "" : ` ± ${found.error.toFixed(digits)}`;
  const width = `W = ${found.width.toFixed(digits)}${error} Å`.replaceAll("-", "−");
  if (found.separation === null) return width;
  const apart = `${found.separation.toFixed(2)} Å = ${found.velocity.toFixed(0)} km/s`;
  return `${width}   ·   peaks ${apart} apart`;
}
