import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenZoom, markedLines, moved, panes, velocityScale } from "../../widgets/viewer/desk.js";
import { SETTINGS, boxes, frameWords } from "../../widgets/viewer/desk.js";
import { KEYS, OTHER_KEYS, viewAction } from "../../widgets/viewer/keys.js";
import { inFrame, normalised, smoothed, toAir, velocity } from "../../widgets/viewer/light.js";
import { measured, ruled } from "../../widgets/viewer/ruler.js";
import { stacked } from "../../widgets/viewer/stack.js";
import { beyond } from "../../widgets/viewer/beyond.js";
import { lineLimits, placed, robustLimits, tickText, ticks } from "../../widgets/viewer/scale.js";
import { changed, remembered } from "../../widgets/viewer/settings.js";
import { Store } from "../../widgets/viewer/store.js";

const near = (value, expected, error) =>
  assert.ok(Math.abs(value - expected) <= error, `${value} is not ${expected} ± ${error}`);

const even = (start, stop, n) =>
  Float64Array.from({ length: n }, (_, i) => start + ((stop - start) * i) / (n - 1));

const HALPHA = { name: "Hα", centre: 6564.614, half: 80, reference: 6564.614 };

test("Hα in air is where Fraunhofer's C line is", () => {
  near(toAir(6564.614), 6562.8, 0.01);
});

test("at rest, a line of a receding object is back at its laboratory wavelength", () => {
  near(inFrame(Float64Array.of(6564.614 * 1.01), "rest", 0.01)[0], 6564.614, 1e-9);
});

test("a velocity is c Δλ / λ", () => {
  near(velocity(6564.614 * 1.001, 6564.614), 299.792458, 1e-9);
});

test("smoothing weighs by 1/σ² and leaves out what has no value", () => {
  const flux = Float32Array.of(1, 4, NaN);
  const { flux: soft, sigma } = smoothed({ flux, sigma: Float32Array.of(1, 2, 1) }, 3);
  // (1·1 + 4·¼) / (1 + ¼) and 1/√1.25.
  near(soft[0], 1.6, 1e-6);
  near(sigma[0], Math.sqrt(0.8), 1e-6);
  assert.ok(Number.isNaN(soft[2]));
});

test("a normalised slope is one everywhere", () => {
  const wave = even(4000, 8000, 4001);
  const { flux } = normalised({ wave, flux: Float32Array.from(wave, (x) => x / 4000) });
  near(flux[2000], 1, 1e-3);
  near(flux[1234], 1, 1e-3);
});

// A Gaussian of amplitude A and width s has the area A s √(2π).
const gaussian = (wave, lines) =>
  Float32Array.from(wave, (x) =>
    lines.reduce((sum, [a, at, s]) => sum + a * Math.exp(-0.5 * ((x - at) / s) ** 2), 1),
  );

test("the equivalent width of a Gaussian is its area, positive in absorption", () => {
  const wave = even(6500, 6630, 1301);
  const flux = gaussian(wave, [[-0.5, 6564.6, 3]]);
  near(measured({ wave, flux }, [6530, 6600], 6564.6).width, 1.5 * Math.sqrt(2 * Math.PI), 0.01);
  const emitted = gaussian(wave, [[2, 6564.6, 3]]);
  near(measured({ wave, flux: emitted }, [6530, 6600], 6564.6).width, -6 * Math.sqrt(2 * Math.PI), 0.03);
});

test("a sloping continuum changes no equivalent width", () => {
  const wave = even(6500, 6630, 1301);
  const flux = gaussian(wave, [[-0.5, 6564.6, 3]]).map((y, i) => y * (1 + 0.001 * (wave[i] - 6564.6)));
  near(measured({ wave, flux }, [6530, 6600], 6564.6).width, 3.76, 0.02);
});

test("two peaks of emission are as far apart as they were put", () => {
  const wave = even(6500, 6630, 1301);
  const flux = gaussian(wave, [[1, 6562, 1], [1.2, 6567, 1]]);
  const found = measured({ wave, flux }, [6540, 6590], 6564.614);
  near(found.separation, 5, 0.05);
  near(found.velocity, (299792.458 * 5) / 6564.614, 3);
  assert.match(ruled(found), /peaks 5\.\d\d Å = 2\d\d km\/s apart/);
});

test("one peak has no separation, and too few pixels no measurement", () => {
  const wave = even(6500, 6630, 1301);
  const flux = gaussian(wave, [[1, 6564, 2]]);
  assert.equal(measured({ wave, flux }, [6540, 6590], 6564).separation, null);
  assert.equal(measured({ wave, flux }, [6564.0, 6564.3], 6564), null);
});

