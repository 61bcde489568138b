"""How sure the annotators of a campaign are of their own labels, and of each other's."""

from dataclasses import dataclass

import numpy as np

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.estimation_sample import EstimationSample
from specoracle.campaign.judging.performance import candidate_flags
from specoracle.estimation.agreement import (
    NO_ANSWER,
    Agreement,
    agreeing_share,
    agreement,
)
from specoracle.estimation.estimate import Estimate
from specoracle.estimation.label_noise import LabelNoise, label_noise
from specoracle.journal.fold import Fold
from specoracle.journal.repeats import repeats

TOLD = 0.25
"""Upper limit of the rate of wrong answers from which on it tells nothing of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorError:
    """What is known of errors in the labels.

    Attributes
    ----------
    consistency
        Share of blind repeats that were answered as before.
    annotators
        Who labels, in the order of `agreement`.
    agreement
        Between them; ``None`` where no spectrum has labels of two.
    noise
        What errors do to the figures of a round.
    """

    consistency: Estimate
    annotators: tuple[str, ...]
    agreement: Agreement | None
    noise: LabelNoise


def annotator_error(campaign: Campaign, number: int) -> AnnotatorError:
    """Estimate the annotators' errors, and what they do to the figures of a round.

    Parameters
    ----------
    campaign
        Whose journal is read.
    number
        A trained round.
    """
    pairs = repeated_answers(campaign)
    code = {name: i for i, name in enumerate(campaign.facts.classes)}
    targets = np.array([name in campaign.facts.targets for name in code], dtype=np.bool_)
    answers = np.array([[code[a], code[b]] for a, b in pairs], np.intp).reshape(-1, 2)
    annotators, together = _answers(campaign, code)
    return AnnotatorError(
        consistency=agreeing_share(answers[:, 0], answers[:, 1]),
        annotators=annotators,
        agreement=None if together is None else agreement(together),
        noise=_noise(campaign, number, agreeing_share(*targets[answers].T.astype(np.intp))),
    )


def repeated_answers(campaign: Campaign) -> list[tuple[str, str]]:
    """What annotators said before and at each blind repeat that stands."""
    again = repeats(campaign.journal.events(campaign.name))
    said = [(one.first.value, one.again.value) for one in again]
    return [(first, second) for first, second in said if first and second]


def error_lines(done: AnnotatorError) -> list[str]:
    """Say what is known of errors in the labels."""
    lines = [f"blind repeats answered as before: {done.consistency}"]
    if done.agreement is not None:
        alpha = done.agreement.krippendorff
        known = "of one class only" if alpha is None else f"Krippendorff's α {alpha:.2f}"
        lines.append(f"annotators agree: {done.agreement.share}, {known}")
    noise = done.noise
    told = noise.rate.value is not None and noise.rate.high < TOLD
    if told and noise.precision and noise.completeness:
        lines.append(
            f"if {noise.rate} of all answers are wrong at random, precision is "
            f"{_range(noise.precision)} and completeness {_range(noise.completeness)}"
        )
    return lines


def _range(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.2f} to {limits[1]:.2f}"


def _noise(campaign: Campaign, number: int, consistency: Estimate) -> LabelNoise:
    sample = EstimationSample(campaign)
    listed = candidate_flags(campaign, number)
    below, _ = sample.below_floor(number, len(listed))
    cells, used = sample.cells(2 * below + listed)
    targets = set(campaign.facts.targets)
    is_target = np.array([label in targets for label in sample.labels[used]], np.bool_)
    on_list, above = (cells.category & 1) > 0, (cells.category & 2) == 0
    return label_noise(cells.counts(is_target), on_list, above, consistency)


def _answers(
    campaign: Campaign, code: dict[str, int]
) -> tuple[tuple[str, ...], np.ndarray | None]:
    """Class number by annotator and spectrum, of those that two or more labelled."""
    events = campaign.journal.events(campaign.name)
    fold = Fold(events)
    annotators = tuple(sorted({recorded.event.annotator for recorded in events}))
    names = sorted({recorded.event.identifier for recorded in events})
    said = np.full((len(annotators), len(names)), NO_ANSWER, np.intp)
    for i, annotator in enumerate(annotators):
        for j, name in enumerate(names):
            value = fold.judgement(annotator, name).value
            if value is not None:
                said[i, j] = code[value]
    twice = (said != NO_ANSWER).sum(axis=0) >= 2
    return annotators, said[:, twice] if twice.any() else None
