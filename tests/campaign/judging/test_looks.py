from concurrent.futures import ThreadPoolExecutor

import pytest

from specoracle.campaign.judging.looks import look, looks
from specoracle.errors import CampaignError


def seen(folder, round_number=1, n_labelled=30, figure="improvement of F1"):
    return look(folder, figure=figure, round_number=round_number, n_labelled=n_labelled)


def test_only_a_new_state_makes_a_new_look(tmp_path):
    assert seen(tmp_path).number == 1
    assert seen(tmp_path).number == 1
    assert seen(tmp_path, n_labelled=31).number == 2
    assert seen(tmp_path, round_number=2, n_labelled=31).number == 3
    assert seen(tmp_path).number == 1
    assert [one.number for one in looks(tmp_path)] == [1, 2, 3]


def test_figures_have_looks_of_their_own(tmp_path):
    seen(tmp_path)
    assert seen(tmp_path, figure="precision").number == 1
    assert len(looks(tmp_path)) == 2


def test_looks_at_the_same_moment_are_numbered_one_after_the_other(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda n: seen(tmp_path, n_labelled=n), range(24))
        assert sorted(one.number for one in found) == list(range(1, 25))


def test_a_damaged_record_is_not_taken_for_no_look(tmp_path):
    seen(tmp_path)
    (tmp_path / "00001.json").write_text("{", encoding="utf-8")
    with pytest.raises(CampaignError, match="Restore it"):
        seen(tmp_path, n_labelled=31)
