"""The spectra of a table: one row a pixel, or one row a spectrum.

Where nothing says whether wavelengths are in air or in vacuum, they are taken to be in
vacuum, which is 1.8 Å off at Hα for a table in air: say ``medium=air`` of such a one.
"""

import contextlib
import math
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from specoracle.errors import LoaderError
from specoracle.loaders.measured import Medium, Noise, measured_spectrum
from specoracle.loaders.tables.cards import catalogue
from specoracle.loaders.tables.options import TableOptions
from specoracle.loaders.tables.roles import Roles, roles
from specoracle.loaders.tables.table import Column, Table
from specoracle.loaders.tables.units import angstroms, is_length
from specoracle.loaders.tables.words import medium_in, words_of
from specoracle.spectra.observation import Observation

Pixels = npt.NDArray[np.float64]

SURVEY = "table"
"""First part of the identifiers: what a file of no known survey is of."""

_AIR_UCD = "obs.atmos"
"""IVOA Spectrum Data Model 1.1, section 4.1: ``em.wl;obs.atmos`` is an air wavelength."""

_FLAGS = (bool, int)
_MISSING = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "--"})
_MEDIUM_CARDS = ("AIRORVAC", "AIRVAC", "MEDIUM", "WAVETYPE")


def spectra(table: Table, options: TableOptions, key: str) -> list[Observation]:
    """Read all spectra of a table.

    Parameters
    ----------
    table
        Any.
    options
        What the user says of it.
    key
        Of the file; a row that is a spectrum adds its number.

    Raises
    ------
    LoaderError
        If it holds no spectrum, or a damaged one. A row that holds nothing is left out.
    """
    chosen = roles(table, options)
    wavelength = table.values(chosen.wavelength.place)
    flux = table.values(chosen.flux.place)
    noise = None if chosen.noise is None else table.values(chosen.noise.place)
    if not _is_of_arrays(flux):
        return [_observation(table, options, chosen, (wavelength, flux, noise), key)]
    found = []
    for row in range(len(flux)):
        arrays = (
            wavelength[row] if _is_of_arrays(wavelength) else wavelength,
            flux[row],
            None if noise is None else noise[row],
        )
        if _holds_something(flux[row]):
            name = key if len(flux) == 1 else f"{key}-{row}"
            found.append(_observation(table, options, chosen, arrays, name, row=row))
    if not found:
        raise LoaderError(
            f"expected at least one row with a flux, got {len(flux)} rows that hold zeros "
            "or nothing. Leave the file out."
        )
    return found


def medium_of(table: Table, column: Column, options: TableOptions) -> Medium:
    """Tell what the wavelengths of a table are measured in."""
    cards = {str(name).upper(): value for name, value in table.cards.items()}
    vacuum = cards.get("VACUUM")
    said = (
        options.medium,
        words_of(column.name).medium,
        medium_in(column.description),
        "air" if _AIR_UCD in column.ucd.lower() else "",
        *(medium_in(str(cards.get(name, ""))) for name in _MEDIUM_CARDS),
        ("vacuum" if vacuum else "air") if type(vacuum) in _FLAGS else "",
        medium_in(table.remarks),
    )
    return cast(Medium, next(filter(None, said), "vacuum"))


def _observation(
    table: Table,
    options: TableOptions,
    chosen: Roles,
    arrays: tuple[Any, Any, Any],
    key: str,
    *,
    row: int = 0,
) -> Observation:
    wavelength, flux, noise = arrays
    column, words = chosen.wavelength, words_of(chosen.wavelength.name)
    unit = options.unit or column.unit or words.unit
    logarithm = words.logarithm and not options.unit
    places = angstroms(_numbers(column, wavelength), unit, logarithm=logarithm)
    medium = medium_of(table, column, options)
    spectrum = measured_spectrum(
        f"{SURVEY}:{key}",
        places,
        _numbers(chosen.flux, flux),
        # Frequencies and energies are those of vacuum wavelengths.
        medium=medium if logarithm or is_length(unit) else "vacuum",
        noise=None
        if chosen.noise is None
        else Noise(_numbers(chosen.noise, noise), chosen.kind, _shown(chosen.noise)),
    )
    return Observation(
        spectrum=spectrum, catalogue=catalogue(table.cards), hdu=table.hdu, row=row
    )


def _is_of_arrays(values: Any) -> bool:
    array = np.ma.asanyarray(values)
    if array.ndim > 1:
        return True
    return bool(
        array.dtype.kind == "O"
        and array.size
        and isinstance(array[0], (np.ndarray, list, tuple))
    )


def _holds_something(values: Any) -> bool:
    array = np.ma.asanyarray(values)
    if array.dtype.kind not in "biuf":
        return True
    known = np.ma.filled(array.astype(np.float64), np.nan)
    return bool(np.any(np.isfinite(known) & (known != 0)))


def _numbers(column: Column, values: Any) -> Pixels:
    """Make numbers of a column; what is masked or empty is NaN."""
    array = np.ma.asanyarray(values).ravel()
    if array.dtype.kind in "biuf":
        return np.ma.filled(array.astype(np.float64), np.nan)
    if array.dtype.kind == "U" and not np.ma.is_masked(array):
        with contextlib.suppress(ValueError):
            return np.asarray(array).astype(np.float64)
    read = [_number(value) for value in np.ma.filled(array, "").tolist()]
    wrong = [words for words in read if isinstance(words, str)]
    if wrong:
        raise LoaderError(
            f"{_shown(column)}: expected numbers, got {len(wrong)} of {array.size} that "
            f"are text, the first {wrong[0][:20]!r}. Correct them, or name another column."
        )
    return np.array(read, np.float64)


def _number(value: Any) -> float | str:
    """Read a number as Fortran or anybody writes it; what is none comes back as text."""
    words = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    if words.strip().lower() in _MISSING:
        return math.nan
    try:
        return float(words.lower().replace("d", "e"))
    except ValueError:
        return words


def _shown(column: Column) -> str:
    return f"column {column.name!r}" if column.name else f"column {column.place + 1}"
