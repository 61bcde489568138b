"""A paragraph for a paper that says what was done, with its numbers filled in.

Plain text; `latex_text` makes it safe for LaTeX. What is not known is said to be so.
"""

import json
from importlib.metadata import version

import numpy as np

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import listed_rows, trained_round
from specoracle.campaign.catalogue.expected import expected_above
from specoracle.campaign.catalogue.given_labels import labels_by_annotator
from specoracle.campaign.completeness.completeness import completeness_folder
from specoracle.campaign.completeness.known_objects import read_known
from specoracle.campaign.completeness.table import read_completeness
from specoracle.campaign.judging.judged_sample import judged_sample
from specoracle.campaign.judging.performance import (
    RoundPerformance,
    round_performance,
    trained_on,
)
from specoracle.campaign.judging.probabilities import TargetProbability, target_probability
from specoracle.campaign.pool import pool_rows
from specoracle.estimation.estimate import Estimate

FOUND = 0.9
"""Share of injected lines from which on they count as found."""

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "–": "--",
    "Å": r"\AA{}",
    "Hα": r"H$\alpha$",
    "≥": r"$\geq$",
}


def methods_text(campaign: Campaign, *, round_number: int | None = None) -> str:
    """Write the paragraph of a campaign, or of one of its rounds.

    Raises
    ------
    CampaignError
        If that round has not been trained.
    """
    number = trained_round(campaign, round_number)
    return paragraph(
        campaign,
        round_performance(campaign, number),
        target_probability(campaign, number),
        n_listed=len(listed_rows(campaign, number)),
    )


def paragraph(
    campaign: Campaign,
    done: RoundPerformance,
    probability: TargetProbability,
    *,
    n_listed: int,
) -> str:
    """Write the same where most is known already.

    Parameters
    ----------
    campaign
        The campaign.
    done
        Estimates of the round.
    probability
        What its model says of the pool.
    n_listed
        Length of the candidate list, by the labels of now.
    """
    number = done.round_number
    sentences = [
        _pool(campaign, len(probability.values)),
        _labels(campaign, number),
        _model(campaign, number, n_listed),
        _estimates(campaign, done, probability),
        probability.remark,
        _expected(campaign, probability),
        *_injected(campaign, number),
        *(known.said for known in read_known(campaign, number)),
    ]
    return " ".join(sentences)


def latex_text(text: str) -> str:
    r"""Escape what LaTeX would read as a command.

    Examples
    --------
    >>> print(latex_text("95 % of A_1 & B, 0.80–0.95"))
    95 \% of A\_1 \& B, 0.80--0.95
    """
    text = text.replace("Hα", "\0")
    return "".join(_LATEX.get(letter, letter) for letter in text).replace(
        "\0", _LATEX["Hα"]
    )


def interval_words(estimate: Estimate) -> str:
    """Say an estimate with its interval, or that it is not known.

    Examples
    --------
    >>> interval_words(Estimate(value=0.9, low=0.8, high=0.95, n=30))
    '0.90 (95 % interval 0.80–0.95)'
    """
    if estimate.value is None:
        return "not yet known"
    return f"{estimate.value:.2f} (95 % interval {estimate.low:.2f}–{estimate.high:.2f})"


def _pool(campaign: Campaign, n_scored: int) -> str:
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    n_pool = int((pool < n_scored).sum())
    grid = campaign.archive.recipe.grid
    where = campaign.facts.where
    part = f" that fit the selection “{where}”" if where else ""
    return (
        f"We searched {n_pool:,} spectra{part} for {_listed(campaign.facts.targets)} with "
        f"Specoracle {version('specoracle')}, among the classes "
        f"{_listed(campaign.facts.classes)}. Spectra were prepared by the recipe "
        f"{campaign.archive.recipe.name} ({grid.n_pixels} pixels, {grid.start:.0f}–"
        f"{grid.stop:.0f} Å in vacuum)."
    )


