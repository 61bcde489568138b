"""Speed of recipes: flux-conserving resampling beside spectres, and µs of each recipe.

spectres is called as its documentation shows, one spectrum at a time; all at once it takes
less, which is shown too.
"""

import numpy as np
from rounds import Way, clock, interleave, ratios
from spectres import spectres
from verdict import Figure

from specoracle.recipes.built_in import RECIPES
from specoracle.spectra.rebinning import overlaps
from specoracle.spectra.spectrum import Spectrum
from specoracle.spectra.weights import averaged

WAVELENGTH = 10 ** (3.5682 + 1e-4 * np.arange(3909))
WAVELENGTH.flags.writeable = False
GRID = np.linspace(3750.0, 9050.0, 1000)


def spectra(n_spectra):
    """Flux and ivar of noise on LAMOST's pixels, with bad pixels."""
    rng = np.random.default_rng(1)
    flux = rng.normal(500, 40, (n_spectra, WAVELENGTH.size))
    ivar = rng.uniform(0.5, 2, flux.shape)
    return flux, ivar


def run(*, n_spectra, n_peer, n_rounds, say):
    """Measure; return figures and µs a spectrum by way."""
    flux, ivar = spectra(n_spectra)
    peer, peer_ivar = flux[:n_peer], ivar[:n_peer]
    difference = _difference(peer, peer_ivar)
    say(f"Largest relative difference to spectres: {difference:.1e}\n")
    taken = interleave(
        {
            "spectres, one by one": Way(
                n_peer, lambda: clock(_one_by_one, peer, peer_ivar)
            ),
            "spectres, all at once": Way(n_peer, lambda: clock(_at_once, peer, peer_ivar)),
            "ours": Way(n_spectra, lambda: clock(_ours, flux, ivar)),
            **{f"recipe {n}": _recipe(r, flux, ivar) for n, r in RECIPES.items()},
        },
        n_rounds,
    )
    wall = {name: times["wall"] for name, times in taken.items()}
    for name, times in wall.items():
        say(f"{name:24} {np.median(times):10.1f} µs a spectrum")
    return [
        Figure(
            name="conserving resampling, times as fast",
            values=ratios(wall["spectres, one by one"], wall["ours"]),
            peer=f"spectres, one spectrum at a time, 3909 to {GRID.size} pixels",
            at_least=200,
        ),
        Figure(
            name="… than spectres all at once",
            values=ratios(wall["spectres, all at once"], wall["ours"]),
            peer="",
        ),
    ], {"difference": difference, "taken": wall}


def _one_by_one(flux, ivar):
    for row, weight in zip(flux, ivar, strict=True):
        spectres(GRID, WAVELENGTH, row, spec_errs=weight**-0.5)


def _at_once(flux, ivar):
    spectres(GRID, WAVELENGTH, flux, spec_errs=ivar**-0.5)


def _ours(flux, ivar):
    averaged(flux, ivar, overlaps(WAVELENGTH, GRID))


def _difference(flux, ivar):
    ours = averaged(flux, ivar, overlaps(WAVELENGTH, GRID))
    theirs = spectres(GRID, WAVELENGTH, flux, spec_errs=ivar**-0.5)
    pairs = ((ours.flux, theirs[0]), (ours.ivar**-0.5, theirs[1]))
    return max(float(np.max(np.abs(a / b - 1))) for a, b in pairs)


def _recipe(recipe, flux, ivar):
    made = [
        Spectrum(identifier=f"noise:{row}", wavelength=WAVELENGTH, flux=f, ivar=i)
        for row, (f, i) in enumerate(zip(flux, ivar, strict=True))
    ]
    return Way(len(made), lambda: clock(_prepare, recipe, made))


def _prepare(recipe, made):
    for start in range(0, len(made), 256):
        recipe.prepare([recipe.cut(each) for each in made[start : start + 256]])
