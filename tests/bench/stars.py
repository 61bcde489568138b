"""Made-up stars around Hα for the benchmarks of the network: many, quickly.

Three classes that overlap, so that a loss has somewhere to fall and somewhere to stop:
absorption, a single emission peak, and a double one, each of any strength, in noise.
"""

import numpy as np

PIXEL = np.linspace(-1, 1, 140, dtype="f4")
CLASSES = ("absorption", "emission", "double peak")


def stars(rng, n):
    """Flux on [-1, 1], shape ``(n, 140)``."""
    return labelled_stars(rng, n)[0]


def labelled_stars(rng, n):
    """Flux, and the number of each star's class."""
    kinds = rng.integers(0, len(CLASSES), n)
    strength = rng.uniform(0.05, 2, (n, 1)).astype("f4")
    width = rng.uniform(0.02, 0.2, (n, 1)).astype("f4")
    profile = np.exp(-0.5 * ((PIXEL - rng.normal(0, 0.05, (n, 1))) / width) ** 2)
    core = np.exp(-0.5 * (2.5 * PIXEL / width) ** 2)
    sign = np.where(kinds == 0, -1, 1)[:, None]
    flux = sign * profile - 0.7 * (kinds == 2)[:, None] * core
    flux = strength * flux + rng.normal(0, 0.15, (n, 140))
    low, high = flux.min(axis=1, keepdims=True), flux.max(axis=1, keepdims=True)
    return (2 * (flux - low) / (high - low) - 1).astype("f4"), kinds
