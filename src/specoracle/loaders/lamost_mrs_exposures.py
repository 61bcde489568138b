"""Every single exposure of a LAMOST medium-resolution file, as a spectrum of its own.

HDUs ``B-<LMJM>`` and ``R-<LMJM>`` hold what the two arms saw in the exposure that began in
that local modified Julian minute: 1440 times the local modified Julian date. The arms of
one minute make one spectrum; an exposure of which only one arm can be used is that of the
one. Exposures without a usable arm are passed over, unless there is no other.
"""

import re
from typing import Any

from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import number
from specoracle.loaders.lamost_mrs import check_survey, observation, usable
from specoracle.loaders.observing_time import exposure_time
from specoracle.spectra.observation import Observation

_NAME = re.compile(r"([BR])-(\d{1,9})")

Tables = list[tuple[str, int, Any]]
"""Arm, place in the file and table of each."""


def read(hdus: fits.HDUList) -> list[Observation]:
    """Read all exposures, the earliest first."""
    check_survey(hdus)
    found, refused = [], []
    for minute, tables in sorted(_by_minute(hdus).items()):
        seen, reasons = usable(tables)
        refused += reasons
        if not seen:
            continue
        each = observation(hdus[0].header, seen, suffix=f"-{minute}")
        seconds = number(seen[0].hdu.header, ["EXPTIME"]) or 0.0
        if (when := exposure_time(minute, seconds)) is not None:
            each.catalogue["observed"], each.catalogue["mjd"] = when
        found.append(each)
    if not found:
        raise LoaderError(
            " ".join(refused[:3])
            or "expected exposures B-… or R-…, got none. Read the coadds with the loader "
            "lamost-mrs, or leave the file out."
        )
    return found


def _by_minute(hdus: fits.HDUList) -> dict[int, Tables]:
    wanted, n_hdus = number(hdus[0].header, ["N_EXTEN"]), len(hdus)
    # N_EXTEN counts HDU 0 too, in all files seen.
    if wanted is not None and n_hdus < wanted:
        raise LoaderError(
            f"expected {wanted:.0f} HDUs, as N_EXTEN says, got {n_hdus}. The file is cut "
            "off; fetch it again."
        )
    minutes: dict[int, Tables] = {}
    for index, hdu in enumerate(hdus):
        if (match := _NAME.fullmatch(hdu.name)) is not None:
            minutes.setdefault(int(match[2]), []).append((match[1], index, hdu))
    return minutes
