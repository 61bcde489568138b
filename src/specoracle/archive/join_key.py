"""What another catalogue and an archive have in common: a key, or a position.

Keys of surveys are known: LAMOST's tables have lmjd, planid, spid and fiberid, those of
SDSS plate, mjd and fiberid. Tables of LAMOST: https://www.lamost.org/dr9/v2.0/catalogue;
of SDSS: https://data.sdss.org/datamodel/files/SPECTRO_REDUX/specObj.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from astropy import units

from specoracle.archive.catalogue_file import column_named, unit_of
from specoracle.archive.crossmatch import KeyMatcher, Matches, SkyMatcher
from specoracle.errors import ArchiveError
from specoracle.spectra.observation import TEXTS

_POSITIONS = (
    ("ra", "dec"),
    ("raj2000", "dej2000"),
    ("ra_icrs", "de_icrs"),
    ("_ra", "_de"),
    ("ra_obs", "dec_obs"),
    ("plug_ra", "plug_dec"),
    ("s_ra", "s_dec"),
)
"""Usual names of right ascension and declination, best first."""

_LAMOST = ("lmjd", "planid", "spid", "fiberid")
_SDSS = ("plate", "mjd", "fiberid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """How to match, made ready.

    Attributes
    ----------
    on
        ``"position"``, or the archive's column.
    columns
        Columns of the archive's catalogue that it needs.
    said
        Columns of the file that it was made of, for messages.
    match
        From a table of these columns to matches.
    """

    on: str
    columns: tuple[str, ...]
    said: str
    match: Callable[[pa.Table], Matches]


def key_for(
    table: pa.Table, file: Path, *, on: str | None, key: str | None, radius: float
) -> Key:
    """Choose how to match a catalogue; see `specoracle.archive.join.join_catalogue`.

    Raises
    ------
    ArchiveError
        If the file has not the columns for it, or a key repeats.
    """
    if on == "position":
        return _position(table, file, radius)
    if on is None and key is None:
        found = _identifiers(table)
        return _position(table, file, radius) if found is None else _by_text(*found)
    column = on or "identifier"
    if column not in {"identifier", *TEXTS}:
        raise ArchiveError(
            f"Join: expected to join on position, identifier, {', '.join(TEXTS)}, got "
            f"{on!r}. Choose one of these."
        )
    if key is None and column == "identifier":
        found = _identifiers(table)
    else:
        found = _named(table, key or column, column)
    if found is None:
        raise ArchiveError(
            f"{file}: expected a column {key or column!r}, or the survey's keys "
            f"({', '.join(_LAMOST)} or {', '.join(_SDSS)}), got "
            f"{', '.join(table.column_names)}. Name the key with --key."
        )
    return _by_text(*found)


def _named(table: pa.Table, key: str, column: str) -> tuple[pa.Array, str, str] | None:
    name = key if key in table.column_names else column_named(table, [key.lower()])
    return None if name is None else (_text(table[name]), name, column)


def _by_text(keys: pa.Array, said: str, column: str) -> Key:
    matcher = KeyMatcher(keys, said)
    return Key(
        on=column,
        columns=(column,),
        said=said,
        match=lambda batch: matcher.match(batch[column].combine_chunks()),
    )


def _identifiers(table: pa.Table) -> tuple[pa.Array, str, str] | None:
    """Identifiers as the archive writes them, if the file has the survey's keys."""
    if (found := _named(table, "identifier", "identifier")) is not None:
        return found
    for keys, write in ((_LAMOST, _lamost), (_SDSS, _sdss)):
        names = [column_named(table, [key]) for key in keys]
        if all(name is not None for name in names):
            texts = [_text(table[name]) for name in names]
            return write(*texts), ", ".join(str(name) for name in names), "identifier"
    return None


def _lamost(
    night: pa.Array, plan: pa.Array, spectrograph: pa.Array, fibre: pa.Array
) -> pa.Array:
    place = pc.binary_join_element_wise(_padded(spectrograph, 2), _padded(fibre, 3), "-")
    start = pc.binary_join_element_wise("lamost:", night, "")
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(start, plan, "-"), place, "_sp"
    )


def _sdss(plate: pa.Array, mjd: pa.Array, fibre: pa.Array) -> pa.Array:
    start = pc.binary_join_element_wise("sdss:", _padded(plate, 4), "")
    return pc.binary_join_element_wise(start, mjd, _padded(fibre, 4), "-")


def _padded(numbers: pa.Array, width: int) -> pa.Array:
    return pc.utf8_lpad(numbers, width, padding="0")


def _text(column: pa.ChunkedArray) -> pa.Array:
    """Keys as text; whole numbers without a point."""
    values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_floating(values.type):
        whole = pc.if_else(pc.is_finite(values), values, None)
        values = pc.cast(whole, pa.int64(), safe=False)
    return pc.utf8_trim_whitespace(pc.cast(values, pa.string()))


def _position(table: pa.Table, file: Path, radius: float) -> Key:
    if not 0 < radius <= 3600:
        raise ArchiveError(
            f"Radius: expected more than 0 and at most 3600 arcsec, got {radius:g}. "
            "Correct it."
        )
    for pair in _POSITIONS:
        names = [column_named(table, [name]) for name in pair]
        if all(names):
            ra, dec = (_degrees(table, file, str(name)) for name in names)
            _check_degrees(file, ra, dec)
            return _by_position(SkyMatcher(ra, dec, radius), ", ".join(map(str, names)))
    pairs = "; ".join(" and ".join(pair) for pair in _POSITIONS)
    raise ArchiveError(
        f"{file}: expected columns of a position ({pairs}), got "
        f"{', '.join(table.column_names)}. Rename them, or join by a key with --on."
    )


def _by_position(matcher: SkyMatcher, said: str) -> Key:
    return Key(
        on="position",
        columns=("ra", "dec"),
        said=said,
        match=lambda batch: matcher.match(_numbers(batch["ra"]), _numbers(batch["dec"])),
    )


def _degrees(table: pa.Table, file: Path, name: str) -> npt.NDArray[np.float64]:
    unit = unit_of(table, name)
    try:
        values = _numbers(table[name])
        return values if unit is None else (values * unit).to_value(units.deg)
    except (pa.ArrowException, units.UnitConversionError) as reason:
        raise ArchiveError(
            f"{file}: expected {name} in degrees, got {reason}. Convert the column."
        ) from reason


def _check_degrees(
    file: Path, ra: npt.NDArray[np.float64], dec: npt.NDArray[np.float64]
) -> None:
    known = np.isfinite(ra) & np.isfinite(dec)
    outside = known & ((np.abs(dec) > 90) | (ra < -180) | (ra > 360))
    if outside.any():
        row = int(np.flatnonzero(outside)[0])
        raise ArchiveError(
            f"{file}: expected positions in degrees, got {ra[row]:g}, {dec[row]:g} in row "
            f"{row}. Convert them, or leave the row out."
        )


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(), np.float64)
