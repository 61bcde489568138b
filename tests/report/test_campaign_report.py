import json
import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import listed_rows
from specoracle.campaign.catalogue.methods import latex_text, methods_text
from specoracle.campaign.completeness.completeness import injection_completeness
from specoracle.campaign.completeness.injection_grid import Grid
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace
from specoracle.errors import CampaignError
from specoracle.report.campaign_report import write_campaign_report
from specoracle.report.judged_round import JudgedRound
from specoracle.report.topics import TOPICS
from specoracle.simulate.survey import read_truth

CLASSES = ("absorption", "emission", "double-peak")


@pytest.fixture
def truth(survey):
    return read_truth(survey)


def facts(**changes):
    settings = {
        "name": "hunt",
        "classes": CLASSES,
        "targets": CLASSES[1:],
        "batch_size": 12,
        "candidate_size": 4,
        "estimation_size": 20,
        "estimation_growth": 6,
        "seed": 1,
    }
    return CampaignFacts(**settings | changes)


@pytest.fixture
def campaign(workspace):
    created = create_campaign(Workspace(workspace), facts())
    yield created
    created.close()


def known_targets(truth, n):
    found = {name: label for name, label in truth.items() if label != "absorption"}
    return {name: found[name] for name in sorted(found)[:n]}


def train(campaign):
    next_round(campaign, classifier=LogisticRegression(max_iter=200))


def page(campaign, tmp_path, **settings):
    path = tmp_path / "report.html"
    write_campaign_report(path, campaign, **settings)
    return path.read_text(encoding="utf-8")


