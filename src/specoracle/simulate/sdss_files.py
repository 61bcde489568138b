"""Write simulated stars as SDSS files ``spec-PLATE-MJD-FIBER``, the lite ones of four HDUs.

Astropy writes them, so that the readers under test have a judge outside our code. The
columns are a part of those of real files, in their order and with their formats.
"""

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from specoracle.durable import PARTIAL
from specoracle.errors import SpectrumError
from specoracle.simulate.placement import N_FIBRES
from specoracle.simulate.star import SimulatedStar
from specoracle.spectra.lines import HALPHA, LINES

N_PLATE_FIBRES = 1000
"""Fibres of a plate of BOSS."""

RUN2D = {"SPECOBJ": "26", "SPALL": "v5_13_0"}
"""What made the file, by the name of HDU 2: the pipeline of SDSS-II or of eBOSS."""

_Cell = tuple[str, str, object]
"""Name of a column, its format and its one value."""

_BANDS = "ugriz"
_UNSIGNED = 2**63  # how FITS tables hold unsigned 64-bit numbers


def key(star: SimulatedStar) -> tuple[int, int, int]:
    """Plate, modified Julian day and fibre of a star: four plates to each LAMOST plan.

    Examples
    --------
    >>> from specoracle.simulate.star import simulate_star
    >>> key(simulate_star(np.random.default_rng(0)))
    (4001, 56265, 1)
    """
    placement = star.placement
    position = (placement.spectrograph - 1) * N_FIBRES + placement.fibre - 1
    more, fibre = divmod(position, N_PLATE_FIBRES)
    plate = 4001 + 4 * (placement.plan_number - 4001) + more
    return plate, placement.local_mjd, fibre + 1


def file_name(star: SimulatedStar) -> str:
    """Name of a star's file, as SDSS names it.

    Examples
    --------
    >>> from specoracle.simulate.star import simulate_star
    >>> file_name(simulate_star(np.random.default_rng(0)))
    'spec-4001-56265-0001.fits'
    """
    plate, mjd, fibre = key(star)
    return f"spec-{plate:04d}-{mjd}-{fibre:04d}.fits"


def fits_bytes(star: SimulatedStar, *, record: str = "SPECOBJ") -> bytes:
    """Return the content of a star's file.

    Parameters
    ----------
    star
        The star.
    record
        Name of HDU 2: ``"SPECOBJ"`` as of SDSS-II, or ``"SPALL"`` as of BOSS and eBOSS,
        where some columns are scaled or shaped.

    Raises
    ------
    SpectrumError
        If there is no such record.

    Examples
    --------
    >>> from specoracle.simulate.star import simulate_star
    >>> len(fits_bytes(simulate_star(np.random.default_rng(0)))) % 2880
    0
    """
    if record not in RUN2D:
        raise SpectrumError(
            f"Record: expected one of {', '.join(RUN2D)}, got {record!r}. Choose one of "
            "these."
        )
    hdus = [_primary(star), _coadd(star), _record(star, record), _lines(star)]
    file = io.BytesIO()
    fits.HDUList(hdus).writeto(file)
    return file.getvalue()


def write_star(folder: Path, star: SimulatedStar, *, record: str = "SPECOBJ") -> Path:
    """Write a star's file into ``folder``, as `fits_bytes` makes it; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(star)
    partial = path.with_name(f"{PARTIAL}{path.name}")
    partial.write_bytes(fits_bytes(star, record=record))
    partial.replace(path)
    return path


def _steps(star: SimulatedStar) -> npt.NDArray[np.float64]:
    """log10 of the wavelengths on SDSS's common steps of 1e-4."""
    return np.round(np.log10(star.wavelength) * 1e4) * 1e-4


def _primary(star: SimulatedStar) -> fits.PrimaryHDU:
    plate, mjd, fibre = key(star)
    header = fits.Header()
    # As in real files, position and first wavelength are those of the whole plate.
    header["RA"] = (round(star.ra + 0.7, 6), "1st row - Right ascension of telescope")
    header["DEC"] = (round(star.dec - 0.4, 6), "1st row - Declination of telescope")
    header["COEFF0"] = (round(_steps(star)[0] - 0.0012, 4), "First pixel (log10)")
    header["COEFF1"] = (1e-4, "Log10 dispersion per pixel")
    header["TELESCOP"] = ("SDSS 2.5-M", "Sloan Digital Sky Survey")
    header["OBSERVER"] = "simulated"
    header["EXPTIME"] = (9906.0, "Minimum of exposure times for all cameras")
    header["PLATEID"] = (plate, "Plate Id")
    header["MJD"] = (mjd, "MJD of observation")
    header["NAME"] = (f"{plate:04d}-{mjd}-01", "PlateId-MJD-Mapper ReRun")
    header["VACUUM"] = (True, "Wavelengths are in vacuum")
    header["BUNIT"] = "1E-17 erg/cm^2/s/Ang"
    header["PLUG_RA"] = (star.ra, "RA of object [deg]")
    header["PLUG_DEC"] = (star.dec, "dec of object [deg]")
    header["FIBERID"] = (fibre, "Fiber number")
    return fits.PrimaryHDU(header=header)


