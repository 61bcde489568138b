import threading

import pytest

from specoracle.panel.read_ahead import ReadAhead


@pytest.fixture
def asked():
    return []


@pytest.fixture
def ahead(asked):
    def read(name):
        asked.append(name)
        if name == "damaged":
            raise OSError(name)
        return name.upper()

    made = ReadAhead(read, n_kept=3)
    yield made
    made.close()


def test_what_was_expected_is_not_read_again(ahead, asked):
    done = threading.Event()
    ahead.expect(["a", "b"], lambda name: name == "b" and done.set())
    assert done.wait(10)
    assert [ahead.get("a"), ahead.get("b")] == ["A", "B"]
    assert asked == ["a", "b"]


def test_one_who_asks_later_is_told_as_well(ahead):
    told = []
    ahead.get("a")
    ahead.expect(["a"], told.append)
    assert told == ["a"]


def test_an_error_comes_to_the_one_who_asks(ahead):
    ahead.expect(["damaged"], lambda _: None)
    with pytest.raises(OSError, match="damaged"):
        ahead.get("damaged")


def test_only_a_few_are_kept(ahead, asked):
    for name in "abcda":
        ahead.get(name)
    assert asked == list("abcda")


def test_everything_is_read_in_one_other_thread():
    threads = []
    ahead = ReadAhead(lambda _: threads.append(threading.get_ident()))
    for name in "abc":
        ahead.get(name)
    ahead.close()
    assert len(set(threads)) == 1
    assert threading.get_ident() not in threads
