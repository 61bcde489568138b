// Physics of looking: frames of wavelength, smoothing, continuum, velocities. Arrays in,
// arrays out; NaN is a pixel without a value and is never averaged in.

export const SPEED_OF_LIGHT = 299792.458; // km/s, exact by definition of the metre
export const FRAMES = ["vacuum", "air", "rest"];

/**
 * A wavelength in vacuum as it is measured in air [Angstrom]: Ciddor (1996), Applied
 * Optics 35, 1566, in the form of https://www.astro.uu.se/valdwiki/Air-to-vacuum%20conversion
 */
export function toAir(wavelength) {
  if (wavelength <= 2000) return wavelength;
  const s = (1e4 / wavelength) ** 2;
  const n = 1 + 8.34254e-5 + 2.406147e-2 / (130 - s) + 1.5998e-4 / (38.9 - s);
  return wavelength / n;
}

/** Wavelengths of pixels in a frame; in the rest frame that of an object at redshift z. */
export function inFrame(wave, frame, z = 0) {
  if (frame === "air") return wave.map(toAir);
  return frame === "rest" ? wave.map((x) => x / (1 + z)) : wave;
}

/** Where the laboratory wavelength of a line lies in a frame. */
export function lineInFrame(wavelength, frame) {
  return frame === "air" ? toAir(wavelength) : wavelength;
}

export function velocity(wavelength, centre) {
  return SPEED_OF_LIGHT * (wavelength / centre - 1);
}

/**
 * Average over `width` pixels, weighted by 1/σ² where σ is known: the weighted mean and
 * its standard error (Bevington & Robinson 2003, eqs. 4.17 and 4.19).
 */
export function smoothed({ flux, sigma }, width) {
  if (width <= 1) return { flux, sigma };
  const half = width >> 1;
  const n = flux.length;
  const out = new Float32Array(n).fill(NaN);
  const error = sigma ? new Float32Array(n).fill(NaN) : undefined;
  for (let i = 0; i < n; i += 1) {
    if (Number.isNaN(flux[i])) continue;
    let sum = 0;
    let weights = 0;
    const last = Math.min(n - 1, i + half);
    for (let j = Math.max(0, i - half); j <= last; j += 1) {
      const weight = sigma ? 1 / (sigma[j] * sigma[j]) : 1;
      if (Number.isNaN(flux[j]) || !Number.isFinite(weight)) continue;
      sum += weight * flux[j];
      weights += weight;
    }
    out[i] = weights > 0 ? sum / weights : flux[i];
    if (error) error[i] = weights > 0 ? 1 / Math.sqrt(weights) : sigma[i];
  }
  return { flux: out, sigma: error };
}

export function median(values) {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const CONTINUUM_WIDTH = 150; // Angstrom, wide against lines, narrow against colours

/** Medians of pieces of `CONTINUUM_WIDTH`, joined by straight lines. */
export function continuum(wave, flux) {
  const knots = [];
  for (let start = 0; start < wave.length; ) {
    let stop = start;
    while (stop < wave.length && wave[stop] < wave[start] + CONTINUUM_WIDTH) stop += 1;
    const piece = flux.subarray(start, stop).filter((y) => !Number.isNaN(y));
    if (piece.length > 0) knots.push([(wave[start] + wave[stop - 1]) / 2, median(piece)]);
    start = stop;
  }
  let right = 0;
  return flux.map((_, i) => {
    while (right < knots.length && knots[right][0] < wave[i]) right += 1;
    const [a, b] = [knots[Math.max(0, right - 1)], knots[Math.min(right, knots.length - 1)]];
    if (a === undefined || a === b) return (a ?? b ?? [0, NaN])[1];
    return a[1] + ((b[1] - a[1]) * (wave[i] - a[0])) / (b[0] - a[0]);
  });
}

/** Flux and σ divided by the continuum; without a value where that is not positive. */
export function normalised({ wave, flux, sigma }) {
  const level = continuum(wave, flux);
  const over = (y, i) => (level[i] > 0 ? y / level[i] : NaN);
  return { flux: flux.map(over), sigma: sigma?.map(over) };
}
