from specoracle.campaign.judging.performance import RoundPerformance
from specoracle.campaign.replay.replay import ReplayRound
from specoracle.estimation.estimate import Estimate
from specoracle.report.replay_report import Arms, print_arms

KNOWN = Estimate(value=0.9, low=0.8, high=0.95, n=30)
UNKNOWN = Estimate(value=None, low=0.88, high=0.95, n=0, unknown="no label, label 30 more")


def judged(completeness):
    estimate = RoundPerformance(
        round_number=1,
        n_labels=54,
        n_candidates=37,
        completeness_above_floor=completeness,
        precision=KNOWN,
        f1=KNOWN,
        prevalence=KNOWN,
        completeness=KNOWN,
        floor=0.5,
        share_below=0.9,
        below_at_most=3.0,
        n_waiting=0,
        n_disputed=0,
        n_skipped=0,
    )
    return ReplayRound(estimate=estimate, n_found=19, n_true=37, n_targets=40)


def test_a_figure_that_is_not_yet_known_leaves_the_columns_where_they_are():
    rounds = [judged(KNOWN), judged(UNKNOWN)]
    said = []
    arms = Arms(targets=("emission",), active=[rounds], random=[rounds], remark="")
    print_arms(arms, said.append)
    head, first, second, summary = said
    assert len(head) == len(first) == len(second) < 130
    assert "0.90 (0.80–0.95)" in first
    assert "– (0.88–0.95)" in second
    # 100 · 19 / 54
    assert "35.2 with active learning, 35.2 with random choice" in summary
