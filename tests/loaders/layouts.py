"""What our loaders make of every real file, beside an independent reading of it.

``python tests/loaders/layouts.py --write`` puts the tables into docs/layouts.md.
"""

import argparse
import csv
import re
import warnings
from collections import Counter
from dataclasses import dataclass, field
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import independent
import numpy as np
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.content import read_content
from specoracle.loaders.opened import Opened
from specoracle.loaders.survey_file import LOADERS, load

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "spectra"
DOCUMENT = ROOT / "docs" / "layouts.md"

NEAR = 0.01
"""Pixels closer than this [Angstrom] are compared; ours are at least 0.03 Å apart."""

HEAD = (
    "| survey and layout | files | spectra | loader | compared with "
    "| wavelength | flux | ivar | marks |\n|---|---|---|---|---|---|---|---|---|\n"
)


class Difference(NamedTuple):
    """Largest in wavelength [Angstrom], flux and ivar (relative), and number of marks.

    ``ivar`` is NaN where the file holds no noise.
    """

    wavelength: float
    flux: float
    ivar: float
    marks: int


@dataclass
class Measured:
    """What was found of the files of one layout."""

    n_files: int = 0
    loaders: Counter = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    unlike: list[str] = field(default_factory=list)


def manifest():
    with (FOLDER / "MANIFEST.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def measure():
    """Read every file of the manifest twice; by survey and layout."""
    found = {}
    for row in manifest():
        each = found.setdefault((row["survey"], row["layout"]), Measured())
        each.n_files += 1
        _measure_one(each, row["file"], row["layout"])
    return dict(sorted(found.items()))


def _measure_one(each, name, layout):
    expected = independent.read(FOLDER / name, layout)
    each.loaders[loader_of(FOLDER / name)] += 1
    try:
        observations = load(FOLDER / name)
    except LoaderError as reason:
        each.refused[name] = str(reason)
        observations = []
    if len(observations) != len(expected):
        each.unlike.append(f"{name}: {len(observations)} spectra, not {len(expected)}")
        return
    for observation, reading in zip(observations, expected, strict=True):
        try:
            each.differences.append(compare(observation.spectrum, reading))
        except AssertionError as reason:
            each.unlike.append(f"{name}: {reason}")


def compare(spectrum, reading):
    """Compare pixel by pixel; ours may have more, if they are marked as unusable."""
    order = np.argsort(reading.wavelength)
    wavelength, flux = reading.wavelength[order], np.asarray(reading.flux)[order]
    nearest = np.searchsorted((wavelength[1:] + wavelength[:-1]) / 2, spectrum.wavelength)
    apart = np.abs(spectrum.wavelength - wavelength[nearest])
    same = apart < NEAR
    assert np.array_equal(nearest[same], np.arange(wavelength.size)), "other pixels"
    assert not spectrum.ivar[~same].any(), "pixels that are not in the file"
    ours, theirs = spectrum.flux[same].astype(float), flux.astype(float)
    assert np.array_equal(np.isfinite(ours), np.isfinite(theirs)), "other missing fluxes"
    known = np.isfinite(ours)
    in_flux = _relative(ours[known], theirs[known])
    in_ivar = np.nan
    if reading.ivar is not None:
        ivar = np.asarray(reading.ivar)[order].astype(float)
        in_ivar = _relative(spectrum.ivar[same].astype(float), np.where(known, ivar, 0))
    return Difference(apart[same].max(), in_flux, in_ivar, int((~same).sum()))


def _relative(ours, theirs):
    return float((np.abs(ours - theirs) / np.where(theirs == 0, 1, np.abs(theirs))).max())


def loader_of(path):
    """Name of the first loader that recognises a file."""
    content = bytes(read_content(path).data)
    if not content.startswith(b"SIMPLE"):
        return _recognising(Opened(path.name, content))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # unusual cards
        with fits.open(BytesIO(content), memmap=False) as hdus:
            return _recognising(Opened(path.name, content, hdus))


def _recognising(opened):
    return next((name for name, each in LOADERS.items() if each.recognises(opened)), "none")


def table(found):
    """The table of the document."""
    return HEAD + "".join(
        f"| {survey}: {cell(layout)} | {each.n_files} | {len(each.differences)} "
        f"| {', '.join(sorted(each.loaders))} | {independent.reader_of(layout).__doc__} "
        f"| {verdict(each)} |\n"
        for (survey, layout), each in found.items()
    )


def verdict(each):
    """Differences in wavelength, flux and ivar, and marks; or that nothing was read."""
    if not each.differences:
        return "refused | refused | refused | "
    wavelength, flux, ivar, marks = map(np.max, zip(*each.differences, strict=True))
    noise = "estimated" if np.isnan(ivar) else relative(ivar)
    return f"{in_angstrom(wavelength)} | {relative(flux)} | {noise} | {marks or ''}"


def in_angstrom(value):
    """Words for a difference, which stay the same on machines that round otherwise."""
    steps = {1e-8: "< 1e-8 Å", 1e-3: "< 1 mÅ"}
    return next((word for step, word in steps.items() if value < step), f"{value:.1g} Å")


def relative(value):
    steps = {1e-300: "exact", 1e-6: "< 1e-6"}
    return next((word for step, word in steps.items() if value < step), f"{value:.1g}")


def refusals(found):
    """Files that are refused, with the loaders' own words."""
    return "".join(
        f"* `{name}`: {reason.partition(': ')[2]}\n"
        for each in found.values()
        for name, reason in each.refused.items()
    )


def cell(words):
    return words.replace("|", r"\|")


def section(name):
    """What stands in the document between the marks of a section."""
    return _pattern(name).search(DOCUMENT.read_text("utf-8"))[1]


def write(name, words):
    document = DOCUMENT.read_text("utf-8")
    new = f"<!-- {name} -->\n{words}<!-- end of {name} -->"
    DOCUMENT.write_text(_pattern(name).sub(lambda _: new, document), "utf-8")


def _pattern(name):
    return re.compile(rf"<!-- {name} -->\n(.*?)<!-- end of {name} -->", re.DOTALL)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="into docs/layouts.md")
    written = options.parse_args().write
    found = measure()
    sections = {"measured": table(found), "refused": refusals(found)}
    if find_spec("specutils") is not None:
        import with_specutils

        sections["specutils"] = with_specutils.table()
    for name, words in sections.items():
        print(words)  # noqa: T201
        if written:
            write(name, words)


if __name__ == "__main__":
    main()
