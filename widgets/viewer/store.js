// Spectra that the kernel has sent, by identifier: the present one, those that follow, and
// some that were seen. The oldest are forgotten, so that a long sitting costs no memory.

import { curve } from "./unpack.js";

const KEPT = 48;

export class Store {
  constructor() {
    this.spectra = new Map();
  }

  /** Take in a message of the kernel. */
  put({ identifier, about }, buffers) {
    const { raw, prepared, ...rest } = about;
    this.spectra.delete(identifier);
    this.spectra.set(identifier, {
      identifier,
      ...rest,
      raw: raw && curve(raw, buffers.slice(0, 3)),
      prepared: prepared && curve(prepared, buffers.slice(3, 5)),
      overlays: {},
    });
    for (const oldest of this.spectra.keys()) {
      if (this.spectra.size <= KEPT) break;
      this.spectra.delete(oldest);
    }
  }

  /** Take in curves to lay over one spectrum. */
  lay({ identifier, name, curves }, buffers) {
    const spectrum = this.spectra.get(identifier);
    if (!spectrum) return;
    spectrum.overlays[name] = curves.map((one, i) => ({
      ...one,
      ...curve(one, buffers.slice(2 * i, 2 * i + 2)),
    }));
  }

  get(identifier) {
    return this.spectra.get(identifier);
  }
}
