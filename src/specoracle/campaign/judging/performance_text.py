"""The performance of a round in words, for a terminal and for captions."""

from specoracle.campaign.judging.performance import RoundPerformance


def performance_lines(done: RoundPerformance) -> list[str]:
    """Say how good a round's list is, the primary figure first.

    Parameters
    ----------
    done
        Estimates of one round.
    """
    lines = [
        f"round {done.round_number}: {done.n_labels} labels, {done.n_candidates} "
        "candidates",
        f"  completeness {_floor(done)}: {done.completeness_above_floor}",
        f"  precision: {done.precision}; F1 {_floor(done)}: {done.f1}",
        f"  of the whole pool: prevalence {done.prevalence}, completeness "
        f"{done.completeness}",
    ]
    if done.floor is not None:
        lines.append(
            f"  below the floor: {done.share_below:.1%} of the pool, at most "
            f"{done.below_at_most:,.0f} targets (95 %)"
        )
    if done.n_waiting:
        lines.append(f"  {waiting_text(done)}")
    return lines


def waiting_text(done: RoundPerformance) -> str:
    """Say how much of the estimation sample has no agreed label, and why."""
    reasons = [
        f"{n} {what}"
        for n, what in (
            (done.n_disputed, "on which annotators differ"),
            (done.n_skipped, "passed over"),
        )
        if n
    ]
    among = f" ({', '.join(reasons)})" if reasons else ""
    return (
        f"{done.n_waiting} of the estimation sample without an agreed label{among}: "
        "label them, and the intervals shrink"
    )


def _floor(done: RoundPerformance) -> str:
    if done.floor is None:
        return "(no score floor yet)"
    return f"above score {done.floor:.3g}"