test("limits are those of the figures: a cosmic ray does not stretch them", () => {
  // The example of specoracle.figures.limits.robust_limits.
  const flux = new Float32Array(100).fill(1);
  flux.fill(2, 40, 50);
  flux[70] = 1e6;
  assert.deepEqual(robustLimits(flux), [1, 4]);
  assert.equal(robustLimits(new Float32Array(3).fill(NaN)), null);
});

/** Random numbers that are the same in every run (Marsaglia 2003, J. Stat. Soft. 8, 14). */
function random(seed) {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

/** A noisy continuum of 1 with a narrow line near the middle of 160 Å, and its peak. */
function narrowLine(draw) {
  const wave = even(6564.6 - 80, 6564.6 + 80, 110 + Math.floor(200 * draw()));
  const pixel = wave[1] - wave[0];
  const sigma = 0.02 + 0.05 * draw();
  const noise = () => sigma * (draw() + draw() + draw() + draw() - 2) * Math.sqrt(3);
  const flux = Float32Array.from(wave, () => 1 + noise());
  // Full width at half maximum of 1.7 to 3 pixels, wherever it falls on the pixels.
  const width = (1.7 + 1.3 * draw()) * pixel;
  const strength = (draw() < 0.7 ? 1 : -1) * (0.5 + (draw() < 0.5 ? 1 : 20) * draw());
  const centre = 6564.6 + 30 * (draw() - 0.5);
  let tip = 0;
  wave.forEach((x, i) => {
    const share = Math.exp(-4 * Math.log(2) * ((x - centre) / width) ** 2);
    flux[i] += Math.max(strength, -0.9) * share;
    if (share > Math.exp(-4 * Math.log(2) * ((wave[tip] - centre) / width) ** 2)) tip = i;
  });
  return { wave, flux, tip, strength };
}

const lineOf = ({ wave, flux }) => {
  const sigma = new Float32Array(flux.length).fill(0.05);
  const row = { wave: even(6519, 6732, 140), flux: new Float32Array(140).fill(1) };
  return panes({ raw: { wave, flux, sigma }, prepared: row }, SETTINGS, HALPHA, {}, boxes(900, 500, 1));
};

test("a line of two pixels is seen to its tip, in the line's pane and in the whole range", () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const spectrum = narrowLine(random(seed));
    const { line, whole } = lineOf(spectrum);
    for (const { y } of [line, whole]) {
      const tip = spectrum.flux[spectrum.tip];
      assert.ok(y[0] <= tip && tip <= y[1], `seed ${seed}: ${tip} beyond ${y}`);
      assert.equal(beyond(spectrum, [6560, 6570], y, 1).some(({ at }) => at === spectrum.wave[spectrum.tip]), false);
    }
  }
});

test("a peak of two equal pixels is a line", () => {
  const flux = new Float32Array(60).fill(1);
  flux.fill(9, 30, 32);
  assert.deepEqual(lineLimits(flux), [1, 9]);
});

test("a cosmic ray of one pixel flattens no line, and is marked beyond the edge", () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const draw = random(seed);
    const spectrum = narrowLine(draw);
    const before = lineOf(spectrum).line.y;
    const height = before[1] - before[0];
    // Anywhere but beside the line, of any strength.
    const hit = Math.floor(spectrum.flux.length * draw());
    if (Math.abs(hit - spectrum.tip) < 8) continue;
    spectrum.flux[hit] += height * 10 ** (1 + 4 * draw());
    const { y } = lineOf(spectrum).line;
    // Room is left for a line that a running median hides, but never as much again.
    assert.ok(y[1] - y[0] < 2 * height, `seed ${seed}: ${y} was ${before}`);
    const marks = beyond(spectrum, HALPHA_WINDOW, y, 0.1);
    assert.ok(marks.some(({ at, above }) => above && at === spectrum.wave[hit]));
  }
});

const HALPHA_WINDOW = [6564.6 - 80, 6564.6 + 80];

test("a cosmic ray beside the tip of a line leaves it a quarter of its height at least", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const draw = random(seed);
    const spectrum = narrowLine(draw);
    if (spectrum.strength < 0) continue;
    const before = lineOf(spectrum).line.y;
    const height = before[1] - before[0];
    spectrum.flux[spectrum.tip + (draw() < 0.5 ? -1 : 1)] += height * 10 ** (4 * draw());
    const { y } = lineOf(spectrum).line;
    assert.ok(y[1] - y[0] < 4.5 * height, `seed ${seed}: ${y} was ${before}`);
    assert.ok(spectrum.flux[spectrum.tip] <= y[1]);
  }
});

