"""Several ways to do one thing, measured in turns.

A machine that others use is now faster, now slower, so ratios are taken inside a round,
where all ways met the same minute, and the median of the rounds is what counts.
"""

import gc
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do it."""

    n_files: int
    run: Callable[[], "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds on the wall clock, and of all processors in this process and its children."""

    wall: float
    cpu: float = float("nan")


def clock(work, *arguments):
    """Time one call."""
    gc.collect()
    begun, before = time.perf_counter(), _cpu()
    work(*arguments)
    return Taken(time.perf_counter() - begun, _cpu() - before)


def interleave(ways, n_rounds):
    """Time every way once a round, each round in another order: µs a file, by name."""
    names = list(ways)
    taken = {name: [] for name in names}
    for number in range(n_rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(ways[name].run())
    return {
        name: {
            "wall": [1e6 * each.wall / ways[name].n_files for each in several],
            "cpu": [1e6 * each.cpu / ways[name].n_files for each in several],
        }
        for name, several in taken.items()
    }


def ratios(slow, fast):
    """How many times faster, round by round."""
    return [a / b for a, b in zip(slow, fast, strict=True)]


def marginal(small, n_small, large, n_large):
    """µs that a further file takes, round by round, from two runs of different size."""
    step = n_large - n_small
    return [(b * n_large - a * n_small) / step for a, b in zip(small, large, strict=True)]


def spread(values):
    """Least, median and greatest."""
    return min(values), median(values), max(values)


def _cpu():
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
