// A spectrum that is drawn before it is wanted: while the annotator looks at the one before,
// so that the step to it only has to show it.

/** What a picture depends on, besides the ranges that the annotator has chosen. */
export function picture({ spectrum, settings, look, chosen, size }) {
  const strip = spectrum.strip ? spectrum.strip.join() : "";
  return [spectrum, spectrum.overlays[settings.overlay], settings, look, chosen, ...size, strip];
}

export function isSame(one, other) {
  return one.length === other.length && one.every((part, i) => part === other[i]);
}

/** A canvas that is on no page; `null` in browsers without. */
export function sheet([w, h], ratio) {
  if (!globalThis.OffscreenCanvas || w === 0 || h === 0) return null;
  const made = new OffscreenCanvas(Math.round(w * ratio), Math.round(h * ratio));
  made.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
  return made;
}
