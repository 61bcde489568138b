"""Part of an archive: the rows that fit an expression over its catalogue, and its name.

What is saved is the expression, with what it found at the time: an archive that has grown
gives more. A campaign keeps the rows themselves, see `specoracle.campaign.selected`.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.archive.expression import parse
from specoracle.archive.layout import Layout
from specoracle.durable import write_text
from specoracle.errors import SelectionError

Row = npt.NDArray[np.int64]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A named expression.

    Attributes
    ----------
    where
        The expression.
    n_selected, n_spectra
        Spectra that fitted, and spectra of the archive, when it was saved.
    utc
        When that was.
    """

    where: str
    n_selected: int
    n_spectra: int
    utc: str


def select(archive: Archive, where: str) -> Row:
    """Find the rows that fit an expression.

    Parameters
    ----------
    archive
        Streamed shard by shard.
    where
        See `specoracle.archive.expression`.

    Returns
    -------
    Row
        Row numbers in order, shape ``(n_selected,)``.

    Raises
    ------
    SelectionError
        If the expression cannot be understood.
    """
    expression = parse(where, archive.catalogue_schema)
    batches = archive.catalogue_batches([], expression)
    rows = [np.asarray(batch["row"].to_numpy(), np.int64) for batch in batches]
    return np.concatenate([np.zeros(0, np.int64), *rows])


def save_selection(archive: Archive, name: str, where: str) -> Selection:
    """Give an expression a name, in place of what it may have meant before.

    Raises
    ------
    SelectionError
        If the name or the expression will not do, or nothing fits.
    """
    path = _path(archive.layout, name)
    n_selected = len(select(archive, where))
    if not n_selected:
        raise SelectionError(
            f"{where!r}: expected some of the {len(archive):,} spectra to fit, got none. "
            "Correct the expression."
        )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    saved = Selection(where=where, n_selected=n_selected, n_spectra=len(archive), utc=now)
    text = json.dumps(asdict(saved), indent=2, ensure_ascii=False)
    write_text(path, text + "\n")
    return saved


def read_selection(layout: Layout, name: str) -> Selection:
    """Read what a name stands for.

    Raises
    ------
    SelectionError
        If there is no selection of that name, or its file is damaged.
    """
    path = _path(layout, name)
    if not path.exists():
        known = ", ".join(selection_names(layout)) or "none yet"
        raise SelectionError(
            f"{layout.folder}: expected the name of one of its selections ({known}), got "
            f"{name!r}. Save it with 'specoracle archive select --save {name}'."
        )
    try:
        return Selection(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as reason:
        raise SelectionError(
            f"{path}: expected a saved selection, got {reason}. Save it again."
        ) from reason


def selection_names(layout: Layout) -> list[str]:
    """Names of the selections there are, sorted."""
    return sorted(path.stem for path in _folder(layout).glob("[!.]*.json"))


def _folder(layout: Layout) -> Path:
    return layout.folder / "selections"


def _path(layout: Layout, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise SelectionError(
            "Selection name: expected letters, digits, dots, dashes and underscores, at "
            f"most 64, got {name!r}. Choose another name."
        )
    return _folder(layout) / f"{name}.json"
