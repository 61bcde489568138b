// Axes: limits that a cosmic ray cannot flatten, and round ticks.

/** Median of five neighbours, which a spike of one or two pixels does not survive. */
function median5(a, b, c, d, e) {
  // Six comparisons: order two pairs, drop the least of their lower ends, twice.
  if (a > b) [a, b] = [b, a];
  if (c > d) [c, d] = [d, c];
  if (a > c) [a, b, c, d] = [c, d, a, b];
  a = e;
  if (a > b) [a, b] = [b, a];
  if (a > c) [a, b, c, d] = [c, d, a, b];
  return Math.min(b, c);
}

function percentile(sorted, share) {
  const place = (share / 100) * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

/**
 * Limits of a flux: percentiles after a running median, widened by `reach` about the
 * middle and never beyond the flux itself. The same rule as `figures/limits.py`.
 */
export function robustLimits(flux, { share = 0, reach = 3 } = {}) {
  const y = flux.filter((value) => Number.isFinite(value));
  const n = y.length;
  if (n === 0) return null;
  const at = (i) => y[Math.max(0, Math.min(n - 1, i))];
  const soft = y.map((_, i) => median5(at(i - 2), at(i - 1), at(i), at(i + 1), at(i + 2)));
  soft.sort();
  let [least, most] = [Infinity, -Infinity];
  for (const value of y) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const middle = percentile(soft, 50);
  return [
    Math.max(least, middle - reach * (middle - percentile(soft, share))),
    Math.min(most, middle + reach * (percentile(soft, 100 - share) - middle)),
  ];
}

/** Share of a peak that one of its neighbours has at least, unless it is a single pixel. */
export const SHARED = 0.25;

/**
 * Limits of all pixels but lonely ones: a pixel of a line shares its excess over the median
 * with a neighbour, that of a cosmic ray does not. The same rule as `figures/limits.py`.
 */
export function lineLimits(flux) {
  const y = flux.filter((value) => Number.isFinite(value));
  if (y.length === 0) return null;
  const middle = percentile(y.slice().sort(), 50);
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < y.length; i += 1) {
    const excess = Math.abs(y[i] - middle);
    const shares = (j) => j in y && Math.sign(y[i] - middle) * (y[j] - middle) >= SHARED * excess;
    if (!shares(i - 1) && !shares(i + 1)) continue;
    least = Math.min(least, y[i]);
    most = Math.max(most, y[i]);
  }
  return least <= most ? [least, most] : null;
}

/** Limits that hold both; either may be null. */
export function joined(one, other) {
  if (one === null || other === null) return one ?? other;
  return [Math.min(one[0], other[0]), Math.max(one[1], other[1])];
}

export function padded([low, high], share = 0.06) {
  const pad = share * (high - low) || Math.abs(high) || 1;
  return [low - pad, high + pad];
}

/** Round numbers inside the limits, about `count` of them, and their digits. */
export function ticks([low, high], count) {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return { values: [], step: 1 };
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.9999);
  const values = [];
  for (let i = Math.ceil(low / step); i * step <= high && values.length < 100; i += 1) {
    values.push(i * step);
  }
  return { values, step };
}

/** A tick in words: as many digits as the step needs, powers of ten where it is far from 1. */
export function tickText(value, step) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    const digits = Math.max(0, Math.floor(Math.log10(size)) - Math.floor(Math.log10(step)));
    return value.toExponential(Math.min(3, digits)).replace("-", "−").replace("e+", "e");
  }
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toFixed(Math.min(digits, 6)).replace("-", "−");
}

/**
 * Names that can be written without touching, in two rows at most: `[{…, row}]`. Those
 * with a higher `weight` choose first.
 */
export function placed(names, rows = 2, gap = 6) {
  const taken = Array.from({ length: rows }, () => []);
  const chosen = [];
  for (const name of [...names].sort((a, b) => b.weight - a.weight || a.x - b.x)) {
    const [left, right] = [name.x - name.width / 2 - gap / 2, name.x + name.width / 2 + gap / 2];
    const row = taken.findIndex((spans) => spans.every(([l, r]) => right <= l || left >= r));
    if (row < 0) continue;
    taken[row].push([left, right]);
    chosen.push({ ...name, row });
  }
  return chosen;
}
