"""LAMOST files that are like one before them, which most are.

Files of one form have the same cards in the same places and the same wavelengths bit by
bit; they differ in the values of some cards, in flux and in ivar alone. What was found out
for the first of them holds for all, so of the others only these are read.
"""

import struct
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.loaders.lamost_lrs import (
    KEYS,
    NUMBER_KEYS,
    TEXT_KEYS,
    observation_of,
)
from specoracle.loaders.quick_header import (
    CARD,
    VALUE,
    Keys,
    QuickHeader,
    Template,
    is_printable,
    number_of,
    text_of,
    value_of,
)
from specoracle.spectra.observation import Observation

Content = bytes | bytearray
Numbers = npt.NDArray[np.floating]
Places = npt.NDArray[np.intp]

N_KNOWN = 32
"""Forms that are remembered; the number of pixels alone takes twenty values."""

_READERS: dict[str, Callable[[bytes], object]] = {
    **dict.fromkeys(KEYS, value_of),
    **dict.fromkeys(NUMBER_KEYS, number_of),
    **dict.fromkeys(TEXT_KEYS, text_of),
}


class _Pixels(NamedTuple):
    """How a file holds its numbers."""

    wavelength: npt.NDArray[np.float64]
    dtype: np.dtype[Any]
    flux_at: int
    ivar_at: int
    hdu: int


class _Cards(NamedTuple):
    """Cards to read of each file, where they lie, and how each is read."""

    keys: Keys
    places: struct.Struct
    readers: tuple[Callable[[bytes], object], ...]


class Form(NamedTuple):
    """What files of one form have in common.

    Attributes
    ----------
    size
        Bytes of a file.
    stored, stored_at
        Wavelengths as stored, and where; empty where the header says them.
    rest, end
        All bytes from the end of the first header's cards to the data, and where.
    fixed, places
        Bytes before these that are the same in every file, and where.
    values
        Of cards that are the same in every file.
    cards, pixels
        What differs.
    """

    size: int
    stored: bytes
    stored_at: int
    rest: bytes
    end: int
    fixed: bytes
    places: Places
    values: dict[str, object]
    cards: _Cards
    pixels: _Pixels

    def fits(self, content: Content) -> bool:
        """Whether a file is of this form, and its headers are plain."""
        return (
            len(content) == self.size
            and content.startswith(self.stored, self.stored_at)
            and content.startswith(self.rest, self.end)
            and _bytes_at(self.places, content) == self.fixed
            and is_printable(content, 0, self.end)
        )

    def observation(self, content: Content) -> Observation:
        """Read a file that is of this form.

        Raises
        ------
        NotPlain
            If a value is not in plain standard form.
        LoaderError
            If what makes the identifier is missing.
        """
        keys, places, readers = self.cards
        fields = zip(keys, readers, places.unpack_from(content), strict=True)
        values = self.values | {key: read(field) for key, read, field in fields}
        wavelength, dtype, flux_at, ivar_at, hdu = self.pixels
        return observation_of(
            values,
            wavelength,
            np.frombuffer(content, dtype, wavelength.size, flux_at),
            np.frombuffer(content, dtype, wavelength.size, ivar_at),
            hdu=hdu,
        )


_known: list[Form] = []


def known_form(content: Content) -> Form | None:
    """Return the form of a file, if there was one of its form before."""
    for place, form in enumerate(_known):
        if form.fits(content):
            if place:
                _known.insert(0, _known.pop(place))
            return form
    return None


def learn_form(
    header: QuickHeader,
    values: dict[str, object],
    first: Observation,
    *,
    rows: Iterable[Numbers],
    stored: Numbers | None,
    same: Keys,
) -> None:
    """Remember the form of a file.

    Parameters
    ----------
    header
        The first.
    values
        Of its cards.
    first
        What was read.
    rows
        All that follows the headers, as views of the file.
    stored
        The one of them that holds the wavelengths, if one does.
    same
        Cards that decide how a file is read: files of other values are of another form.
    """
    content, end = header.content, header.end
    places = _fixed_places(header.template, end // CARD, same)
    form = Form(
        size=len(content),
        stored=b"" if stored is None else stored.tobytes(),
        stored_at=0 if stored is None else _place(content, stored),
        rest=bytes(content[end : min(_place(content, row) for row in rows)]),
        end=end,
        fixed=_bytes_at(places, content),
        places=places,
        values={key: values[key] for key in same if key in values},
        cards=_cards(header.template, same),
        pixels=_pixels(content, first),
    )
    _known.insert(0, form)
    del _known[N_KNOWN:]


def _pixels(content: Content, first: Observation) -> _Pixels:
    spectrum = first.spectrum
    return _Pixels(
        wavelength=spectrum.wavelength,
        dtype=spectrum.flux.dtype,
        flux_at=_place(content, spectrum.flux),
        ivar_at=_place(content, spectrum.ivar),
        hdu=first.hdu,
    )


def _place(content: Content, values: Numbers) -> int:
    """First byte of a view of the content."""
    return int(values.ctypes.data - np.frombuffer(content, np.uint8).ctypes.data)


def _bytes_at(places: Places, content: Content) -> bytes:
    return np.frombuffer(content, np.uint8)[places].tobytes()


@lru_cache(maxsize=64)
def _fixed_places(template: Template, n_cards: int, same: Keys) -> Places:
    """Keywords of all cards, and the values of those that are the same."""
    fixed = np.zeros((n_cards, CARD), np.bool_)
    fixed[:, : VALUE.start] = True
    fixed[[number for key, number in template.places.items() if key in same]] = True
    return np.flatnonzero(fixed)


@lru_cache(maxsize=64)
def _cards(template: Template, same: Keys) -> _Cards:
    varying = [key for key in _READERS if key not in same]
    keys, places = template.cut(tuple(varying))
    return _Cards(keys, places, tuple(_READERS[key] for key in keys))
