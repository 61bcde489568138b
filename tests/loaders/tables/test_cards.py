import pytest

from specoracle.loaders.tables.cards import catalogue


def test_cards_of_many_observatories_fill_the_catalogue():
    row = catalogue(
        {
            "object": "  HD 217476 ",
            "RA": "23:00:05.1",
            "DEC": "+56:56:43.3",
            "DATE-OBS": "2010-07-16T23:00:53.001",
            "SRCCLASS": "star",
            "REDSHIFT": -0.0003,
        }
    )
    assert row == {
        "object_name": "HD 217476",
        # 23 h 0 m 5.1 s · 15, and 56° + 56.7217′
        "ra": pytest.approx(345.02125, abs=1e-9),
        "dec": pytest.approx(56.945361, abs=1e-6),
        "observed": "2010-07-16T23:00:53",
        # 2010-07-16 is MJD 55393 (U. S. Naval Observatory); 82853.001 s of it have passed.
        "mjd": pytest.approx(55393 + 82853.001 / 86400, abs=1e-9),
        "object_class": "STAR",
        "z": -0.0003,
    }


@pytest.mark.parametrize(
    ("cards", "row"),
    [
        ({"MJD": 55393.5}, {"mjd": 55393.5, "observed": "2010-07-16T12:00:00"}),
        ({"MJD": 55393}, {"mjd": 55393.0, "observed": "2010-07-16"}),
        ({"DATE-OBS": "2010-07-16"}, {"observed": "2010-07-16"}),
        (
            {"DATE-OBS": "2010-07-16T14:00:00+02:00"},
            {"observed": "2010-07-16T12:00:00", "mjd": 55393.5},
        ),
        ({"SSA_LOCATION": "345.02 56.94"}, {"ra": 345.02, "dec": 56.94}),
    ],
)
def test_times_and_positions_are_read_however_they_are_written(cards, row):
    assert catalogue(cards) == row


@pytest.mark.parametrize(
    "cards",
    [
        {},
        {"RA": 10.0},
        {"RA": 400.0, "DEC": 10.0},
        {"RA": "12:61:00", "DEC": "1:00:00"},
        {"RA": -9999, "DEC": -9999},
        {"MJD": 0, "Z": float("nan"), "OBJECT": "   "},
        {"MJD": -9999.0, "REDSHIFT": True},
        {"DATE-OBS": "16/07/10"},
        {"CLASS": "Unknown", "OBJECT": 5},
    ],
)
def test_what_is_missing_or_senseless_is_left_out(cards):
    assert catalogue(cards) == {}
