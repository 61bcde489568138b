import json

import pytest

from specoracle.campaign.facts import CampaignFacts
from specoracle.errors import CampaignError
from specoracle.query.shares import Shares


def test_facts_come_back_as_they_were_written(tmp_path, facts):
    written = facts(arbiter="vera", shares=Shares(margin=50, artefact=5), members=2)
    written.write(tmp_path / "campaign.json")
    assert CampaignFacts.read(tmp_path / "campaign.json") == written


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": "../elsewhere"}, "Campaign name"),
        ({"name": ""}, "Campaign name"),
        ({"classes": ("a",), "targets": ("a",)}, "at least two different classes"),
        ({"classes": ("a", "a", "b"), "targets": ("b",)}, "at least two different classes"),
        ({"targets": ("nova",)}, r"got \['nova'\]"),
        ({"targets": ()}, "expected target classes"),
        ({"targets": ("absorption", "emission", "double-peak")}, "some, not all"),
        ({"strategy": "best"}, "expected one of entropy, margin"),
        (
            {"strategy": "mutual_information", "preset": "default", "members": 1},
            "expected at least two networks .* got 1",
        ),
        ({"preset": "best"}, "expected a preset of skoda2020, default"),
        ({"batch_size": 0}, "Correct the sizes"),
        ({"candidate_size": 13}, "Correct the sizes"),
        ({"estimation_size": -1}, "Correct the sizes"),
        ({"alike": 1.5}, "a share alike of 0 to 1"),
        ({"members": 0}, "at least one network"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(changes, complaint, facts):
    with pytest.raises(CampaignError, match=complaint):
        facts(**changes)


def test_facts_of_a_newer_version_are_refused(tmp_path, facts):
    path = tmp_path / "campaign.json"
    facts().write(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 4}))
    with pytest.raises(CampaignError, match=r"got version 4\. Upgrade specoracle"):
        CampaignFacts.read(path)


def test_facts_of_the_first_version_are_about_the_whole_archive(tmp_path, facts):
    path = tmp_path / "campaign.json"
    facts().write(path)
    record = json.loads(path.read_text()) | {"version": 1}
    assert record.pop("where") is None
    path.write_text(json.dumps(record))
    assert CampaignFacts.read(path) == facts()


def test_shares_of_an_unknown_stream_are_refused(tmp_path, facts):
    path = tmp_path / "campaign.json"
    facts().write(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"shares": {"luck": 100}}))
    with pytest.raises(CampaignError, match=r"expected names of margin.*got luck"):
        CampaignFacts.read(path)
