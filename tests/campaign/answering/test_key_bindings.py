import re

import pytest

from specoracle.campaign.answering.key_bindings import DEFAULT, KeyBindings
from specoracle.errors import CampaignError
from specoracle.panel.frontend import frontend


def test_no_key_does_two_things_by_default():
    keys = [key for given in DEFAULT.values() for key in given]
    assert len(keys) == len(set(keys))


def test_a_new_key_takes_the_place_of_the_old_ones_and_is_remembered(tmp_path):
    path = tmp_path / "vera" / "keys.json"
    KeyBindings().bound("skip", "N").bound("class-1", "ä").write(path)
    read = KeyBindings.read(path)
    assert (read.keys["skip"], read.keys["class-1"]) == (("n",), ("ä",))
    assert read.keys["undo"] == DEFAULT["undo"]


def test_a_key_that_does_something_else_is_refused_with_the_name_of_that():
    with pytest.raises(CampaignError, match="'s', which is the key of skip"):
        KeyBindings().bound("undo", "s")


def test_a_key_of_the_view_is_refused_as_such():
    # The view's own list of its keys.
    text = (frontend("viewer") / "keys.js").read_text("utf-8")
    listed = re.findall(r'^  \["(.)", ', text.partition("];")[0], flags=re.MULTILINE)
    assert len(listed) > 10
    for key in listed:
        with pytest.raises(CampaignError, match="a key of the view"):
            KeyBindings().bound("skip", key)


def test_a_key_that_the_view_has_got_since_is_lost_and_no_other(tmp_path):
    path = tmp_path / "keys.json"
    path.write_text('{"skip": ["f"], "flag": ["n"]}', "utf-8")
    read = KeyBindings.read(path)
    assert read.keys["skip"] == DEFAULT["skip"]
    assert read.keys["flag"] == ("n",)


def test_a_key_of_the_action_itself_is_no_conflict():
    assert KeyBindings().bound("skip", "0").keys["skip"] == ("0",)


@pytest.mark.parametrize("key", ["Tab", "Enter", "Escape", "F5", " ", "", "ab", "Shift"])
def test_keys_that_belong_to_the_browser_are_refused(key):
    with pytest.raises(CampaignError, match="expected a letter"):
        KeyBindings().bound("skip", key)


@pytest.mark.parametrize(
    "text", ["{broken", "[]", '{"skip": 7}', '{"skip": ["z"]}', '{"skip": ["Tab"]}', "\xff"]
)
def test_a_file_that_makes_no_sense_gives_the_default(tmp_path, text):
    path = tmp_path / "keys.json"
    path.write_bytes(text.encode("latin-1"))
    assert KeyBindings.read(path) == KeyBindings()
