"""One spectrum of the desk, ready to be sent: as observed, and as the network sees it."""

from dataclasses import dataclass
from typing import Any

from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.panel.wire import Wired, observed_curve, plain_curve

_UNIT = "the survey's unit"

_GONE = "The survey file cannot be read: this is the row of the archive"
_EMPTY = "No usable pixel in this spectrum"


@dataclass(frozen=True, slots=True)
class SpectrumMessage:
    """What the page is told, and buffers: three observed, two prepared."""

    about: dict[str, Any]
    buffers: list[bytes]


def spectrum_message(campaign: Campaign, identifier: str) -> SpectrumMessage:
    """Read a spectrum from its survey file and from the archive.

    Parameters
    ----------
    campaign
        Where both are found. Where the survey file cannot be read, the message says so.
    identifier
        Which.

    Raises
    ------
    SpecoracleError
        If the archive does not hold it either.
    """
    prepared = campaign.prepared(identifier)
    row = plain_curve(prepared.wavelength, prepared.flux, prepared.ivar)
    try:
        spectrum = campaign.observed(identifier).in_native_order()
        raw, note = observed_curve(spectrum, unit=_UNIT), ""
        usable = bool((spectrum.ivar > 0).any())
    except (SpecoracleError, OSError):
        raw, note = None, _GONE
        usable = bool((prepared.ivar > 0).any())
    about = {
        "raw": None if raw is None else raw.words,
        "prepared": row.words,
        "note": note if usable else _EMPTY,
    }
    nothing = Wired({}, [b"", b"", b""])
    return SpectrumMessage(about, [*(raw or nothing).buffers, *row.buffers])