def _labels(campaign: Campaign, number: int) -> str:
    given = list(campaign.labels().values())
    counts = ", ".join(f"{given.count(c):,} {c}" for c in campaign.facts.classes)
    people = len(labels_by_annotator(campaign))
    who = "one annotator" if people == 1 else f"{people} annotators"
    rounds = "one round" if number == 1 else f"{number} rounds"
    return (
        f"In {rounds} of active learning (query strategy {campaign.facts.strategy}, "
        f"batches of {campaign.facts.batch_size}) {who} gave labels to {len(given):,} "
        f"spectra ({counts})."
    )


def _model(campaign: Campaign, number: int, n_listed: int) -> str:
    folder = campaign.folder.round(number)
    try:
        card = json.loads((folder.folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        card = {}
    name = card.get("network") or card.get("classifier") or "unknown to this archive"
    members = card.get("members", 1)
    several = isinstance(members, int) and members > 1
    ensemble = f", an ensemble of {members}" if several else ""
    n_trained = len(trained_on(campaign, number))
    return (
        f"The classifier of round {number} ({name}{ensemble}) was trained on {n_trained:,} "
        f"of these. The candidate list holds {n_listed:,} spectra."
    )


def _estimates(
    campaign: Campaign, done: RoundPerformance, probability: TargetProbability
) -> str:
    drawn = campaign.sample()
    if not drawn:
        return (
            "No performance-estimation sample was drawn: precision and completeness are "
            "not known."
        )
    judged = judged_sample(campaign, n_spectra=len(probability.values))
    return (
        f"From {len(judged):,} labelled members of a performance-estimation sample of "
        f"{len(drawn):,} spectra, drawn from the whole pool by a recorded probability "
        "design and never trained on, its precision is estimated as "
        f"{interval_words(done.precision)}, and its completeness as "
        f"{interval_words(done.completeness_above_floor)}{_above(done)}."
    )


def _above(found: RoundPerformance) -> str:
    """Say of which part of the pool the completeness is."""
    if found.floor is None:
        return ""
    return (
        f" among the {1 - found.share_below:.2%} of the pool above a score of "
        f"{found.floor:.3g} that was fixed when the sample was drawn; below it lie at most "
        f"{found.below_at_most:,.0f} further ones (95 %)"
    )


def _expected(campaign: Campaign, probability: TargetProbability) -> str:
    half = expected_above(campaign, probability, [0.5])
    n_above = int(half.n_above[0])
    if np.isnan(half.value[0]):
        return f"How many of the {n_above:,} spectra above 0.5 are true is not known."
    return (
        f"Of the {n_above:,} spectra with a probability of 0.5 or more, "
        f"{half.value[0]:,.0f} ({half.low[0]:,.0f}–{half.high[0]:,.0f}) are expected to be "
        "true."
    )


def _injected(campaign: Campaign, number: int) -> list[str]:
    table = read_completeness(completeness_folder(campaign, number))
    if table is None:
        return []
    said = []
    for ratio in np.unique(table["snr"]):
        cells = table[(table["snr"] == ratio) & (table["separation"] == 0.0)]
        cells = cells[cells["equivalent_width"] > 0]
        cells.sort("equivalent_width")
        share = np.ma.filled(np.ma.asarray(cells["completeness"]), 0.0)
        # From the weakest line on that all stronger ones are found with.
        found = np.minimum.accumulate(share[::-1])[::-1] >= FOUND
        width = cells["equivalent_width"][found][0] if found.any() else None
        least = f"from {width:g} Å on" if width is not None else "at no strength tried"
        said.append(f"{least} at a signal-to-noise ratio of {ratio:g}")
    return [
        f"Of single emission lines injected into spectra of {table.meta['STARS']:,} stars "
        f"that the model was not trained on, {100 * FOUND:.0f} % or more are "
        f"found {_listed(said)}."
    ]


def _listed(words: list[str] | tuple[str, ...]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
