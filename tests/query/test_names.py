import pytest

from specoracle.errors import CampaignError
from specoracle.query.names import strategy_name


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(CampaignError, match=r"entropy, margin, .*, got 'best'"):
        strategy_name("best")
