"""How often each printed interval holds the truth, and how wide it is.

``python tests/coverage/coverage_study.py`` simulates 2,000 campaigns for each family of
scores, prevalence, size of the sample and use of the scores, and prints the table, the
minimum, and every cell below the target. Each sample is also compared with a simple
random one of the same size.
"""

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np
from score_families import FAMILIES, N_POOL, scored
from simulated_samples import AFTER, BEFORE, BELOW, USES, kinds, samples

from specoracle.estimation import merits
from specoracle.estimation.limits import estimated_totals, limits
from specoracle.estimation.looks import error_at

PREVALENCES = (0.001, 0.01, 0.1)
SIZES = (100, 300, 1000)
TARGET = 0.93
N_POOLS = 20
PRIMARY = "completeness above floor"
PRECISION = "precision"
BOUND = "targets below floor"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Coverage and median width of each interval, in one setting."""

    family: str
    prevalence: float
    n: int
    use: str
    campaigns: int
    covered: dict
    width: dict
    error: float
    error_at_random: float


def figures(counts, category, use):
    """Every figure that is printed: its counts, ratio, range of values, and error."""
    before, after = category & BEFORE > 0, category & AFTER > 0
    above = (counts.size > 0) & (category & BELOW == 0)
    region, below = counts.within(above), counts.within(~above)
    share, difference = (0.0, 1.0), (-1.0, 1.0)
    first = merits.completeness(after, above)
    found = {
        PRIMARY: (counts, first, share, 0.05),
        PRECISION: (counts, merits.precision(after, counts.size), share, 0.05),
        "prevalence": (counts, merits.prevalence(counts.size), share, 0.05),
        "F1 above floor": (region, merits.f1(after, region.size), share, 0.05),
        "completeness": (counts, merits.completeness(after, above | True), share, 0.05),
        # One-sided: only the upper one of two tails is used.
        BOUND: (below, merits.prevalence(below.size), share, 0.1),
        "at the third look": (counts, first, share, error_at(3)),
    }
    if use != "same model":
        gain = merits.completeness_gain(before, after, above)
        found["gain of completeness"] = (counts, gain, difference, 0.05)
        gain = merits.f1_gain(region, before, after)
        found["gain of F1 above floor"] = (region, gain, difference, 0.05)
    return found


def study_cell(family, prevalence, n, use, *, campaigns, seed=1, n_pools=N_POOLS):
    """Simulate one setting."""
    rng = np.random.default_rng([seed, sorted(FAMILIES).index(family), n, USES.index(use)])
    covered, width, errors, at_random = {}, {}, [], []
    for _ in range(n_pools):
        pool = scored(FAMILIES[family], prevalence, rng, N_POOL)
        found = kinds(pool, use)
        counts, category = samples(found, n, campaigns // n_pools, rng)
        whole = found.truth()
        truths = {
            name: float(np.nan_to_num(ratio.of(every.positive)))
            for name, (every, ratio, *_) in figures(whole, found.category, use).items()
        }
        for name, (seen, ratio, within, error) in figures(counts, category, use).items():
            low, high = limits(seen, ratio, error=error, within=within)
            low = np.zeros_like(low) if name == BOUND else low
            hit = (low <= truths[name] + 1e-6) & (truths[name] - 1e-6 <= high)
            covered.setdefault(name, []).extend(hit)
            width.setdefault(name, []).extend(high - low)
        errors.extend(_errors(counts, category, truths[PRIMARY]))
        at_random.extend(_random_errors(found, n, campaigns // n_pools, rng))
    return Cell(
        family=family,
        prevalence=prevalence,
        n=n,
        use=use,
        campaigns=len(errors),
        covered={figure: float(np.mean(hits)) for figure, hits in covered.items()},
        width={figure: float(np.median(widths)) for figure, widths in width.items()},
        error=float(np.sqrt(np.mean(np.square(errors)))),
        error_at_random=float(np.sqrt(np.mean(np.square(at_random)))),
    )


def _errors(counts, category, truth):
    """A sample without a target errs by the whole value."""
    above = (counts.size > 0) & (category & BELOW == 0)
    ratio = merits.completeness(category & AFTER > 0, above)
    return np.nan_to_num(ratio.of(estimated_totals(counts))) - truth


def _random_errors(found, n, repeats, rng):
    """The same figure from simple random samples of the same size."""
    drawn = rng.multivariate_hypergeometric(found.number, n, size=repeats)
    inside = found.target & (found.category & BELOW == 0)
    listed = inside & (found.category & AFTER > 0)
    seen, hits = drawn[:, inside].sum(axis=1), drawn[:, listed].sum(axis=1)
    whole = found.number[inside].sum()
    truth = found.number[listed].sum() / whole
    return np.where(seen > 0, hits / np.maximum(seen, 1), 0.0) - truth


def settings(families=tuple(FAMILIES), prevalences=PREVALENCES, sizes=SIZES):
    """Every setting of the study."""
    return [
        (f, p, n, u) for f in families for p in prevalences for n in sizes for u in USES
    ]


def rows(cells):
    """The table: coverage and width of the two main figures, then the least of others."""
    yield (
        "| family | prevalence | n | scores | completeness above floor: coverage | width "
        "| precision: coverage | width | error / simple random | least of the others |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for cell in cells:
        others = {k: v for k, v in cell.covered.items() if k not in {PRIMARY, PRECISION}}
        least = min(others, key=others.get)
        main = " | ".join(
            f"{cell.covered[name]:.3f} | {cell.width[name]:.2f}"
            for name in (PRIMARY, PRECISION)
        )
        yield (
            f"| {cell.family} | {cell.prevalence:.1%} | {cell.n} | {cell.use} | {main} "
            f"| {cell.error:.3f} / {cell.error_at_random:.3f} "
            f"| {others[least]:.3f} {least} |"
        )


def summary(cells):
    """The minima, what falls short, and the targets of width and error."""
    for name in dict.fromkeys(name for cell in cells for name in cell.covered):
        having = [cell for cell in cells if name in cell.covered]
        least = min(having, key=lambda cell: cell.covered[name])
        short = sum(cell.covered[name] < TARGET for cell in having)
        yield (
            f"{name}: least coverage {least.covered[name]:.3f} ({least.family}, "
            f"{least.prevalence:.1%}, n = {least.n}, {least.use}); below {TARGET} in "
            f"{short} of {len(having)}"
        )
    wide = [c.width[PRIMARY] for c in cells if (c.n, c.prevalence) == (300, 0.01)]
    if wide:
        yield f"widest {PRIMARY} at n = 300, 1 %: {max(wide):.2f} (target 0.35)"
    for prevalence in sorted({c.prevalence for c in cells if c.prevalence <= 0.01}):
        chosen = [c for c in cells if (c.n, c.prevalence) == (300, prevalence)]
        if chosen:
            ratio = np.median([c.error / c.error_at_random for c in chosen])
            yield f"error of simple random at n = 300, {prevalence:.1%}: {ratio:.2f} times"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--campaigns", type=int, default=2000)
    parser.add_argument("--families", nargs="*", default=list(FAMILIES))
    asked = parser.parse_args()
    begun, cells = time.process_time(), []
    for setting in settings(asked.families):
        cells.append(study_cell(*setting, campaigns=asked.campaigns))
        if len(cells) == 1:
            sys.stdout.write("\n".join(rows(cells)) + "\n")
        else:
            sys.stdout.write([*rows(cells[-1:])][-1] + "\n")
        sys.stdout.flush()
    sys.stdout.write("\n" + "\n".join(summary(cells)) + "\n")
    minutes = (time.process_time() - begun) / 60
    sys.stdout.write(
        f"{asked.campaigns:,} campaigns a row, {minutes:.1f} minutes of one core\n"
    )
    main_ones = [c.covered[name] for c in cells for name in (PRIMARY, PRECISION)]
    sys.exit(min(main_ones) < TARGET)


if __name__ == "__main__":
    main()
