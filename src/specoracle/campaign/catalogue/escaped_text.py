r"""Text for formats that cannot hold all of it, written so that it can be read back.

What a format has no place for becomes ``\xNN``, ``\uNNNN`` or ``\UNNNNNNNN``, as in
Python. A backslash is only touched where it would be taken for the beginning of such an
escape.
"""

import re
from functools import lru_cache

FORMULA = tuple("=+-@\t\r\n'＝＋－＠")
"""Beginnings of text that a spreadsheet takes for a formula, and of text that is guarded.

References
----------
OWASP Foundation, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
"""

ASCII, UCS2, UNICODE = 0x7E, 0xFFFF, 0x10FFFF
"""Last character that a format can hold."""

_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")

# Control characters, halves of surrogate pairs and what is no character: XML has none.
_NEVER = r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"


def escaped(text: str, *, last: int = UNICODE) -> str:
    r"""Escape control characters, blanks at the ends, and characters behind the last.

    Examples
    --------
    >>> print(escaped("two\nlines, λ"), escaped("λ ", last=ASCII))
    two\x0alines, λ \u03bb\x20
    """
    return _forbidden(last).sub(_written, text)


def unescaped(text: str) -> str:
    r"""Return what `escaped` was given.

    Examples
    --------
    >>> unescaped(escaped("C:\\users\n"))
    'C:\\users\n'
    """
    return _ESCAPE.sub(_read, text)


def guarded(text: str) -> str:
    """Begin text with an apostrophe where a spreadsheet would compute it.

    Examples
    --------
    >>> guarded("=1+1"), guarded("plain")
    ("'=1+1", 'plain')
    """
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


@lru_cache
def _forbidden(last: int) -> re.Pattern[str]:
    behind = f"[^\\x00-{re.escape(chr(last))}]"
    return re.compile(rf"{_NEVER}|{behind}|^\s|\s$|\\(?=[xuU])")


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _read(match: re.Match[str]) -> str:
    return chr(int(match[1] or match[2] or match[3], 16))
