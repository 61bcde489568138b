import asyncio
import json

import pytest

from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.panel.performance_panel import PerformancePanel
from specoracle.panel.plot import Plot
from specoracle.report.judged_round import JudgedRound
from specoracle.report.section import Picture, Table
from specoracle.report.topics import TOPICS


@pytest.fixture
def panel(campaign):
    made = PerformancePanel(campaign)
    yield made
    made.close()


def plots(panel):
    return [child for child in panel.sheet.children if isinstance(child, Plot)]


def words(panel):
    return [child.shown for child in panel.sheet.children if not isinstance(child, Plot)]


def test_nothing_is_computed_before_it_is_asked_for(panel):
    assert panel.topics.shown == {}
    assert panel.sheet.children == ()
    assert panel._judging._campaign is None


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_shows_what_the_report_says(panel, campaign, topic):
    panel.show(topic)
    sections = TOPICS[topic](JudgedRound(campaign, 1))
    pictures = [one for one in sections if isinstance(one, Picture)]
    expected = [Plot(picture.figure).figure for picture in pictures]
    assert [plot.figure for plot in plots(panel)] == expected
    assert all(plot.description for plot in plots(panel))
    tables = [one for one in sections if isinstance(one, Table)]
    said = words(panel)
    shown = [one["table"]["rows"] for one in said if "table" in one]
    assert shown == [[list(row) for row in table.rows] for table in tables]
    folded = [one["folded"]["rows"] for one in said if one.get("folded")]
    assert folded == [[list(row) for row in p.numbers.rows] for p in pictures]
    captions = [one["note"] for one in said if "note" in one]
    assert captions == [picture.caption for picture in pictures]
    assert panel.topics.shown["topics"] == list(TOPICS)
    assert panel.topics.shown["open"] == topic
    assert not panel.topics.shown["busy"]


def test_the_first_topic_is_shown_where_none_is_named_or_none_of_that_name(panel):
    for name in ("", "<b>nonsense</b>"):
        panel._receive(None, {"action": "open", "topic": name}, [])
        assert panel.topics.shown["open"] == "Learning curve"


def test_another_topic_takes_the_place_of_the_one_before(panel):
    panel.show("Calibration")
    before = panel.sheet.children
    panel.show("Confusion")
    assert all(child.comm is None for child in before)
    panel._receive(None, {"action": "close"}, [])
    assert panel.sheet.children == ()
    panel.look()
    assert panel.sheet.children == ()


def test_labels_given_meanwhile_are_counted(panel, campaign):
    panel.show("Labels and methods")
    assert "vera" not in json.dumps(words(panel))
    batch = campaign.batch("vera")
    batch.label("emission", identifier=batch.members[0].identifier)
    panel.look()
    assert "vera" in json.dumps(words(panel))


def test_an_earlier_round_can_be_looked_at_and_the_last_one_follows(panel, campaign):
    neighbours = pytest.importorskip("sklearn.neighbors")
    from specoracle.campaign.transition import next_round

    panel.show("Confusion")
    next_round(campaign, classifier=neighbours.KNeighborsClassifier(3))
    panel.look()
    assert panel.topics.shown["rounds"] == [1, 2]
    assert "round 2" in panel.topics.shown["where"]
    panel._receive(None, {"action": "open", "topic": "Confusion", "round": 1}, [])
    assert "round 1" in panel.topics.shown["where"]
    (picture, _) = TOPICS["Confusion"](JudgedRound(campaign, 1))
    assert [plot.figure for plot in plots(panel)] == [Plot(picture.figure).figure]
    panel.look()
    assert "round 1" in panel.topics.shown["where"]
    panel.show("Whether to stop", 1)
    assert words(panel)[0]["text"] == "Only the last round tells."
    panel.show("Confusion", 99)
    assert "round 2" in panel.topics.shown["where"]


def test_before_the_first_training_every_topic_says_what_to_do(campaign):
    facts = CampaignFacts(
        name="new", classes=("a", "b"), targets=("a",), estimation_size=4, batch_size=4
    )
    new = create_campaign(campaign.workspace, facts)
    panel = PerformancePanel(new)
    for topic in TOPICS:
        panel.show(topic)
        assert words(panel)[-1]["text"].startswith("Not yet known: no round has been")
    panel.close()
    new.close()


def test_what_cannot_be_read_is_said_and_the_other_topics_stay(panel, campaign):
    scores = campaign.folder.round(1).scores
    kept = scores.read_bytes()
    scores.write_bytes(b"damaged")
    panel.show("Calibration")
    (said,) = words(panel)
    assert said["title"] == "Calibration"
    assert said["text"].startswith("This cannot be shown. ")
    assert not panel.topics.shown["busy"]
    scores.write_bytes(kept)
    panel.show("Calibration")
    assert len(plots(panel)) == 1


def test_on_a_page_the_last_topic_that_was_asked_for_is_shown(panel):
    async def ask():
        for topic in ("Scores of the pool", "Candidates", "Confusion"):
            panel.show(topic)
            assert panel.topics.shown["busy"]
            assert panel.sheet.children == ()
        for _ in range(600):
            await asyncio.sleep(0.05)
            if not panel.topics.shown["busy"]:
                break

    asyncio.run(ask())
    assert panel.topics.shown["open"] == "Confusion"
    assert words(panel)[0]["title"] == "Confusion"
