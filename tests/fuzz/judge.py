"""Whether an archive holds of each file exactly what it should, or says why it does not."""

import csv
import math
import os
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from astropy_oracle import FAULTS, UNREADABLE

from specoracle.archive.archive import Archive
from specoracle.loaders.survey_file import LOADERS

TAKEN, REFUSED, DISAGREED = "taken", "refused", "disagreed"
LONGEST_REASON = 1000
_FORM = r"[Ee]xpected .+ got .+"


class Books:
    """What an archive says of every file it was given, by the file's name.

    Parameters
    ----------
    folder
        The archive; its files all lie in one folder, and each holds one spectrum.
    """

    def __init__(self, folder):
        archive = Archive(folder)
        columns = ("flux", "ivar", "offset", "gain", "quality", "crc", "identifier")
        self.columns = {name: archive.column(name) for name in columns}
        self.catalogue = archive.catalogue().to_pylist()
        self.rows, self.refused = defaultdict(list), defaultdict(list)
        for row, path in enumerate(archive.column("path")):
            self.rows[name_on_disk(os.fsdecode(path))].append(row)
        archive.close()
        with (folder / "rejected.csv").open(newline="", encoding="utf-8") as file:
            for entry in csv.DictReader(file):
                self.refused[Path(entry["path"]).name].append(entry)

        self.identifiers = {v.decode() for v in self.columns["identifier"].tolist()}


def name_on_disk(path):
    """Name of a file as rejected.csv spells it: UTF-8, other bytes with backslashes."""
    return Path(path).name.encode("utf-8", "backslashreplace").decode("utf-8")


def judge(books, name, expected):
    """Return the verdict on one file, and what is wrong where it is `DISAGREED`."""
    name = name_on_disk(name)
    rows, refused = books.rows.get(name, []), books.refused.get(name, [])
    if len(rows) + len(refused) != 1:
        return DISAGREED, f"{len(rows)} rows and {len(refused)} refusals, not one of them"
    if rows:
        wrong = _wrong_row(books, rows[0], expected)
        return (DISAGREED, wrong) if wrong else (TAKEN, "")
    wrong = _wrong_refusal(books, refused[0], expected)
    return (DISAGREED, wrong) if wrong else (REFUSED, "")


def _wrong_row(books, row, expected):
    if expected.faults:
        return f"taken, although {', '.join(expected.faults)}"
    found = {name: values[row] for name, values in books.columns.items()}
    found["identifier"] = found["identifier"].decode()
    found["quality"] &= 7
    unlike = [n for n, value in expected.row.items() if not _same(found[n], value)]
    catalogue = expected.catalogue or {}
    said = books.catalogue[row]
    unlike += [name for name, value in catalogue.items() if not _same(said[name], value)]
    return f"other values of {', '.join(unlike)}" if unlike else ""


def _same(found, wanted):
    """Whether two values are equal, tolerance 0; NaN equals NaN.

    Text of a damaged header may end in NUL, which HDF5 and NumPy do not keep.
    """
    if isinstance(wanted, str) and isinstance(found, str):
        return found.rstrip("\0") == wanted.rstrip("\0")
    if isinstance(wanted, np.ndarray):
        return np.array_equal(found, wanted, equal_nan=True)
    if isinstance(wanted, float) and isinstance(found, float) and math.isnan(wanted):
        return math.isnan(found)
    return found == wanted


def _wrong_refusal(books, entry, expected):
    reason = entry["reason"]
    if not re.search(_FORM, reason, re.DOTALL) or not entry["exception"]:
        return f"refused without saying what was expected and got: {reason!r}"
    if len(reason) > LONGEST_REASON:
        return f"refused in {len(reason)} characters"
    if UNREADABLE in expected.faults or _is_excused(books, entry, expected):
        return ""
    faults = ", ".join(expected.faults) or "a whole spectrum"
    return f"refused ({reason}), although {faults}"


def _is_excused(books, entry, expected):
    """Whether a file that astropy reads is refused for a good reason, and says so."""
    if entry["exception"] == "Duplicate":
        return expected.row.get("identifier") in books.identifiers
    if expected.survey and not any(name.startswith(expected.survey) for name in LOADERS):
        return True  # no loader for this survey
    return any(re.search(FAULTS[fault], entry["reason"]) for fault in expected.excuses)