test("pixels beyond the edge that are close share a mark, at the farthest", () => {
  const wave = even(0, 9, 10);
  const flux = Float32Array.from([0, 8, 9, 0, 0, 7, -5, 0, 0, 8]);
  const marks = beyond({ wave, flux }, [0, 8.5], [-1, 1], 2);
  assert.deepEqual(marks.map(({ at, above }) => [at, above]), [[2, true], [5, true], [6, false]]);
});

test("spectra of one object stand apart in their order, at the level of the current one", () => {
  const wave = even(6500, 6600, 101);
  const flat = (level) => ({ wave, flux: Float32Array.from(wave, (_, i) => level * (1 + 0.1 * (i % 2))) });
  const curves = [flat(10), flat(2), flat(500)].map((curve, i) => ({ curve, words: String(i) }));
  const pane = { name: "line", curve: curves[1].curve, x: [6500, 6600], y: [1.9, 2.3] };
  const { others, y, curve } = stacked(pane, curves, 1);
  assert.equal(curve, pane.curve);
  const [top, own, bottom] = others.map(({ flux }) => flux.reduce((sum, one) => sum + one) / flux.length);
  // The step is the height of the current one: from 2.0 to 2.2.
  near(top - own, 0.2, 1e-5);
  near(own - bottom, 0.2, 1e-5);
  near(own, pane.curve.flux.reduce((sum, one) => sum + one) / 101, 1e-5);
  // From 1.8 to 2.4, and a little more.
  near(y[0], 1.788, 1e-5);
  near(y[1], 2.412, 1e-5);
});

test("a spectrum of the object without a level of its own is shown all the same", () => {
  const wave = even(6500, 6600, 101);
  const [own, empty] = [new Float32Array(101).fill(1), new Float32Array(101).fill(NaN)];
  const curves = [own, empty].map((flux) => ({ curve: { wave, flux }, words: "" }));
  const made = stacked({ curve: { wave, flux: own }, x: [6500, 6600], y: [0, 2] }, curves, 0);
  assert.equal(made.others.length, 2);
  assert.deepEqual(made.y, [0, 2]);
});

test("ticks are round, and written with the digits they need", () => {
  const { values, step } = ticks([6484.6, 6644.6], 4);
  assert.deepEqual(values, [6500, 6550, 6600]);
  assert.equal(tickText(values[0], step), "6500");
  assert.equal(tickText(-0.4, 0.2), "−0.4");
  assert.equal(tickText(3e-17, 1e-17), "3e−17");
});

test("an empty range has no ticks and takes no time", () => {
  for (const limits of [[1, 1], [NaN, 1], [-Infinity, Infinity]]) {
    assert.deepEqual(ticks(limits, 5).values, []);
  }
});

test("names of lines never overlap, and the chosen one is always written", () => {
  const names = Array.from({ length: 40 }, (_, i) => ({ x: 7 * i, width: 50, weight: i === 20 ? 1 : 0 }));
  const written = placed(names);
  assert.ok(written.some(({ weight }) => weight === 1));
  for (const row of [0, 1]) {
    const xs = written.filter((one) => one.row === row).map(({ x }) => x).sort((a, b) => a - b);
    for (let i = 1; i < xs.length; i += 1) assert.ok(xs[i] - xs[i - 1] >= 50);
  }
});

test("only lines within the data are zoomed on", () => {
  const hbeta = { name: "Hβ", centre: 4862.7, half: 80, reference: 4862.7 };
  const curve = { wave: even(6300, 6800, 100) };
  assert.equal(chosenZoom([hbeta, HALPHA], curve, "Hβ").name, "Hα");
  assert.equal(chosenZoom([hbeta], curve, "Hβ"), null);
});

test("in air, lines and pixels move together", () => {
  const groups = [["Balmer", [["Hα", 6564.614]]]];
  const [line] = markedLines(groups, { group: "all", frame: "air" }, HALPHA);
  near(line.at, 6562.8, 0.01);
  assert.ok(line.chosen);
  near(velocityScale(HALPHA, "air").from(line.at), 0, 1e-9);
  assert.equal(frameWords("rest", undefined), "Å, vacuum");
});

