"""What specutils makes of one real file of each layout, beside our loaders."""

import warnings
from importlib.metadata import version
from textwrap import shorten

import numpy as np
from astropy.io.registry import IORegistryError
from layouts import FOLDER, cell, in_angstrom, manifest

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load

HEAD = "| layout | file | specutils {} |\n|---|---|---|\n"


def table():
    """The table of the document, of the first file of each layout."""
    first = {}
    for row in manifest():
        first.setdefault((row["survey"], row["layout"]), row["file"])
    return HEAD.format(version("specutils")) + "".join(
        f"| {survey}: {cell(layout)} | `{name}` | {cell(outcome(FOLDER / name))} |\n"
        for (survey, layout), name in sorted(first.items())
    )


def outcome(path):
    """Whether it reads the same, or something else, or why it does not read."""
    from specutils import Spectrum, SpectrumList

    reasons = []
    for reader in (Spectrum, SpectrumList):
        try:
            found = _read(reader, path)
        except IORegistryError:
            reasons.append("reads it not: knows no such layout")
        except Exception as reason:  # whatever its many loaders stumble over
            words = shorten(str(reason), 64, placeholder=" …")
            reasons.append(f"reads it not: {type(reason).__name__}, {words}")
        else:
            return _compared(path, found if isinstance(found, list) else [found])
    return reasons[0]


def _read(reader, path):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return reader.read(str(path))


def _compared(path, arms):
    try:
        observations = load(path)
    except LoaderError:
        return "reads it; we refuse it"
    apart = [
        _difference(observation, arm, arms) for observation in observations for arm in arms
    ]
    if any(each is None for each in apart):
        return "reads another flux"
    low, high = min(np.min(each) for each in apart), max(np.max(each) for each in apart)
    most = max(abs(low), abs(high))
    if most < 1e-3:
        return f"the same flux, wavelength {in_angstrom(most)}"
    return f"the same flux, wavelengths {low:.2f} to {high:.2f} Å longer"


def _difference(observation, arm, arms):
    """Its wavelengths less ours outside other arms; ``None`` where fluxes differ."""
    axis, flux = _axis(arm), np.atleast_2d(arm.flux.value)
    others = [_axis(other) for other in arms if other is not arm]
    alone = np.all([(axis < o[0] - 1) | (axis > o[-1] + 1) for o in others], axis=0)
    alone = np.broadcast_to(alone, axis.shape)
    flux = flux[observation.row if len(flux) > 1 else 0]
    ours = observation.spectrum
    start = np.searchsorted(ours.wavelength, axis[0] - 0.1) if others else 0
    part = slice(start, start + axis.size)
    same = np.array_equal(ours.flux[part][alone], flux[alone], equal_nan=True)
    return (axis - ours.wavelength[part])[alone] if same else None


def _axis(spectrum):
    return np.asarray(spectrum.spectral_axis.to_value("Angstrom"), float)
