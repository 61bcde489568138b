"""Which columns of a table are wavelength, flux and noise.

What the user says counts first, then what a utype or UCD says, then names, and units last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specoracle.errors import LoaderError
from specoracle.loaders.measured import NoiseKind
from specoracle.loaders.tables.options import TableOptions
from specoracle.loaders.tables.table import Column, Table
from specoracle.loaders.tables.units import is_flux_density, is_spectral
from specoracle.loaders.tables.words import (
    ERRORS,
    FLUXES,
    IVARS,
    VARIANCES,
    WAVELENGTHS,
    words_of,
)

_NOISES: dict[NoiseKind, Sequence[str]] = {
    "ivar": IVARS,
    "error": ERRORS,
    "variance": VARIANCES,
}
_SPECTRAL = ("em.wl", "em.freq", "em.wavenumber", "em.energy", "spect.dopplerveloc")
_FLUX = ("phot.flux", "phot.count", "phys.luminosity", "arith.ratio;phot.flux")


class SeveralColumnsError(LoaderError):
    """Columns of which each might be what is sought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The columns that make a spectrum; ``kind`` says what ``noise`` holds."""

    wavelength: Column
    flux: Column
    noise: Column | None = None
    kind: NoiseKind = "error"


def roles(table: Table, options: TableOptions) -> Roles:
    """Find the columns.

    Raises
    ------
    LoaderError
        If there is no wavelength or no flux, or several might be it.
    """
    wavelength = _named(table, options.wavelength) or _wavelength(table)
    flux = _named(table, options.flux) or _flux(table)
    unnamed = not any(column.name.strip() for column in table.columns)
    if unnamed and len(table.columns) in (2, 3):
        wavelength = wavelength or table.columns[0]
        flux = flux or table.columns[1]
    if wavelength is None or flux is None:
        what = "wavelength" if wavelength is None else "flux"
        raise LoaderError(
            f"expected a column of {what}, got {len(table.columns)} columns "
            f"{table.names}. Say which it is: --loader 'table:{what}=NAME'."
        )
    noise, kind = _noise(table, options)
    if noise is None and unnamed and len(table.columns) == 3:
        noise = next((c for c in table.columns if c not in (wavelength, flux)), None)
    return Roles(wavelength=wavelength, flux=flux, noise=noise, kind=kind)


def _named(table: Table, name: str) -> Column | None:
    """The column that the user named, or numbered from 1."""
    if not name:
        return None
    exact = [column for column in table.columns if column.name == name]
    alike = [column for column in table.columns if column.name.lower() == name.lower()]
    for found in (exact, alike):
        if len(found) == 1:
            return found[0]
    if name.isdecimal() and 0 < int(name) <= len(table.columns):
        return table.columns[int(name) - 1]
    raise LoaderError(
        f"expected a column {name!r}, got {len(table.columns)} columns {table.names}. "
        "Correct --loader, or leave the file out."
    )


def _wavelength(table: Table) -> Column | None:
    found = _first(
        table,
        lambda c: c.utype.lower().endswith("spectralaxis.value"),
        lambda c: c.ucd.lower().startswith(_SPECTRAL) and "stat." not in c.ucd.lower(),
        lambda c: words_of(c.name).bare in WAVELENGTHS,
        lambda c: is_spectral(c.unit),
    )
    for preferred in (_is_linear, _is_in_vacuum):
        found = [column for column in found if preferred(column)] or found
    return _only(found, "wavelength")


def _is_linear(column: Column) -> bool:
    return not words_of(column.name).logarithm


def _is_in_vacuum(column: Column) -> bool:
    return words_of(column.name).medium != "air"


def _flux(table: Table) -> Column | None:
    found = _first(
        table,
        lambda c: c.utype.lower().endswith("fluxaxis.value"),
        lambda c: c.ucd.lower().startswith(_FLUX) and "stat." not in c.ucd.lower(),
    )
    found = found or _ranked(table, FLUXES)
    found = found or [c for c in table.columns if is_flux_density(c.unit)]
    return _only(found, "flux")


def _noise(table: Table, options: TableOptions) -> tuple[Column | None, NoiseKind]:
    if options.error or options.ivar:
        kind: NoiseKind = "error" if options.error else "ivar"
        return _named(table, options.error or options.ivar), kind
    found = _first(
        table,
        lambda c: c.utype.lower().endswith("fluxaxis.accuracy.staterror"),
        lambda c: c.ucd.lower().startswith(("stat.error;phot", "stat.stdev;phot")),
    )
    if len(found) == 1:
        return found[0], "error"
    for kind, names in _NOISES.items():
        if named := _ranked(table, names):
            return _only(named, kind), kind
    return None, "error"


def _first(table: Table, *tests: Callable[[Column], bool]) -> list[Column]:
    """The columns that pass the first test that any passes."""
    for test in tests:
        if found := [column for column in table.columns if test(column)]:
            return found
    return []


def _ranked(table: Table, names: Sequence[str]) -> list[Column]:
    return next(
        (
            found
            for name in names
            if (found := [c for c in table.columns if words_of(c.name).bare == name])
        ),
        [],
    )


def _only(found: list[Column], what: str) -> Column | None:
    if len(found) > 1:
        names = " and ".join(repr(column.name) for column in found[:4])
        raise SeveralColumnsError(
            f"expected one column of {what}, got {len(found)}: {names}. Say which it is: "
            f"--loader 'table:{what}={found[0].name or found[0].place + 1}'."
        )
    return found[0] if found else None