def _coadd(star: SimulatedStar) -> fits.BinTableHDU:
    level = float(np.median(star.continuum))
    columns = [
        fits.Column("flux", "E", array=star.flux),
        fits.Column("loglam", "E", array=_steps(star)),
        fits.Column("ivar", "E", array=star.ivar),
        fits.Column("and_mask", "J", array=star.andmask),
        fits.Column("or_mask", "J", array=star.ormask),
        fits.Column("wdisp", "E", array=np.linspace(1.1, 0.9, star.flux.size)),
        fits.Column("sky", "E", array=np.full(star.flux.size, 0.2 * level)),
        fits.Column("model", "E", array=star.continuum),
    ]
    return fits.BinTableHDU.from_columns(columns, name="COADD")


def _record(star: SimulatedStar, record: str) -> fits.BinTableHDU:
    cells = [*_observation_cells(star, record), *_class_cells(star), *_mask_cells(star)]
    columns = [fits.Column(name, form, array=[value]) for name, form, value in cells]
    plate, mjd, fibre = key(star)
    number = (plate << 50) + (fibre << 38) + ((mjd - 50000) << 24)
    if record == "SPALL":
        unsigned = np.array([number], np.uint64)
        profile = np.arange(75, dtype=np.float32).reshape(1, 5, 15)
        columns += [
            fits.Column("SPECOBJID", "K", bzero=_UNSIGNED, array=unsigned),
            fits.Column("PROFMEAN_NMGY", "75E", dim="(15, 5)", array=profile),
            fits.Column("RA", "D", array=[star.ra + 1e-7]),
            fits.Column("DEC", "D", array=[star.dec - 1e-7]),
        ]
    else:
        columns.insert(0, fits.Column("SPECOBJID", "22A", array=[f"{number:>22}"]))
    return fits.BinTableHDU.from_columns(columns, name=record)


def _observation_cells(star: SimulatedStar, record: str) -> list[_Cell]:
    plate, mjd, fibre = key(star)
    return [
        ("SURVEY", "6A", "sdss" if record == "SPECOBJ" else "eboss"),
        ("INSTRUMENT", "4A", "SDSS"),
        ("CHUNK", "16A", "simulated"),
        ("PLATEQUALITY", "8A", "good"),
        ("LAMBDA_EFF", "E", 5400.0),
        ("SPECPRIMARY", "B", 1),
        ("NSPECOBS", "I", 1),
        ("RUN2D", "7A", RUN2D[record]),
        ("RUN1D", "7A", ""),
        ("SPECIAL_TARGET1", "K", 0),
        ("PLATE", "J", plate),
        ("TILE", "J", plate),
        ("MJD", "J", mjd),
        ("FIBERID", "J", fibre),
        ("OBJID", "5J", [752, 301, 1, 65, fibre]),
        ("PLUG_RA", "D", star.ra),
        ("PLUG_DEC", "D", star.dec),
    ]


def _class_cells(star: SimulatedStar) -> list[_Cell]:
    ratios = [star.snr[band] for band in _BANDS]
    return [
        ("CLASS", "6A", "STAR"),
        ("SUBCLASS", "21A", star.spectral_type),
        ("Z", "E", star.redshift),
        ("Z_ERR", "E", star.redshift_error),
        ("RCHI2", "E", 1.0),
        ("DOF", "J", star.flux.size - 10),
        ("TFILE", "24A", "spEigenStar-55734.fits"),
        ("THETA", "10E", np.linspace(1.0, 0.1, 10)),
        ("VDISP", "E", 0.0),
        ("WAVEMIN", "E", star.wavelength[0]),
        ("WAVEMAX", "E", star.wavelength[-1]),
        ("ZWARNING", "J", 0),
        ("SN_MEDIAN_ALL", "E", np.median(ratios)),
        ("SN_MEDIAN", "5E", ratios),
    ]


def _mask_cells(star: SimulatedStar) -> list[_Cell]:
    anything = [np.bitwise_or.reduce(m.astype(int)) for m in (star.andmask, star.ormask)]
    return [("ANYANDMASK", "J", anything[0]), ("ANYORMASK", "J", anything[1])]


def _lines(star: SimulatedStar) -> fits.BinTableHDU:
    """A row for some lines; only Hα may have an equivalent width, in emission."""
    wavelengths = {"H_beta": LINES["Hβ"], "H_alpha": HALPHA, "[N_II] 6583": LINES["[N II]"]}
    width = 0.0 if star.line is None else star.line.equivalent_width
    plate, mjd, fibre = key(star)
    n_lines = len(wavelengths)
    columns = [
        fits.Column("PLATE", "J", array=[plate] * n_lines),
        fits.Column("MJD", "J", array=[mjd] * n_lines),
        fits.Column("FIBERID", "J", array=[fibre] * n_lines),
        fits.Column("LINENAME", "13A", array=list(wavelengths)),
        fits.Column("LINEWAVE", "D", array=list(wavelengths.values())),
        fits.Column("LINEZ", "E", array=[star.redshift] * n_lines),
        fits.Column("LINEEW", "E", array=[width * (n == "H_alpha") for n in wavelengths]),
    ]
    return fits.BinTableHDU.from_columns(columns, name="SPZLINE")
