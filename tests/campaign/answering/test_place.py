import pytest

from specoracle.campaign.answering.place import Place


def test_a_place_is_remembered_in_a_folder_that_was_not_there(tmp_path):
    path = tmp_path / "annotators" / "vera.place"
    Place(path, 3).write("lamost:a")
    assert Place(path, 3).read() == "lamost:a"


def test_nothing_is_left_of_a_longer_name_that_stood_there(tmp_path):
    path = tmp_path / "vera.place"
    for name in ("lamost:55860-HD060441N185230B01_sp02-120", "fits:α", "x"):
        Place(path, 3).write(name)
        assert Place(path, 3).read() == name


def test_the_place_of_another_round_is_none(tmp_path):
    path = tmp_path / "vera.place"
    Place(path, 3).write("lamost:a")
    assert Place(path, 4).read() is None


def test_a_place_as_earlier_versions_wrote_it_is_read(tmp_path):
    path = tmp_path / "vera.place"
    path.write_text("3\nlamost:a", "utf-8")
    assert Place(path, 3).read() == "lamost:a"


@pytest.mark.parametrize("damage", [b"", b"3", b"\xff\xfe", b"\0" * 40])
def test_what_makes_no_sense_is_forgotten(tmp_path, damage):
    path = tmp_path / "vera.place"
    path.write_bytes(damage)
    assert Place(path, 3).read() is None
    Place(path, 3).write("lamost:a")
    assert Place(path, 3).read() == "lamost:a"


def test_without_room_for_it_there_is_no_place_and_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    place = Place(tmp_path / "file" / "vera.place", 3)
    place.write("lamost:a")
    assert place.read() is None
