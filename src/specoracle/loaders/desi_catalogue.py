"""What DESI says of each spectrum of a file: FIBERMAP, EXP_FIBERMAP and REDSHIFTS.

Columns: https://desidatamodel.readthedocs.io/en/latest/DESI_SPECTRO_REDUX/SPECPROD/healpix/SURVEY/PROGRAM/PIXGROUP/PIXNUM/coadd-SURVEY-PROGRAM-PIXNUM.html
"""

import math
from collections.abc import Iterable
from typing import Any

from astropy.io import fits

from specoracle.loaders.header import object_class, text
from specoracle.loaders.header_catalogue import time_row
from specoracle.spectra.observation import CatalogueRow

NUMBER_COLUMNS = {"TARGET_RA": "ra", "TARGET_DEC": "dec"}
FLUX_COLUMNS = {"FLUX_G": "mag_g", "FLUX_R": "mag_r", "FLUX_Z": "mag_z"}
"""Fluxes of the Legacy Surveys [nanomaggy], and what the catalogue calls magnitudes."""

REDSHIFTS = ("REDSHIFTS", "ZBEST")
"""Names of the table of redshifts, of later releases and of the first."""

NO_DATA = 1 << 9
"""Bit of ZWARN where there was nothing to fit: redrock, py/redrock/zwarning.py."""

_EXPOSURE = ("TARGETID", "MJD", "FIBER", "FIBERSTATUS")
_REDSHIFT = ("TARGETID", "Z", "ZWARN", "SPECTYPE", "SUBTYPE")

Line = dict[str, Any]
"""A row of a table, by column."""


def rows(hdus: fits.HDUList) -> list[CatalogueRow]:
    """One catalogue row for each row of FIBERMAP."""
    exposures, redshifts = _exposures(hdus), _redshifts(hdus)
    release = _release(hdus[0].header)
    found = []
    for line in _lines(hdus, "FIBERMAP", (*_EXPOSURE, *NUMBER_COLUMNS, *FLUX_COLUMNS)):
        target = line["TARGETID"]
        row = release | _target(line, target)
        row |= _moment([line] if "MJD" in line else exposures.get(target, []))
        found.append(row | redshifts.get(target, CatalogueRow()))
    return found


def magnitude_of_flux(flux: float) -> float | None:
    """Magnitude [AB mag] of a flux [nanomaggy]; ``None`` where there is none.

    References
    ----------
    Dey et al. (2019), AJ 157, 168, section 8: a magnitude is 22.5 - 2.5 log10(flux).

    Examples
    --------
    >>> magnitude_of_flux(100.0), magnitude_of_flux(0.0)
    (17.5, None)
    """
    return 22.5 - 2.5 * math.log10(flux) if 0 < flux < math.inf else None


def _lines(hdus: fits.HDUList, name: str, columns: Iterable[str]) -> list[Line]:
    """Rows of a table, in those columns that it has; none without the table."""
    if name not in hdus:
        return []
    table = hdus[name].data
    # Column by column: astropy takes 10 µs for each cell of a row.
    known = {key: table[key].tolist() for key in columns if key in table.names}
    return [
        dict(zip(known, values, strict=True))
        for values in zip(*known.values(), strict=True)
    ]


def _target(line: Line, target: int) -> CatalogueRow:
    values = {ours: line[name] for name, ours in NUMBER_COLUMNS.items() if name in line}
    values |= {
        ours: magnitude_of_flux(line[name])
        for name, ours in FLUX_COLUMNS.items()
        if name in line
    }
    known = {
        name: value
        for name, value in values.items()
        if value is not None and math.isfinite(value)
    }
    return CatalogueRow(target=str(target), **known)  # type: ignore[typeddict-item]


def _moment(exposures: list[Line]) -> CatalogueRow:
    """Mean time of the exposures that were used, and their fibre if it was one."""
    used = [each for each in exposures if each["FIBERSTATUS"] == 0] or exposures
    if not used:
        return {}
    row = time_row(sum(each["MJD"] for each in used) / len(used))
    fibres = {each["FIBER"] for each in used}
    if len(fibres) == 1:
        row["fibre"] = float(fibres.pop())
    return row


def _exposures(hdus: fits.HDUList) -> dict[int, list[Line]]:
    """Exposures of each target of a coadd."""
    found: dict[int, list[Line]] = {}
    for line in _lines(hdus, "EXP_FIBERMAP", _EXPOSURE):
        found.setdefault(line["TARGETID"], []).append(line)
    return found


def _redshifts(hdus: fits.HDUList) -> dict[int, CatalogueRow]:
    """Class, subclass and redshift of each target, where the file has them."""
    found: dict[int, CatalogueRow] = {}
    for line in [line for name in REDSHIFTS for line in _lines(hdus, name, _REDSHIFT)]:
        if line["ZWARN"] & NO_DATA or not math.isfinite(line["Z"]):
            continue
        row = CatalogueRow(z=line["Z"])
        if kind := object_class(line["SPECTYPE"]):
            row["object_class"] = kind
        if subtype := line["SUBTYPE"].strip():
            row["subclass"] = subtype
        found[line["TARGETID"]] = row
    return found


def _release(header: fits.Header) -> CatalogueRow:
    """Name of the reduction that made the file, among the versions of what it used."""
    dependencies = {
        header[key]: text(header, [key.replace("NAM", "VER")])
        for key in header
        if key.startswith("DEPNAM")
    }
    release = text(header, ["SPECPROD"]) or dependencies.get("SPECPROD")
    return CatalogueRow(release=release) if release else {}