def plain(text):
    """What a reader sees: no scripts, no tags."""
    text = re.sub(r"<(script|style).*?</\1>", " ", text, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_report_of_a_campaign_holds_all_that_is_known(campaign, truth, tmp_path):
    campaign.import_labels(known_targets(truth, 4), annotator="catalogue")
    for _ in range(2):
        answer_all(campaign.batch("vera"), KnownLabels(truth))
        train(campaign)
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    text = page(campaign, tmp_path)
    seen = plain(text)
    for title in (
        "Learning curve",
        "Confusion",
        "Calibration",
        "Scores of the pool",
        "True targets to expect",
        "Completeness by injection",
        "Candidates",
        "Labels",
        "Methods",
    ):
        assert f"<h2>{title}</h2>" in text, title
    assert "vera" in seen
    assert "catalogue" in seen
    assert "Run &#39;specoracle completeness WORKSPACE hunt&#39;" in seen
    assert "nan" not in seen.lower().replace("annotator", "")
    figures = re.search(r'id="figures">(.*?)</script>', text, flags=re.S)[1]
    assert len(json.loads(figures)) == text.count('class="plot"') == 5
    assert len(text.encode()) < 3_000_000


def test_the_report_shows_no_candidate_that_is_to_be_judged_blind(
    campaign, truth, tmp_path
):
    campaign.import_labels(known_targets(truth, 4), annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    train(campaign)
    asked = {member.identifier for member in campaign.batch("vera").members}
    blind = asked | (campaign.sample() - campaign.labels().keys())
    listed = set(campaign.archive.identifiers(listed_rows(campaign, 1)))
    (section,) = TOPICS["Candidates"](JudgedRound(campaign, 1))
    shown = {row[1] for row in section.numbers.rows}
    assert listed & blind
    assert shown == listed - blind


def test_one_round_has_a_report_of_its_own(campaign, truth, tmp_path):
    campaign.import_labels(known_targets(truth, 4), annotator="catalogue")
    for _ in range(2):
        answer_all(campaign.batch("vera"), KnownLabels(truth))
        train(campaign)
    first = plain(page(campaign, tmp_path, round_number=1))
    assert "Campaign hunt, round 1" in first
    assert "In one round of active learning" in first
    with pytest.raises(CampaignError, match="from 1 to 2, got 9"):
        page(campaign, tmp_path, round_number=9)


def test_before_the_first_training_the_report_says_what_to_do(campaign, tmp_path):
    seen = plain(page(campaign, tmp_path))
    assert "Not yet known: no round has been trained" in seen
    assert "train the next round" in seen


def test_without_a_sample_or_a_positive_nothing_is_claimed(workspace, truth, tmp_path):
    changes = {"targets": ("double-peak",), "estimation_size": 0, "estimation_growth": 0}
    campaign = create_campaign(Workspace(workspace), facts(**changes, batch_size=40))
    batch = campaign.batch("vera")
    for number, member in enumerate(batch.members):
        batch.label(("absorption", "emission")[number % 2], identifier=member.identifier)
    train(campaign)
    seen = plain(page(campaign, tmp_path))
    assert "No performance-estimation sample was drawn" in seen
    assert "Not yet known: this campaign draws no performance-estimation sample" in seen
    assert "The list is empty" in seen
    assert "nan" not in seen.lower().replace("annotator", "")
    campaign.close()


def test_a_sample_nobody_has_labelled_gives_no_estimate(workspace, truth, tmp_path):
    campaign = create_campaign(Workspace(workspace), facts(estimation_growth=0))
    names = sorted(truth)[:20]
    known = known_targets(truth, 4) | {n: truth[n] for n in names}
    outside = {n: c for n, c in known.items() if n not in campaign.sample()}
    campaign.import_labels(outside, annotator="catalogue")
    train(campaign)
    seen = plain(page(campaign, tmp_path))
    for title in ("Learning curve", "Calibration", "Confusion"):
        assert f" {title} Not yet known: " in seen
    assert "nan" not in seen.lower().replace("annotator", "")
    assert "From 0 labelled members" in seen
    assert "its completeness as not yet known" in seen
    campaign.close()


class Brightest:
    classes_ = np.array(["absorption", "emission"])

    def predict_proba(self, X):
        found = (np.argmax(X, axis=1) < 60).astype(float)
        return np.stack([1.0 - found, found], axis=1)


def test_injected_lines_stand_in_report_and_methods(campaign, truth, tmp_path):
    campaign.import_labels(known_targets(truth, 4), annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    train(campaign)
    grid = Grid(equivalent_widths=(1.0, 40.0), separations=(0.0, 400.0), snr=(5.0,))
    table = injection_completeness(campaign, grid, model=Brightest())
    text = page(campaign, tmp_path)
    assert "two peaks, 400 km/s: double-peak" in text
    stars = f"spectra of {table.meta['STARS']} stars"
    assert stars in plain(text)
    assert "from 40 Å on at a signal-to-noise ratio of 5" in methods_text(campaign)


def test_hostile_names_stay_text(campaign, truth, tmp_path):
    hostile = "</script><script>alert('x')</script>"
    campaign.import_labels(known_targets(truth, 4), annotator=hostile)
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    train(campaign)
    text = page(campaign, tmp_path)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_methods_say_the_numbers_and_nothing_for_latex_to_run(campaign, truth):
    campaign.import_labels(known_targets(truth, 4), annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    train(campaign)
    text = methods_text(campaign)
    labels = list(campaign.labels().values())
    assert "We searched 120 spectra for emission and double-peak" in text
    assert (
        f"labels to {len(labels)} spectra ({labels.count('absorption')} absorption" in text
    )
    assert "2 annotators" in text
    assert "95 % interval" in text
    assert not re.search(r"(?<!\\)[%&#_$]", latex_text(text.replace("Hα", "")))


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("\\input{x}", r"\textbackslash{}input\{x\}"),
        ("50 % & $1_a^b~#", r"50 \% \& \$1\_a\textasciicircum{}b\textasciitilde{}\#"),
        ("Hα ≥ 4 Å", r"H$\alpha$ $\geq$ 4 \AA{}"),
    ],
)
def test_latex_sees_no_command(text, latex):
    assert latex_text(text) == latex


def test_methods_before_the_first_training_are_refused(campaign):
    with pytest.raises(CampaignError, match="got none yet"):
        methods_text(Campaign(campaign.workspace, "hunt"))
