"""Seconds and memory of drawing an estimation sample and of estimating from it.

``python tests/bench/estimation_speed.py --spectra 4000000`` makes up scores of so many,
draws from them as three rounds do, estimates every figure, and prints each time beside
its target.
"""

import argparse
import time
import tracemalloc
from pathlib import Path

import numpy as np
from verdict import Figure, conclude

from specoracle.estimation import estimate, paired
from specoracle.estimation.cells import split
from specoracle.estimation.confusion import confusion
from specoracle.estimation.design import draw, union_probability
from specoracle.estimation.strata import FIRST_BELOW, SHARES, score_strata

N_CLASSES, N_DRAWS = 3, 3
PREVALENCE = 0.01
SECONDS, GIGABYTES = 5.0, 1.0
"""Targets of drawing and estimating together, and of memory beside the scores."""


def made_up(n, rng):
    """Class of each spectrum, and log-probabilities that know it roughly."""
    truth = (rng.random(n) < PREVALENCE).astype(np.int8)
    truth[truth > 0] += rng.random(int(truth.sum())) < 0.3
    logs = np.empty((n, N_CLASSES), "f4")
    for code in range(N_CLASSES):
        logs[:, code] = rng.standard_normal(n, "f4") + 5 * (truth == code)
    logs[:, 0] += 3
    logs -= np.logaddexp.reduce(logs, axis=1, keepdims=True)
    return truth, logs


def drawn(logs, n, rng):
    """One draw: its rows, each row's chance, and whether it lies below the floor."""
    score = np.exp(logs[:, 1:]).sum(axis=1)
    listed = logs.argmax(axis=1) > 0
    strata = score_strata(score, int(listed.sum())).stratum
    done = draw(strata, n, rng=rng, shares=SHARES)
    chance = np.zeros(256)
    chance[: len(done.probability)] = done.probability
    return done.rows, chance[strata].astype("f4"), strata >= FIRST_BELOW


def estimated(truth, logs, draws):
    """Every figure that a round shows."""
    rows = np.unique(np.concatenate([d[0] for d in draws]))
    probability = union_probability(np.array([d[1] for d in draws], "f8"))
    predicted = logs.argmax(axis=1)
    listed, below = predicted > 0, draws[-1][2]
    cells = split(probability, 2 * below + listed, rows)
    counts = cells.counts(truth[rows] > 0)
    on_list, above = cells.category & 1 > 0, cells.category & 2 == 0
    figures = [
        estimate.completeness(counts, on_list, above),
        estimate.precision(counts, on_list),
        estimate.f1(counts.within(above), on_list),
        estimate.prevalence(counts),
        estimate.completeness(counts, on_list),
        paired.completeness_gain(counts, on_list, on_list, above),
    ]
    by_class = split(probability, predicted, rows)
    table_ = confusion(by_class, truth[rows], ("absorption", "emission", "double"))
    return figures, table_


def measure(n, size):
    """Seconds of the parts, and bytes beside the scores."""
    rng = np.random.default_rng(1)
    truth, logs = made_up(n, rng)
    begun = time.perf_counter()
    draws = [drawn(logs, size, rng) for _ in range(N_DRAWS)]
    middle = time.perf_counter()
    figures, _ = estimated(truth, logs, draws)
    end = time.perf_counter()
    listed = logs.argmax(axis=1) > 0
    assert figures[1].low <= (truth[listed] > 0).mean() <= figures[1].high
    # Watched apart from the clock, which watching slows.
    tracemalloc.start()
    estimated(truth, logs, [drawn(logs, size, rng) for _ in range(N_DRAWS)])
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (middle - begun) / N_DRAWS, end - middle, memory


def figures(n, size):
    """All figures; the targets are those of 4 million."""
    drawing, estimating, memory = measure(n, size)
    peer = f"seconds, {size} of {n:,}"
    return [
        Figure(name="drawing", values=[drawing], peer=peer),
        Figure(name="estimating", values=[estimating], peer=f"{peer} in each of {N_DRAWS}"),
        Figure(
            name="drawing and estimating",
            values=[drawing + estimating],
            peer=peer,
            at_most=SECONDS,
        ),
        Figure(
            name="memory",
            values=[memory / 1e9],
            peer="GB beside the scores",
            at_most=GIGABYTES,
        ),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--spectra", type=int, default=4_000_000)
    parser.add_argument("--size", type=int, default=300, help="of a draw")
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    found = figures(asked.spectra, asked.size)
    conclude(found, asked.json)


if __name__ == "__main__":
    main()
