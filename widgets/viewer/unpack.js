// From the kernel's message to arrays. Wavelengths are vacuum, in Angstrom; a bad pixel has
// no value (NaN), so that it can be neither drawn nor measured.

/** Wavelengths of a grid that is even in log10 or linear, or those of a buffer. */
export function wavelengths({ kind, start, step, n }, buffer) {
  if (kind === "given") return Float64Array.from(new Float32Array(bytes(buffer)));
  const even = Float64Array.from({ length: n }, (_, i) => start + i * step);
  return kind === "log" ? even.map((x) => 10 ** x) : even;
}

/** Numbers from whole steps: 0 is no value, 1 the lowest. */
export function unquantised({ low, step }, steps) {
  return Float32Array.from(steps, (n) => (n === 0 ? NaN : low + (n - 1) * step));
}

/** One spectrum: `{wave, flux, sigma}`; a curve without uncertainty has no `sigma`. */
export function curve(about, [grid, flux, sigma]) {
  const made = { wave: wavelengths(about.grid, grid), unit: about.unit };
  made.flux = about.quantised
    ? unquantised(about.quantised, new Uint16Array(bytes(flux)))
    : new Float32Array(bytes(flux));
  if (about.sigma) made.sigma = unquantised(about.sigma, new Uint8Array(bytes(sigma))).map(Math.exp);
  return made;
}

// A buffer arrives as a view into a message, at any offset; typed arrays want their own.
function bytes(view) {
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
}
