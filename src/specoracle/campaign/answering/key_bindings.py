"""Which key does what at the desk, as one annotator wants it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from specoracle.durable import write_text
from specoracle.errors import CampaignError

DEFAULT: Mapping[str, tuple[str, ...]] = {
    **{f"class-{number}": (str(number),) for number in range(1, 10)},
    "skip": ("s", "0"),
    "unsure": ("u",),
    "bad": ("b",),
    "flag": ("i",),
    "unlabel": ("x",),
    "write": ("c",),
    "undo": ("z", "Backspace"),
    "redo": ("y",),
    "back": ("ArrowLeft",),
    "forward": ("ArrowRight",),
    "search": ("/",),
    "candidates": ("p",),
    "earlier": ("e",),
    "object": ("o",),
}
"""Keys of each action where nobody wants others, in lower case."""

OF_THE_VIEW = frozenset("lmwdtahj+-=_,.rvq?gkf")
"""Keys that change how spectra are shown, and nothing that is said of them."""

_KEY = re.compile(r"\S|Arrow(Left|Right|Up|Down)|Backspace|Delete|Home|End|Page(Up|Down)")


@dataclass(frozen=True, slots=True)
class KeyBindings:
    """Keys by action.

    Attributes
    ----------
    keys
        As `DEFAULT`, which stands in for what is left out.
    """

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: DEFAULT)

    def bound(self, action: str, key: str) -> "KeyBindings":
        """Return the same with ``key``, and no other, doing ``action``.

        Raises
        ------
        CampaignError
            If there is no such action, no such key, or the key does something else.
        """
        key = key.lower() if len(key) == 1 else key
        if action not in DEFAULT:
            raise CampaignError(
                f"Keys: expected one of {', '.join(DEFAULT)}, got {action!r}. Reload the "
                "page."
            )
        if not _KEY.fullmatch(key):
            raise CampaignError(
                f"Key of {action}: expected a letter, digit, sign or arrow, got {key!r}. "
                "Press another key."
            )
        if key in OF_THE_VIEW:
            raise CampaignError(
                f"Key of {action}: expected a free key, got {key!r}, which is a key of the "
                "view. Press another one."
            )
        taken = [other for other, keys in self.keys.items() if key in keys]
        if taken and taken != [action]:
            raise CampaignError(
                f"Key of {action}: expected a free key, got {key!r}, which is the key of "
                f"{taken[0]}. Press another one, or give {taken[0]} another key first."
            )
        return KeyBindings({**self.keys, action: (key,)})

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read bindings; what is missing or makes no sense is as by default."""
        try:
            found = json.loads(path.read_text("utf-8"))
            # A key that the view has got since is lost, and the others stay.
            wanted = {
                a: found[a]
                for a in DEFAULT
                if a in found and OF_THE_VIEW.isdisjoint(found[a])
            }
            return cls(_checked(wanted))
        except (OSError, ValueError, TypeError, CampaignError):
            return cls()

    def write(self, path: Path) -> None:
        """Write what differs from the default."""
        own = {a: k for a, k in self.keys.items() if k != DEFAULT[a]}
        write_text(path, json.dumps(own, ensure_ascii=False) + "\n")


def _checked(wanted: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    keys = {**DEFAULT, **{action: tuple(given) for action, given in wanted.items()}}
    used = [key for given in keys.values() for key in given]
    if len(used) != len(set(used)) or not all(
        _KEY.fullmatch(key) and key not in OF_THE_VIEW for key in used
    ):
        raise CampaignError(f"Keys: expected each key once, got {used}. Choose anew.")
    return keys
