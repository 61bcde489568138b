"""Counts in the headers of damaged files that would keep astropy busy for hours."""

import re

import numpy as np

from specoracle.errors import LoaderError

_CARD = 80

# FITS Standard 4.0, 4.4.1 and 7.3.1: at most 999, and no size below 0. With more, astropy
# counts for hours or takes all memory before it finds that the rest is missing; after a
# negative size it reads the same HDU again and again.
_COUNT = re.compile(
    # astropy passes over blanks before a keyword.
    rb"(?is).{0,2}?(?:(?:NAXIS|TFIELDS) *= *\+?0*[1-9]\d{3,}"
    rb"|(?:NAXIS\d{1,3}|[PG]COUNT) *= *-)"
)
_BEGINNINGS = ("na", "tf", "pc", "gc")


def check_counts(content: bytes | bytearray, name: str) -> None:
    """Refuse counts that astropy would believe.

    Raises
    ------
    LoaderError
        If the file called ``name`` has one.
    """
    for place in _possible_counts(content):
        if match := _COUNT.match(content, place, place + _CARD):
            raise LoaderError(
                f"{name}: expected at most 999 axes and columns, none of a size below 0, "
                f"got {str(match.group(), 'latin-1').strip()!r}. Fetch the file again."
            )


def _possible_counts(content: bytes | bytearray) -> list[int]:
    """Places of cards that may hold a count, by their first two letters.

    A hundred times as fast as to search all data for the words.
    """
    n_cards = len(content) // _CARD
    cards = np.frombuffer(content, np.uint8, n_cards * _CARD).reshape(-1, _CARD)
    letters = cards[:, :4] | 0x20  # small letters
    first, second = letters[:, :3], letters[:, 1:]
    pairs = [(first == ord(word[0])) & (second == ord(word[1])) for word in _BEGINNINGS]
    places = np.flatnonzero(np.any(pairs, axis=(0, 2))) * _CARD
    return [*places.tolist(), n_cards * _CARD]  # the last is what is left of a cut card
