"""Seconds and memory of choosing a batch among many candidates, and of its parts.

``python tests/bench/query_speed.py --candidates 10000000`` makes up log-probabilities of
so many, chooses from them as a round does, and prints each figure beside its target.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from memory import peak
from verdict import Figure, conclude

from specoracle.query.acquisition import ACQUISITIONS
from specoracle.query.by_name import STRATEGIES
from specoracle.query.candidates import Answered, Candidates, Labelled
from specoracle.query.disagreement import Disagreement
from specoracle.query.mixed import mixed_batch

N_CLASSES, N_FEATURES, N_MEMBERS = 3, 512, 5
TARGET = 2
SECONDS = 10.0
"""Target of a batch among 10⁷."""
BATCHES = ("mixed batch", "strategy")

AT_ONCE = 1 << 18


def made_up(n, seed):
    """Log-probabilities of so many, most of them sure, as f4 and in blocks."""
    rng = np.random.default_rng(seed)
    logs = np.empty((n, N_CLASSES), "f4")
    for start in range(0, n, AT_ONCE):
        block = logs[start : start + AT_ONCE]
        block[:] = 3 * rng.standard_normal(block.shape, "f4")
        block[:, 0] += 8
        block -= np.logaddexp.reduce(block, axis=1, keepdims=True)
    return logs


def features_of(rows):
    """Features of a short list: eight numbers that hang on the row, mixed and bent."""
    angle = np.outer(rows % 10_007, np.sqrt(np.arange(2, 10)))
    mixed = np.sin(angle) @ np.random.default_rng(1).standard_normal((8, N_FEATURES))
    return np.maximum(mixed, 0).astype("f4")


def timed(work, *arguments, **keywords):
    begun = time.perf_counter()
    result = work(*arguments, **keywords)
    return time.perf_counter() - begun, result


def ensemble(n):
    """Time the members' disagreement alone, not making them up."""
    together, seconds = Disagreement(n, N_CLASSES), 0.0
    for seed in range(N_MEMBERS):
        seconds += timed(together.add, made_up(n, seed))[0]
    last, information = timed(together.mutual_information)
    return seconds + last, together.log_probabilities(), information


def measure(n, size):
    """Yield a figure each: title, seconds."""
    seconds, logs, information = ensemble(n)
    yield f"mutual information of {N_MEMBERS} members", seconds
    for name, acquisition in ACQUISITIONS.items():
        yield name, timed(acquisition, logs)[0]
    rows, rng = np.arange(n), np.random.default_rng(1)
    objects = rng.integers(0, n, n)
    answered = Answered(rows=rows[:1000], objects=objects[:1000])
    candidates = Candidates(
        rows=rows[1000:],
        log_probabilities=logs[1000:],
        targets=(TARGET,),
        mutual_information=information[1000:],
        objects=objects[1000:],
        features=features_of,
    )
    seconds, batch = timed(mixed_batch, candidates, size, answered=answered, rng=rng)
    assert len(batch) == min(size, n)
    yield "mixed batch", seconds
    known = Labelled(
        column=rows[:1000] % N_CLASSES, features=lambda: features_of(rows[:50])
    )
    for name, strategy in STRATEGIES.items():
        asked = replace(candidates, labelled=known)
        seconds, choice = timed(strategy, asked, size, rng=rng)
        assert len(choice.rows) == min(size, len(asked.rows))
        yield f"strategy {name}", seconds


def figures(n, size):
    """All figures; the target is that of 10⁷ candidates."""
    peer = f"seconds, {size} of {n:,}"
    found = [
        Figure(
            name=name,
            values=[seconds],
            peer=peer,
            at_most=SECONDS if name.startswith(BATCHES) else None,
        )
        for name, seconds in measure(n, size)
    ]
    width = 4 * N_CLASSES * n / 1e9
    memory = Figure(
        name="peak memory",
        values=[peak(_Self) / 1e9],
        peer=f"GB, of which log-probabilities {width:.2f}",
    )
    return [*found, memory]


class _Self:
    pid = "self"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--candidates", type=int, default=10_000_000)
    parser.add_argument("--size", type=int, default=100, help="of the batch")
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    found = figures(asked.candidates, asked.size)
    conclude(found, asked.json)


if __name__ == "__main__":
    main()
