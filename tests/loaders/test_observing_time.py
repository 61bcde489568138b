import pytest
from astropy.time import Time

from specoracle.loaders.observing_time import day, lamost_time


@pytest.mark.parametrize(
    ("observed", "began", "utc"),
    [
        # UTC as announced: it lies eight hours before the local time, more or less.
        ("2011-10-24T12:30:00", "2011-10-24T19:33:56.0", "2011-10-24T12:30:00"),
        ("2011-10-27T20:02:34.19", "2011-10-28T03:39:16.0", "2011-10-27T20:02:34"),
        # Beijing time in DR10, in the last with one digit for the seconds.
        ("2021-11-03T20:55:16.689", "2021-11-03T20:55:15.532", "2021-11-03T12:55:16"),
        ("2021-11-04T04:10:00", "2021-11-04T04:09:00", "2021-11-03T20:10:00"),
        ("2021-11-04T20:19:0.000", "2021-11-04T20:19:10.0", "2021-11-04T12:19:00"),
        # Nothing to compare with.
        ("2021-11-03T12:55:16.689", None, "2021-11-03T12:55:16"),
        ("2021-11-03T12:55:16", "no date", "2021-11-03T12:55:16"),
    ],
)
def test_observing_times_become_utc(observed, began, utc):
    found = lamost_time(observed, began)
    assert found.iso == utc
    assert found.mjd == pytest.approx(Time(utc).mjd, abs=1.01 / 86400)


@pytest.mark.parametrize(
    "text",
    [None, "", "2011-10-24", "24/10/2011", "2011-13-24T00:00:00", "9999-12-31T99:0:0"],
)
def test_what_is_no_date_and_time_is_missing(text):
    assert lamost_time(text, "2011-10-24T19:33:56.0") is None


def test_a_modified_julian_day_is_a_date():
    for mjd in (51544, 51986, 57346, 60000):
        assert day(mjd) == Time(mjd, format="mjd").iso[:10]
