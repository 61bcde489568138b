import pytest

from specoracle.loaders.header_catalogue import exposure_row, position, time_row


@pytest.mark.parametrize(
    "cards",
    [
        {"RA": 84.0, "DEC": -1.5},
        {"RA": "05:36:00.0", "DEC": "-01:30:00"},
        {"RA": "5 36 0", "DEC": "-1 30 0."},
        {"RA": 99.0, "DEC": 50.0, "RAOBJ": 84.0, "DECOBJ": -1.5},
    ],
)
def test_a_position_is_read_in_degrees_or_hours(cards):
    assert position(cards) == pytest.approx((84.0, -1.5))


@pytest.mark.parametrize(
    "cards",
    [
        {},
        {"RA": 84.0},
        {"RA": 400.0, "DEC": 0.0},
        {"RA": 84.0, "DEC": "-01:30:00"},
        {"RA": "north", "DEC": "east"},
        {"RA": float("nan"), "DEC": 0.0},
        {"RA": True, "DEC": 1},
    ],
)
def test_what_is_no_position_is_missing(cards):
    assert position(cards) is None


@pytest.mark.parametrize(
    ("cards", "known"),
    [
        ({}, True),
        ({"EQUINOX": 2000.0}, True),
        ({"EPOCH": "2000.0"}, True),
        ({"EQUINOX": "J2000"}, True),
        ({"EQUINOX": 2000, "EPOCH": 2015.96}, True),
        ({"EQUINOX": 1950.0}, False),
        ({"EPOCH": 1988.2}, False),
        ({"EQUINOX": "unknown"}, False),
    ],
)
def test_a_position_of_another_equinox_is_missing(cards, known):
    row = exposure_row({"RA": 84.0, "DEC": -1.5} | cards)
    assert ("ra" in row, "dec" in row) == (known, known)


@pytest.mark.parametrize(
    "cards",
    [
        {"MJD-OBS": 51544.75},
        {"MJD": 51544.75, "DATE-OBS": "1999-01-01"},
        {"JD": 2451545.25},
        {"DATE-OBS": "2000-01-01T18:00:00"},
        {"DATE-OBS": "2000-01-01T18:00:00.00Z"},
        {"DATE-OBS": "2000-01-01", "UT": "18:00:00"},
        {"MJD": 51544, "DATE-OBS": "2000-01-01T18:00:00"},
    ],
)
def test_times_are_read_from_every_card_that_has_them(cards):
    # JD 2451545.0 was noon of 1 January 2000, and MJD 51544 its midnight.
    assert exposure_row(cards) == {"mjd": 51544.75, "observed": "2000-01-01T18:00:00"}


@pytest.mark.parametrize("cards", [{"MJD": 51544}, {"DATE-OBS": "2000-01-01"}])
def test_a_day_without_a_time_remains_a_day(cards):
    assert exposure_row(cards) == {"mjd": 51544.0, "observed": "2000-01-01"}


@pytest.mark.parametrize(
    "cards", [{}, {"DATE-OBS": "01/01/99"}, {"MJD": -9999.0}, {"JD": 1e300}]
)
def test_no_time_is_missing(cards):
    assert exposure_row(cards) == {}


def test_time_of_the_distant_future_is_missing():
    assert time_row(1e9) == {}
