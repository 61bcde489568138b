"""Simulated campaigns to their end: when is stopping advised, and when was the plateau?

``python tests/coverage/stopping_replays.py`` replays learning curves that level off, and
prints for each the labels at the plateau (the first round whose true F1 is within 0.01 of
the final one) and at the first advice to stop. In each round the model ranks the pool
partly anew, as a network trained from new weights does.
"""

import argparse
import itertools
import sys
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from specoracle.estimation.cells import split
from specoracle.estimation.design import draw
from specoracle.estimation.estimate import precision
from specoracle.estimation.looks import error_at
from specoracle.estimation.paired import f1_gain
from specoracle.estimation.stopping import advise
from specoracle.estimation.stopping_evidence import (
    Costs,
    RoundEvidence,
    expected_f1,
    jaccard_distance,
)
from specoracle.estimation.strata import SHARES, score_strata

N_POOL, PREVALENCE = 200_000, 0.02
N_ROUNDS, BATCH, GROWTH = 40, 100, 30
WITHIN = 0.2
"""Of the labels at the plateau, how far off the advice may be."""

COSTS = Costs(price=30.0, precision=0.6)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """How a campaign learns.

    ``separation`` of targets from others in the end, in standard deviations; ``labels``
    over which what is missing falls e-fold, or, if it is ``abrupt``, a quarter of those
    after which nothing more is learnt. What two rounds get wrong is correlated by
    ``agreement``; probabilities are too sure by ``overconfidence``.
    """

    separation: float
    labels: float
    abrupt: bool
    agreement: float
    overconfidence: float

    def at(self, n_labels):
        """Separation with so many labels."""
        learnt = (
            min(n_labels / (4 * self.labels), 1)
            if self.abrupt
            else 1 - np.exp(-n_labels / self.labels)
        )
        return self.separation * (0.4 + 0.6 * learnt)


CURVES = [
    Curve(
        separation=separation,
        labels=labels,
        abrupt=abrupt,
        agreement=agreement,
        overconfidence=overconfidence,
    )
    for separation, labels, abrupt, agreement, overconfidence in itertools.product(
        (3.5, 4.5), (300, 450, 600), (False, True), (0.8, 0.95), (1.0, 1.5)
    )
]


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Labels at the plateau and at the first advice to stop, and targets found by then."""

    plateau: int
    stopped: int | None
    n_targets: int

    @property
    def hit(self):
        """Whether the advice came at the plateau."""
        if self.stopped is None:
            return False
        return abs(self.stopped - self.plateau) <= WITHIN * self.plateau + 1e-9


class Sample:
    """An estimation sample that grows by a draw in every round."""

    def __init__(self, n):
        self.rows, self.missed = np.zeros(0, np.int64), np.ones(n)

    def extend(self, probability, listed, rng):
        """Draw once more, by the scores of the round."""
        strata = score_strata(probability, int(listed.sum())).stratum
        drawn = draw(strata, GROWTH, rng=rng, shares=SHARES)
        self.rows = np.union1d(self.rows, drawn.rows)
        self.missed *= 1 - drawn.probability[strata]


def replay(curve, rng, n=N_POOL):
    """Run one campaign to its end."""
    target = np.arange(n) < round(PREVALENCE * n)
    common = rng.standard_normal(n)
    lists, f1, rounds, stopped = [], [], [], None
    sample = Sample(n)
    n_targets = 0
    for number in range(1, N_ROUNDS + 1):
        probability = _scored(curve, number * BATCH, target, common, rng)
        listed = probability > 0.5
        f1.append(2 * (listed & target).sum() / (listed.sum() + target.sum()))
        lists.append(listed)
        sample.extend(probability, listed, rng)
        # Half of a batch are the least sure, of which half are targets.
        asked = rng.choice(np.flatnonzero(np.abs(probability - 0.5) < 0.4), BATCH // 2)
        n_targets += int(target[asked].sum())
        rounds.append(
            _evidence(lists, probability, target, sample, asked, number, n_targets)
        )
        if stopped is None and advise(rounds, COSTS).stop:
            stopped = (number * BATCH, n_targets)
        lists[:-3] = [None] * len(lists[:-3])
    plateau = BATCH * (1 + int(np.argmax(np.array(f1) >= f1[-1] - 0.01)))
    return Replay(
        plateau=plateau,
        stopped=stopped and stopped[0],
        n_targets=stopped[1] if stopped else n_targets,
    )


def _scored(curve, n_labels, target, common, rng):
    own = rng.standard_normal(len(target), "f4")
    height = curve.at(n_labels)
    score = np.sqrt(curve.agreement) * common + np.sqrt(1 - curve.agreement) * own
    score += height * target
    odds = height * score - height**2 / 2 + logit(PREVALENCE)
    return expit(curve.overconfidence * odds)


def _evidence(lists, probability, target, sample, asked, number, n_targets):
    rows = sample.rows
    before = lists[-3] if number > 2 else np.zeros(len(target), bool)
    cells = split(1 - sample.missed, 2 * before + lists[-1], rows)
    counts = cells.counts(target[rows])
    was, now = cells.category & 2 > 0, cells.category & 1 > 0
    gain = f1_gain(counts, was, now, error=error_at(number)) if number > 2 else None
    return RoundEvidence(
        n_labels=number * BATCH,
        n_targets=n_targets,
        expected_f1=expected_f1(probability, lists[-1]),
        distance=jaccard_distance(lists[-2], lists[-1]) if number > 1 else None,
        distance_of_two=jaccard_distance(before, lists[-1]) if number > 2 else None,
        gain=gain,
        missed_per_100=100 * float((target & ~lists[-1])[asked].sum()) / BATCH,
        precision=precision(counts, now),
        unsure=0.0,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=3, help="of each curve")
    asked = parser.parse_args()
    done = []
    for curve in CURVES:
        for seed in range(asked.repeats):
            one = replay(curve, np.random.default_rng(seed))
            done.append(one)
            sys.stdout.write(f"{curve}: plateau {one.plateau}, stop {one.stopped}\n")
    share = np.mean([one.hit for one in done])
    sys.stdout.write(
        f"within {WITHIN:.0%} of the plateau's labels: {share:.0%} of {len(done)}; fewest "
        f"targets at a stop: {min(one.n_targets for one in done)}\n"
    )
    sys.exit(share < 0.9)


if __name__ == "__main__":
    main()
