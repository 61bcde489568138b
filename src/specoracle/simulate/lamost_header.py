"""FITS headers like those of LAMOST, as cards of 80 characters.

Keywords, their order and their units are those of real files: the image layout as in
releases 5 to 8, the table layout as in releases 9 and 10. Written out here rather than
by astropy, because a header of a hundred cards takes astropy longer than its spectrum.
"""

from datetime import date, timedelta

import numpy as np

from specoracle.simulate.star import SimulatedStar

Value = bool | int | float | str
Cards = list[tuple[str, Value, str]]

BLOCK = 2880
"""FITS files come in blocks of so many bytes."""

_MJD_EPOCH = date(1858, 11, 17)
# Centres of the bands u, g, r, i and z [Å].
_BAND_CENTRES = (3800.0, 4750.0, 6200.0, 7600.0, 8800.0)


def card(keyword: str, value: Value, comment: str = "") -> str:
    """Write one header card in fixed format.

    References
    ----------
    FITS Standard 4.0, section 4.2: strings begin in column 11, other values end in 30.

    Examples
    --------
    >>> card("SPID", 3, "Spectrograph ID").rstrip()
    'SPID    =                    3 / Spectrograph ID'
    """
    if isinstance(value, bool):
        text = f"{'T' if value else 'F':>20}"
    elif isinstance(value, str):
        quoted = "'" + value.replace("'", "''").ljust(8) + "'"
        text = f"{quoted:<20}"
    else:
        text = f"{_number(value):>20}"
    return f"{keyword:<8}= {text} / {comment}"[:80].ljust(80)