test("zoom keeps what is under the pointer, and never leaves the data", () => {
  const [low, high] = moved([0, 100], { zoom: 0.5, about: 0.2 }, [0, 100]);
  near(low + 0.2 * (high - low), 20, 1e-9);
  assert.deepEqual(moved([0, 50], { pan: -0.5 }, [0, 100]), [0, 50]);
  assert.deepEqual(moved([10, 60], { zoom: 10 }, [0, 100]), [0, 100]);
});

test("all panes of a spectrum have limits, without any usable pixel too", () => {
  const wave = even(3700, 9100, 500);
  const flux = new Float32Array(500).fill(NaN);
  const spectrum = { raw: { wave, flux, sigma: flux }, prepared: { wave: even(6519, 6732, 140), flux: flux.slice(0, 140) } };
  const made = panes(spectrum, SETTINGS, HALPHA, {}, boxes(900, 500, 1));
  assert.deepEqual(Object.keys(made), ["whole", "line", "network"]);
  for (const { y } of Object.values(made)) assert.ok(y[1] > y[0]);
});

test("no two boxes overlap, and all are on the canvas", () => {
  for (const [w, h, s] of [[980, 545, 1], [600, 330, 1], [2700, 1700, 1.7]]) {
    const { whole, line, network } = boxes(w, h, s);
    assert.ok(whole.y + whole.h < line.y && line.x + line.w < network.x);
    for (const { x, y, w: width, h: height } of [whole, line, network]) {
      assert.ok(x > 0 && y > 0 && width > 50 && height > 50 && x + width <= w && y + height <= h);
    }
  }
});

const press = (key, more = {}) => ({ key, shiftKey: false, target: { tagName: "DIV" }, ...more });

test("no key of the view is one of the answers'", () => {
  const taken = [..."0123456789szycubignpfexo/".split(""), "Backspace", "ArrowLeft", "ArrowRight", "Enter", "Tab"];
  for (const key of taken) assert.equal(viewAction(press(key)), null, key);
  for (const [key] of OTHER_KEYS) assert.equal(viewAction(press(key)), null, key);
});

test("every key that is listed does something, and no key two things", () => {
  for (const [key, action] of KEYS) assert.equal(viewAction(press(key)).action, action);
  assert.equal(new Set(KEYS.map(([key]) => key)).size, KEYS.length);
});

test("keys in a field, or with a modifier, are not ours", () => {
  assert.equal(viewAction(press("l", { target: { tagName: "INPUT" } })), null);
  assert.equal(viewAction(press("l", { ctrlKey: true })), null);
});

test("a key with Shift goes back through the lines", () => {
  const names = { zooms: ["Hα", "Hβ"], groups: ["Balmer"] };
  const after = changed({ ...SETTINGS, line: "Hα" }, { action: "line", back: true }, names);
  assert.equal(after.line, "Hβ");
  const group = changed(SETTINGS, { action: "groups", back: false }, names).group;
  assert.equal(group, "Balmer");
});

test("settings that make no sense are the usual ones", () => {
  const kept = { getItem: () => '{"line": 7, "keep": true, "__proto__": {"band": false}}' };
  assert.deepEqual(remembered(kept), { ...SETTINGS, keep: true });
  const refused = { getItem: () => { throw new Error("no storage"); } };
  assert.deepEqual(remembered(refused), SETTINGS);
});

const message = (identifier) => [
  {
    identifier,
    about: {
      raw: { grid: { kind: "linear", start: 4000, step: 1, n: 2 }, sigma: { low: 0, step: 1 }, unit: "u" },
      prepared: { grid: { kind: "linear", start: 4000, step: 1, n: 2 }, quantised: { low: -1, step: 1 } },
      note: "",
    },
  },
  [
    new DataView(new ArrayBuffer(0)),
    new DataView(Float32Array.of(1, NaN).buffer),
    new DataView(Uint8Array.of(1, 0).buffer),
    new DataView(new ArrayBuffer(0)),
    new DataView(Uint16Array.of(1, 3).buffer),
  ],
];

test("a spectrum arrives as it was sent", () => {
  const store = new Store();
  store.put(...message("a"));
  const { raw, prepared } = store.get("a");
  assert.deepEqual([...raw.wave], [4000, 4001]);
  assert.deepEqual([...raw.flux], [1, NaN]);
  assert.deepEqual([...raw.sigma], [1, NaN]);
  assert.deepEqual([...prepared.flux], [-1, 1]);
});

test("old spectra are forgotten, new ones kept", () => {
  const store = new Store();
  for (let i = 0; i < 200; i += 1) store.put(...message(String(i)));
  assert.equal(store.get("0"), undefined);
  assert.ok(store.get("199") && store.get("180"));
  assert.ok(store.spectra.size < 60);
});
