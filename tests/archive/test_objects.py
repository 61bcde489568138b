"""Objects on the sky, against astropy's search around the sky and plain loops."""

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord, search_around_sky

from specoracle.archive.archive import Archive
from specoracle.archive.books import close_books, describe_packed
from specoracle.archive.objects import find_objects, friends
from specoracle.archive.rows import write_rows
from specoracle.archive.verify import verify_archive
from specoracle.errors import ArchiveError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named


def groups_by_hand(ra, dec, radius):
    """Lowest number among all that hang together, by spreading it until nothing changes."""
    sky = SkyCoord(ra * units.deg, dec * units.deg)
    one, other, *_ = search_around_sky(sky, sky, radius * units.arcsec)
    lowest = np.arange(len(ra))
    while True:
        spread = lowest.copy()
        np.minimum.at(spread, one, lowest[other])
        if (spread == lowest).all():
            return lowest
        lowest = spread


@pytest.mark.parametrize("dec", [0.0, 60.0, 89.9999, -90.0])
def test_friends_of_friends_are_those_of_astropy(dec):
    rng = np.random.default_rng(7)
    # Also across 0 h, and around the pole.
    centre = SkyCoord(0 * units.deg, dec * units.deg)
    angle, distance = rng.uniform(0, 360, 300), 25 * np.sqrt(rng.uniform(size=300))
    sky = centre.directional_offset_by(angle * units.deg, distance * units.arcsec)
    ra, decs = sky.ra.deg, sky.dec.deg
    wanted = groups_by_hand(ra, decs, 1.5)
    found = friends(ra, decs, 1.5)
    pairs = set(zip(wanted.tolist(), found.tolist(), strict=True))
    assert len(pairs) == len(set(wanted.tolist())) == len(set(found.tolist()))
    assert 20 < len(pairs) < 300


@pytest.fixture
def placed(packed, rows):
    """Nine spectra: three of one star, two of another, one nowhere, three alone."""
    ra = np.array([10, 10 + 1 / 3600, 50, 50, np.nan, 200, 10 + 2 / 3600, 201, 202.0])
    for number, name in enumerate(("0001-9999.h5", "0001-10000.h5", "0002-0000.h5")):
        made = rows("abc"[number])
        made.catalogue["ra"] = ra[3 * number : 3 * number + 3]
        made.catalogue["dec"] = np.zeros(3)
        made.catalogue["target"] = [["s1", "s2", ""], ["s2", "s1", ""], ["", "s1", "t"]][
            number
        ]
        write_rows(packed.shards / name, made)
        describe_packed(packed, name)
    close_books(packed, ["0001-9999.h5", "0001-10000.h5", "0002-0000.h5"])
    return packed


def test_spectra_of_one_object_know_each_other(placed, rows):
    found = find_objects(placed.folder, radius=1.2)
    assert (found.n_spectra, found.n_objects, found.n_repeated, found.n_unknown) == (
        *(9, 6, 2),
        1,
    )
    archive = Archive(placed.folder)
    wanted = ["a-0", "a-0", "a-2", "a-2", "b-1", "b-2", "a-0", "c-1", "c-2"]
    table = archive.catalogue(["object_id", "object_spectra"])
    assert table["object_id"].to_pylist() == [f"lamost:{name}" for name in wanted]
    assert table["object_spectra"].to_pylist() == [3, 3, 2, 2, 1, 1, 3, 1, 1]
    assert archive.same_object("lamost:a-1") == ["lamost:a-0", "lamost:a-1", "lamost:c-0"]
    assert archive.same_object("lamost:b-1") == ["lamost:b-1"]
    archive.close()
    assert verify_archive(placed.folder).damages == ()
    write_rows(placed.shards / "0003-0000.h5", rows("d"))
    describe_packed(placed, "0003-0000.h5")
    names = ["0001-9999.h5", "0001-10000.h5", "0002-0000.h5", "0003-0000.h5"]
    close_books(placed, names)
    grown = Archive(placed.folder)
    assert grown.same_object("lamost:d-0") == ["lamost:d-0"]
    assert grown.catalogue(["object_id"])["object_id"].null_count == 3
    grown.close()


def test_a_target_may_tell_instead_of_the_position(placed):
    found = find_objects(placed.folder, on="target")
    assert (found.n_objects, found.n_repeated, found.n_unknown) == (6, 2, 3)
    archive = Archive(placed.folder)
    assert archive.same_object("lamost:c-1") == ["lamost:a-0", "lamost:b-1", "lamost:c-1"]
    archive.close()


def test_an_archive_without_objects_says_what_to_run(placed):
    archive = Archive(placed.folder)
    with pytest.raises(ArchiveError, match="Run 'specoracle archive objects"):
        archive.same_object("lamost:a-0")
    archive.close()


@pytest.mark.parametrize("settings", [{"radius": 0}, {"radius": 61}, {"on": "plan"}])
def test_other_settings_are_refused(placed, settings):
    with pytest.raises(ArchiveError, match="Objects: expected position or target"):
        find_objects(placed.folder, **settings)


def test_real_repeats_are_found(real_lamost, tmp_path):
    folder = tmp_path / "archive"
    recipe = recipe_named("halpha")
    ingest_survey([str(real_lamost)], folder, recipe=recipe, n_workers=1)
    found = find_objects(folder)
    archive = Archive(folder)
    table = archive.catalogue(["identifier", "ra", "dec", "object_id"])
    lowest = groups_by_hand(np.array(table["ra"]), np.array(table["dec"]), 3.0)
    names = table["identifier"].to_pylist()
    assert table["object_id"].to_pylist() == [names[row] for row in lowest]
    assert found.n_objects == len(set(lowest.tolist())) < found.n_spectra == 530
    archive.close()
