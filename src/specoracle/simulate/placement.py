"""Where in a survey a star was observed: plan, night, spectrograph, fibre, position."""

from dataclasses import dataclass

import numpy as np

from specoracle.errors import SpectrumError

N_FIBRES = 250
"""Fibres of one spectrograph."""
N_SPECTROGRAPHS = 16
"""Spectrographs of LAMOST; together 4000 fibres a plan."""

_FIELD_RADIUS = 2.5  # [deg]
_FIRST_NIGHT = 55858  # the pilot survey began in October 2011


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Which fibre observed a star in which plan, and when.

    Attributes
    ----------
    local_mjd
        Local modified Julian day [day].
    plan, plan_number
        Name and number of the plan.
    spectrograph, fibre
        1 to 16 and 1 to 250.
    ra, dec
        Position of the star [deg].

    Raises
    ------
    SpectrumError
        If LAMOST has no such fibre.

    Examples
    --------
    >>> Placement().key
    '56265-HD053005N284112B01_sp01-001'
    """

    local_mjd: int = 56265
    plan: str = "HD053005N284112B01"
    plan_number: int = 4001
    spectrograph: int = 1
    fibre: int = 1
    ra: float = 82.5
    dec: float = 28.7

    def __post_init__(self) -> None:
        if not (1 <= self.spectrograph <= N_SPECTROGRAPHS and 1 <= self.fibre <= N_FIBRES):
            raise SpectrumError(
                f"Placement: expected a spectrograph from 1 to {N_SPECTROGRAPHS} and a "
                f"fibre from 1 to {N_FIBRES}, got {self.spectrograph} and "
                f"{self.fibre}. Begin another plan."
            )

    @property
    def key(self) -> str:
        """The survey's own key, the file's name without ``spec-`` and ``.fits``."""
        fibre = f"sp{self.spectrograph:02d}-{self.fibre:03d}"
        return f"{self.local_mjd}-{self.plan}_{fibre}"

    @property
    def obsid(self) -> int:
        """Number of the spectrum: plan, spectrograph and fibre in decimal places."""
        return self.plan_number * 100_000 + self.spectrograph * 1000 + self.fibre

    @property
    def designation(self) -> str:
        """Name from the position, truncated as the IAU asks for.

        Examples
        --------
        >>> Placement(ra=106.738682, dec=-4.643610).designation
        'LAMOST J070657.28-043836.9'
        """
        hours = _sexagesimal(self.ra / 15.0, decimals=2)
        degrees = _sexagesimal(abs(self.dec), decimals=1)
        return f"LAMOST J{hours}{'-' if self.dec < 0 else '+'}{degrees}"


def place(seed: int, index: int) -> Placement:
    """Put the star number ``index`` of a survey on a fibre.

    Fibres are filled in order, and plans follow each other by a few nights each. The
    result depends on nothing but ``seed`` and ``index``.

    Examples
    --------
    >>> placement = place(0, 4251)
    >>> placement.spectrograph, placement.fibre, placement.plan_number
    (2, 2, 4002)
    """
    plan_index, position = divmod(index, N_FIBRES * N_SPECTROGRAPHS)
    field = np.random.default_rng([seed, 1, plan_index])
    ra, dec = float(field.uniform(0.0, 360.0)), float(field.uniform(-8.0, 58.0))
    star = np.random.default_rng([seed, 2, index])
    radius = _FIELD_RADIUS * float(np.sqrt(star.random()))
    angle = float(star.uniform(0.0, 2.0 * np.pi))
    star_dec = dec + radius * np.sin(angle)
    star_ra = ra + radius * np.cos(angle) / np.cos(np.radians(star_dec))
    spectrograph, fibre = divmod(position, N_FIBRES)
    return Placement(
        local_mjd=_FIRST_NIGHT + 3 * plan_index + int(field.integers(0, 3)),
        plan=_plan_name(ra, dec),
        plan_number=4001 + plan_index,
        spectrograph=spectrograph + 1,
        fibre=fibre + 1,
        ra=float(star_ra % 360.0),
        dec=float(star_dec),
    )


def _plan_name(ra: float, dec: float) -> str:
    """Name a plan after its centre, as LAMOST does: HD, hours, N or S, degrees, B01."""
    hours = _sexagesimal(ra / 15.0, decimals=0)
    degrees = _sexagesimal(abs(dec), decimals=0)
    return f"HD{hours}{'S' if dec < 0 else 'N'}{degrees}B01"


def _sexagesimal(value: float, *, decimals: int) -> str:
    """Write hours or degrees as HHMMSS.ss, cut off, not rounded."""
    unit = 10**decimals
    # The small number undoes roundings of the division by 15.
    total = int(value * 3600 * unit + 1e-6)
    minutes, seconds = divmod(total, 60 * unit)
    whole, fraction = divmod(seconds, unit)
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    return f"{minutes // 60:02d}{minutes % 60:02d}{whole:02d}{tail}"
