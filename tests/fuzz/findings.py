"""What a campaign has found, and how it is told."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from astropy_oracle import Expected
from judge import DISAGREED, REFUSED, TAKEN

CRASHED = "crashed"
MOST_TOLD = 40


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged file, and what an archive must say of it."""

    number: int
    kind: str
    name: str
    expected: Expected


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one file, and what is wrong where something is."""

    mutant: Mutant
    verdict: str
    wrong: str = ""

    @property
    def bad(self):
        """Whether the campaign has failed with it."""
        return self.verdict in (CRASHED, DISAGREED)


def table(found):
    """Lines with the counts of each kind of damage, and what went wrong."""
    counts = defaultdict(Counter)
    for finding in found:
        counts[finding.mutant.kind][finding.verdict] += 1
    counts["all"] = sum(counts.values(), Counter())
    verdicts = (TAKEN, REFUSED, CRASHED, DISAGREED)
    lines = [f"{'':34}{'tried':>8}" + "".join(f"{verdict:>11}" for verdict in verdicts)]
    for kind, count in counts.items():
        numbers = "".join(f"{count[verdict]:>11,}" for verdict in verdicts)
        lines.append(f"{kind:34}{count.total():>8,}{numbers}")
    bad = [finding for finding in found if finding.bad]
    return lines + [f"{f.verdict}: {f.mutant.name!r}: {f.wrong}" for f in bad[:MOST_TOLD]]
