"""The members of the estimation sample that have a label, with class and weight."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.draw_file import read_inclusion
from specoracle.estimation.design import union_probability


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JudgedSample:
    """Sampled spectra whose class is known, each of shape ``(n_judged,)``.

    Attributes
    ----------
    rows
        Rows of the archive.
    y
        Column of the class.
    is_target
        Whether that is a class looked for.
    weight
        Inverse inclusion probability in the union of all draws.
    """

    rows: npt.NDArray[np.int64]
    y: npt.NDArray[np.intp]
    is_target: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)


def judged_sample(campaign: Campaign, *, n_spectra: int) -> JudgedSample:
    """Collect them, of the first ``n_spectra`` rows of the archive only."""
    labels = campaign.labels()
    drawn = campaign.journal.estimation_sample(campaign.name)
    names = sorted({member.identifier for member in drawn} & labels.keys())
    rows = campaign.archive.rows(names)
    inside = rows < n_spectra
    rows = rows[inside]
    draws = sorted({member.draw for member in drawn})
    paths = [campaign.folder.round(draw).draw for draw in draws]
    inclusion = np.array([read_inclusion(path, n_spectra)[rows] for path in paths])
    classes, targets = campaign.facts.classes, campaign.facts.targets
    given = [labels[name] for name in names]
    return JudgedSample(
        rows=rows,
        y=np.array([classes.index(label) for label in given], np.intp)[inside],
        is_target=np.array([label in targets for label in given], bool)[inside],
        weight=1.0 / union_probability(inclusion.reshape(len(draws), len(rows))),
    )