def header(cards: Cards) -> bytes:
    """Join cards to a header, filled up to whole blocks."""
    text = "".join(
        f"COMMENT {comment:<72}" if keyword == "COMMENT" else card(keyword, value, comment)
        for keyword, value, comment in cards
    )
    text += f"{'END':<80}"
    return text.encode("ascii").ljust(-(-len(text) // BLOCK) * BLOCK)


def star_cards(star: SimulatedStar, *, table: bool) -> Cards:
    """Everything a LAMOST header says of a star, below the mandatory cards.

    Parameters
    ----------
    star
        The star.
    table
        Whether for the table layout, which names some keywords differently.
    """
    return [
        *_file_cards(star, table=table),
        *_observation_cards(star),
        *_target_cards(star, table=table),
        *_weather_cards(star),
        *_reduction_cards(star),
        *_analysis_cards(star),
    ]


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    text = f"{value:.10f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def _file_cards(star: SimulatedStar, *, table: bool) -> Cards:
    layout: Cards = [
        ("N_EXTEN", 2, "The amount of extension"),
        ("NORM", 1, "1 if there exists a normalized spectrum"),
    ]
    if not table:
        rows = "Flux, Inverse, Wavelength, Andmask, Ormask"
        layout = [
            ("EXTEN0", rows, ""),
            ("N_EXTEN", 1, "The extension number"),
            ("EXTNAME", "Flux", "The extension name"),
        ]
    return [
        ("COMMENT", "", "--------FILE INFORMATION"),
        ("FILENAME", f"spec-{star.placement.key}.fits", ""),
        ("OBSID", star.placement.obsid, "Unique number ID of this spectrum"),
        ("AUTHOR", "Specoracle", "Who compiled the information"),
        ("DATA_V", f"LAMOST DR{10 if table else 7}", "Data release version"),
        *layout,
        ("ORIGIN", "simulated", "Organization responsible for creating this file"),
        ("DATE", f"{_night(star)}T00:00:00", "Time when this HDU is created (UTC)"),
        ("COMMENT", "", "--------TELESCOPE PARAMETERS"),
        ("TELESCOP", "LAMOST", "GuoShouJing Telescope"),
        ("LONGITUD", 117.58, "[deg] Longitude of site"),
        ("LATITUDE", 40.39, "[deg] Latitude of site"),
        ("FOCUS", 19964, "[mm] Telescope focus"),
        ("CAMPRO", "NEWCAM", "Camera program name"),
        ("CAMVER", "v2.0", "Camera program version"),
    ]


def _observation_cards(star: SimulatedStar) -> Cards:
    night, day = _night(star), star.placement.local_mjd
    return [
        ("COMMENT", "", "--------OBSERVATION PARAMETERS"),
        ("DATE-OBS", f"{night}T14:05:00", "The observation median UTC"),
        ("DATE-BEG", f"{night}T21:35:00.0", "The observation start local time"),
        ("DATE-END", f"{night}T22:35:00.0", "The observation end local time"),
        ("LMJD", day, "Local Modified Julian Day"),
        ("MJD", day - 1, "Modified Julian Day"),
        ("LMJMLIST", f"{day * 1440 + 1295}", "Local Modified Julian Minute list"),
        ("PLANID", star.placement.plan, "Plan ID in use"),
        ("RA", round(star.ra, 6), "[deg] Right ascension of object"),
        ("DEC", round(star.dec, 6), "[deg] Declination of object"),
        ("RA_OBS", round(star.ra, 6), "[deg] Right ascension during observing"),
        ("DEC_OBS", round(star.dec, 6), "[deg] Declination during observing"),
        ("OFFSET", False, "Whether there's a offset during observing"),
        ("OFFSET_V", 0.0, "Offset value in arcsecond"),
        ("DESIG", star.placement.designation, "Designation of LAMOST target"),
        ("FIBERID", star.placement.fibre, "Fiber ID of Object"),
    ]


def _target_cards(star: SimulatedStar, *, table: bool) -> Cards:
    magnitudes = _magnitudes(star)
    common: Cards = [
        ("OBJNAME", str(star.placement.obsid), "Name of object"),
        ("OBJTYPE", "Star", "Object type from input catalog"),
        ("TSOURCE", "SIMULATE", "Name of input catalog"),
        ("FIB_TYPE" if table else "FIBERTYP", "Obj", "Fiber type of object"),
        ("FIB_MASK" if table else "FIBERMAS", 0, "Bitmask, 0 means good"),
    ]
    if table:
        names = [f"MAG_PS_{band}" for band in "GRIZY"]
        magnitudes = [*magnitudes[1:], magnitudes[-1]]
    else:
        common.append(("MAGTYPE", "ugriz", "Magnitude type of object"))
        names = [f"MAG{number}" for number in range(1, 8)]
        magnitudes = [*magnitudes, 99.0, 99.0]
    return common + [
        (name, round(magnitude, 2), "[mag] Magnitude of object")
        for name, magnitude in zip(names, magnitudes, strict=True)
    ]


def _weather_cards(star: SimulatedStar) -> Cards:
    return [
        ("OBS_TYPE", "OBJ", "The type of target (OBJ, FLAT, ARC or BIAS)"),
        ("OBSCOMM", "Science", "Science or Test"),
        ("RADECSYS", "FK5", "Equatorial coordinate system"),
        ("EQUINOX", 2000.0, "Equinox in years"),
        ("NEXP", 3, "Number of valid exposures"),
        ("NEXP_B", 3, "Number of valid blue exposures"),
        ("NEXP_R", 3, "Number of valid red exposures"),
        ("EXPT_B", 3600.0, "[s] Blue exposure duration time"),
        ("EXPT_R", 3600.0, "[s] Red exposure duration time"),
        ("EXPTIME", 3600.0, "[s] Minimum of exposure time for all cameras"),
        ("COMMENT", "", "--------SPECTROGRAPH PARAMETERS"),
        ("SPID", star.placement.spectrograph, "Spectrograph ID"),
        ("SLIT_MOD", "x2/3", "Slit mode, x1, x2/3 or x1/2"),
        ("COMMENT", "", "--------WEATHER CONDITION"),
        ("SEEING", 3.0, "[arcsec] Seeing during exposure"),
    ]


def _reduction_cards(star: SimulatedStar) -> Cards:
    first = round(float(np.log10(star.wavelength[0])), 6)
    step = round(float(np.log10(star.wavelength[1] / star.wavelength[0])), 8)
    return [
        ("COMMENT", "", "--------DATA REDUCTION PARAMETERS"),
        ("EXTRACT", "aperture", "Extraction method"),
        ("HELIO", True, "Heliocentric correction"),
        ("HELIO_RV", round(_heliocentric(star), 5), "[km/s] Heliocentric correction"),
        ("VACUUM", True, "Wavelengths are in vacuum"),
        ("NWORDER", 2, "Number of linear-log10 coefficients"),
        ("WFITTYPE", "LOG-LINEAR", "Linear-log10 dispersion"),
        ("COEFF0", first, "Central wavelength (log10) of first pixel"),
        ("COEFF1", step, "Log10 dispersion per pixel"),
        ("WAT0_001", "system=linear", ""),
        ("WAT1_001", "wtype=linear label=Wavelength units=Angstroms", ""),
        ("CRVAL1", first, "Central wavelength (log10) of first pixel"),
        ("CD1_1", step, "Log10 dispersion per pixel"),
        ("CRPIX1", 1, "Starting pixel (1-indexed)"),
        ("CTYPE1", "LINEAR", ""),
        ("DC-FLAG", 1, "Log-linear flag"),
    ]


def _analysis_cards(star: SimulatedStar) -> Cards:
    cards: Cards = [
        ("COMMENT", "", "--------SPECTRA ANALYSIS RESULTS"),
        ("VERSPIPE", "v2.9.7", "Version of Pipeline"),
        ("CLASS", "STAR", "Class of object"),
        ("SUBCLASS", star.spectral_type, "Subclass of object"),
        ("Z", round(star.redshift, 8), "Redshift of object"),
        ("Z_ERR", round(star.redshift_error, 8), "Redshift error of object"),
        ("ZFLAG", "PIPELINE", "Which method computes the redshift"),
    ]
    return cards + [
        (f"SNR{band.upper()}", round(ratio, 2), f"SNR of {band} filter")
        for band, ratio in star.snr.items()
    ]


def _night(star: SimulatedStar) -> date:
    return _MJD_EPOCH + timedelta(days=star.placement.local_mjd - 1)


def _heliocentric(star: SimulatedStar) -> float:
    """Velocity of the Earth towards the star [km/s], to some km/s."""
    phase = np.radians(star.ra) - 2.0 * np.pi * (star.placement.local_mjd - 51544) / 365.25
    return 29.8 * float(np.sin(phase) * np.cos(np.radians(star.dec)))


def _magnitudes(star: SimulatedStar) -> list[float]:
    """AB magnitudes in u, g, r, i, z from the continuum; r = 17 at a ratio of 20."""
    flux = np.interp(_BAND_CENTRES, star.wavelength, star.continuum)
    per_frequency = flux * np.array(_BAND_CENTRES) ** 2
    colours = -2.5 * np.log10(per_frequency / per_frequency[2])
    r = 17.0 - 2.5 * np.log10(max(star.snr["r"], 0.5) / 20.0)
    return [float(r + colour) for colour in colours]
