import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specoracle.errors import CampaignError
from specoracle.query.shares import Shares, Stream


def test_a_batch_of_a_hundred_has_the_shares_of_the_method():
    # 55 margin, 15 mutual information, 15 likely, 10 random, 5 repeats.
    counts = Shares().counts(100)
    assert list(counts.values()) == [55, 15, 15, 10, 5, 0]


@given(st.lists(st.integers(0, 50), min_size=6, max_size=6), st.integers(0, 300))
def test_places_add_up_and_none_is_off_by_one(weights, n):
    if not sum(weights):
        return
    percent = 100 * np.array(weights) / sum(weights)
    names = ("margin", "mutual_information", "likely", "random", "repeat", "artefact")
    counts = Shares(**dict(zip(names, percent.tolist(), strict=True))).counts(n)
    assert sum(counts.values()) == n
    for name, share in zip(names, percent, strict=True):
        assert abs(counts[Stream(name)] - n * share / 100) < 1 + 1e-9
        assert share > 0 or counts[Stream(name)] == 0


@pytest.mark.parametrize(
    "wrong",
    [{"margin": 56}, {"margin": -5, "random": 70}, {"margin": np.nan}, {"repeat": np.inf}],
)
def test_shares_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(CampaignError, match="add up to 100, got"):
        Shares(**wrong)
