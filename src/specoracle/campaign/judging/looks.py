"""A record of looks at an estimate that informed a decision.

Who looks often enough sees what was hoped for; so each look is written down, and the k-th
has less error to spend (see `specoracle.estimation.looks`). To look again at the same
figures, with no label and no round in between, is no new look.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from specoracle.durable import write_text
from specoracle.errors import CampaignError


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look.

    Attributes
    ----------
    number
        From 1.
    figure
        Which estimate, such as ``improvement of F1``.
    round_number, n_labelled
        State of the campaign: its round, and labels in its estimation sample.
    utc
        When it was first seen.
    """

    number: int
    figure: str
    round_number: int
    n_labelled: int
    utc: str


def look(folder: Path, *, figure: str, round_number: int, n_labelled: int) -> Look:
    """Record a look, unless this state has been seen; on disk when it returns.

    Parameters
    ----------
    folder
        Where looks are kept, one file each.
    figure, round_number, n_labelled
        As of `Look`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "looks.lock"):
        past = [one for one in looks(folder) if one.figure == figure]
        for one in past:
            if (one.round_number, one.n_labelled) == (round_number, n_labelled):
                return one
        new = Look(
            number=len(past) + 1,
            figure=figure,
            round_number=round_number,
            n_labelled=n_labelled,
            utc=datetime.now(UTC).isoformat(),
        )
        count = len(list(folder.glob("*.json")))
        write_text(folder / f"{count + 1:05d}.json", json.dumps(asdict(new)) + "\n")
        return new


def looks(folder: Path) -> list[Look]:
    """Read all looks, oldest first.

    Raises
    ------
    CampaignError
        If a record is damaged.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(Look(**json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, TypeError) as reason:
            raise CampaignError(
                f"{path}: expected the record of a look, got {reason}. Restore it from a "
                "copy: without it the error of later looks is not known."
            ) from reason
    return found
