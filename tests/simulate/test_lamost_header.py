import numpy as np
import pytest
from astropy.io import fits

from specoracle.simulate.lamost_header import BLOCK, card, header, star_cards
from specoracle.simulate.star import simulate_star


@pytest.mark.parametrize(
    "value", [True, False, 0, 3, -9999, 1.5, -0.00056505, 2000.0, "A5", "it's", ""]
)
def test_astropy_reads_back_what_a_card_holds(value):
    read = fits.Card.fromstring(card("KEY", value, "what it means"))
    read.verify("exception")
    assert read.value == value
    assert read.comment == "what it means"
    assert type(read.value) is type(value)


def test_a_header_fills_whole_blocks_and_ends_once():
    cards = star_cards(simulate_star(np.random.default_rng(0)), table=False)
    content = header(cards)
    assert len(content) % BLOCK == 0
    assert content.count(b"END" + b" " * 77) == 1


@pytest.mark.parametrize("table", [False, True])
def test_no_keyword_is_there_twice(table):
    cards = star_cards(simulate_star(np.random.default_rng(0)), table=table)
    keywords = [keyword for keyword, _, _ in cards if keyword != "COMMENT"]
    assert len(keywords) == len(set(keywords))
    assert all(len(keyword) <= 8 for keyword in keywords)
