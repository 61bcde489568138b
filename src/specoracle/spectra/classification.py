"""Spectral classes as pipelines write them."""

import re

_LETTER = re.compile(r"(?:d|g|sd?)?([OBAFGKM])(?![a-z]{2})")


def spectral_letter(subclass: str | None) -> str | None:
    """Return the class letter of a subclass, ``None`` where it is not a star's.

    Parameters
    ----------
    subclass
        Such as ``"G5"``, ``"dM4"`` or ``"gM0"``; prefixes d, g, s and sd (dwarf, giant,
        subdwarf) are left out.

    Examples
    --------
    >>> [spectral_letter(text) for text in ("A2V", "dM4", "gM0", "", "Galaxy")]
    ['A', 'M', 'M', None, None]
    """
    match = _LETTER.match(subclass or "")
    return match.group(1) if match else None
