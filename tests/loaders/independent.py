"""The same files read by astropy and numpy alone, one short function a layout.

The judge of our loaders: nothing here knows them. The first line of each function says
what is read, and stands in docs/layouts.md. Air wavelengths become those in vacuum with
wcslib's own formula, that of Greisen et al. (2006), A&A 446, 747, equation 65, which is
within 0.2 mÅ of the one we use between 3800 and 9100 Å.
"""

import re
import warnings
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from astropy.io import fits, votable
from astropy.wcs import WCS, FITSFixedWarning
from numpy.polynomial import Legendre


class Reading(NamedTuple):
    """One spectrum as it is written: wavelength [Angstrom], and whether it is in air.

    ``ivar`` is ``None`` where the file holds no noise.
    """

    stored: np.ndarray
    flux: np.ndarray
    ivar: np.ndarray | None = None
    air: bool = False

    @property
    def wavelength(self):
        return vacuum(self.stored) if self.air else np.asarray(self.stored, float)


def inverse(variance):
    """1 / variance, and 0 where that says nothing."""
    good = np.isfinite(variance) & (variance > 0)
    return np.where(good, 1 / np.where(good, variance, 1).astype(float), 0)


def vacuum(air):
    axis = WCS(naxis=1)
    axis.wcs.ctype, axis.wcs.cunit = ["AWAV"], ["Angstrom"]
    axis.wcs.crpix, axis.wcs.crval, axis.wcs.cdelt = [0], [air[0]], [1]
    axis.wcs.sptr("WAVE-A2W")
    return axis.wcs_pix2world(np.asarray(air) - air[0], 1)[0] * 1e10


def lrs_table(hdus):
    """Columns WAVELENGTH, FLUX and IVAR of COADD"""
    row = hdus["COADD"].data
    return [Reading(row["WAVELENGTH"][0], row["FLUX"][0], row["IVAR"][0])]


def lrs_image(hdus):
    """Third, first and second row of the image"""
    flux, ivar, wavelength, *_ = hdus[0].data
    return [Reading(wavelength, flux, ivar)]


def lrs_first_release(hdus):
    """COEFF0 and COEFF1, first and second row of the image"""
    flux, ivar, *_ = hdus[0].data
    return [Reading(log_linear(hdus[0]), flux, ivar)]


def spspec(hdus):
    """COEFF0 and COEFF1, first and third row (1 / its square) of the image"""
    flux, _, error, *_ = hdus[0].data
    return [Reading(log_linear(hdus[0]), flux, inverse(error.astype(float) ** 2))]


def log_linear(hdu):
    start, step, n_pixels = (hdu.header[key] for key in ("COEFF0", "COEFF1", "NAXIS1"))
    return np.logspace(start, start + step * (n_pixels - 1), n_pixels)


def sdss_spec(hdus):
    """Columns loglam, flux and ivar of HDU 1"""
    loglam, flux, ivar = (hdus[1].data[name] for name in ("loglam", "flux", "ivar"))
    return [Reading(10.0 ** loglam.astype(float), flux, ivar)]


def mrs(hdus):
    """Columns LOGLAM, FLUX and IVAR of COADD_B, then of COADD_R"""
    arms = [hdus[name].data for name in ("COADD_B", "COADD_R") if name in hdus]
    arms = [arm for arm in arms if np.any(arm["IVAR"] > 0)]
    loglam, flux, ivar = (
        np.concatenate([arm[name] for arm in arms]) for name in ("LOGLAM", "FLUX", "IVAR")
    )
    return [Reading(10.0 ** loglam.astype(float), flux, ivar)]


def desi(hdus):
    """The arms' means with weights ivar where MASK is 0, on the grid of 0.8 Å"""
    first = hdus["B_WAVELENGTH"].data[0]
    axes = {arm: hdus[f"{arm}_WAVELENGTH"].data for arm in "BRZ"}
    place = {arm: np.rint((axis - first) / 0.8).astype(int) for arm, axis in axes.items()}
    grid = np.unique(np.concatenate(list(place.values())))
    found = []
    for row in np.flatnonzero(hdus["FIBERMAP"].data["OBJTYPE"] == "TGT"):
        sums, weights, plain, count = np.zeros((4, grid.size))
        for arm, places in place.items():
            good = hdus[f"{arm}_MASK"].data[row] == 0
            flux, ivar = hdus[f"{arm}_FLUX"].data[row], hdus[f"{arm}_IVAR"].data[row] * good
            at = np.searchsorted(grid, places)
            sums[at] += flux.astype(float) * ivar.astype(float)
            weights[at] += ivar
            plain[at] += flux
            count[at] += 1
        seen = weights > 0
        mean = np.where(seen, sums / np.where(seen, weights, 1), plain / count)
        mean, weights = mean.astype(np.float32), weights.astype(np.float32)
        found.append(Reading(first + 0.8 * grid, mean, weights))
    return found


def vo_table(hdus):
    """Columns spectral (in air) and flux of HDU 1"""
    return [Reading(hdus[1].data["spectral"], hdus[1].data["flux"], air=True)]


def linear_image(hdus):
    """astropy.wcs along the image; in air, or in vacuum where VACUUM says so"""
    header, flux = hdus[0].header, hdus[0].data
    return [Reading(along(header, flux.size), flux, air=not header.get("VACUUM", False))]


def along(header, n_pixels):
    """Wavelengths by astropy.wcs; the unit is no one's business, all are in Angstrom."""
    cards = {name: header[name] for name in ("CRVAL1", "CDELT1", "CRPIX1")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FITSFixedWarning)
        axis = WCS(fits.Header(cards | {"NAXIS": 1, "CTYPE1": "LINEAR"}))
    return axis.wcs_pix2world(np.arange(n_pixels), 0)[0]


def two_degree_field(hdus):
    """WAVELENGTH where it is there, else astropy.wcs; image and 1 / VARIANCE, fibres P"""
    header, flux = hdus[0].header, np.atleast_2d(hdus[0].data)
    if "WAVELENGTH" in hdus:
        stored = hdus["WAVELENGTH"].data.astype(float)
        stored = 10**stored if header.get("LOGSCALE") else stored
    else:
        stored = along(header, flux.shape[1])
    air = not header.get("VACUUM", False)
    rows = np.flatnonzero(hdus["FIBRES"].data["TYPE"] == "P")
    ivar = inverse(np.atleast_2d(hdus["VARIANCE"].data))
    return [Reading(stored, flux[row], ivar[row], air=air) for row in rows]


def echelle(hdus):
    """Legendre series of WAT2 (taken to be in air); orders cut in mid-overlap"""
    header, image = hdus[0].header, hdus[0].data
    cards = [header[name].ljust(68) for name in header if name.startswith("WAT2_")]
    orders = []
    for words in re.findall(r'spec\d+ = "([^"]*)"', "".join(cards)):
        _, _, kind, *_, function, _, low, high = map(float, words.split()[:15])
        assert (kind, function) == (2, 2)  # one Legendre series in every line
        series = Legendre([float(word) for word in words.split()[15:]], [low, high])
        orders.append(vacuum(series(np.arange(1, image.shape[1] + 1.0))))
    middle = [(a[-1] + b[0]) / 2 for a, b in pairwise(orders)]
    limits = np.array([-np.inf, *middle, np.inf])
    kept = [
        (axis >= low) & (axis < high)
        for axis, low, high in zip(orders, limits, limits[1:], strict=False)
    ]
    axis = np.concatenate([axis[good] for axis, good in zip(orders, kept, strict=True)])
    return [Reading(axis, image[np.array(kept)])]


def template(hdus):
    """Columns LogLam, Flux and PropErr (1 / its square) of HDU 1"""
    loglam, flux, error = (hdus[1].data[name] for name in ("LogLam", "Flux", "PropErr"))
    ivar = inverse(error.astype(float) ** 2)
    return [Reading(10.0 ** loglam.astype(float), flux, ivar)]


def text(path):
    """numpy.loadtxt; in vacuum, as nothing in the file says otherwise"""
    comma = "," in path.read_text("utf-8").partition("\n")[0]
    return [Reading(*np.loadtxt(path, delimiter="," if comma else None, unpack=True))]


def virtual_observatory(path):
    """Fields spectral (Air wavelength) and flux, by astropy.io.votable"""
    table = votable.parse(path).get_first_table().array
    return [
        Reading(table["spectral"].filled(np.nan), table["flux"].filled(np.nan), air=True)
    ]


def bulk(path):
    """Fields of data, by numpy.load; rows without any flux do not count"""
    data = np.load(path, allow_pickle=False)["data"]
    return [Reading(row["WAVELENGTH"], row["FLUX"]) for row in data if row["FLUX"].any()]


LAYOUTS = {
    "LRS bintable": lrs_table,
    "LRS image 5-row (row2=wavelength": lrs_image,
    "LRS image 5-row (row2=normalised": lrs_first_release,
    "npy structured": bulk,
    "MRS bintable": mrs,
    "SDSS spec ": sdss_spec,
    "SDSS spSpec": spspec,
    "SDSS DR7-like": linear_image,
    "ASCII 2-col": text,
    "DESI": desi,
    "Marz/AAT 2dF": two_degree_field,
    "Ondrejov": linear_image,
    "IVOA/DaCHS": vo_table,
    "IVOA Spectrum VOTable": virtual_observatory,
    "headerless CSV": text,
    "text wavelength": text,
    "IRAF MULTISPEC": echelle,
    "PyHammer": template,
}
"""Functions by the beginning of the layout's name in MANIFEST.csv."""

OF_PATHS = {text, virtual_observatory, bulk}


def reader_of(layout):
    (found,) = (read for name, read in LAYOUTS.items() if layout.startswith(name))
    return found


def read(path, layout):
    """All spectra of a file."""
    reader = reader_of(layout)
    if reader in OF_PATHS:
        return reader(path)
    with warnings.catch_warnings():
        # Unusual cards are common in survey files.
        warnings.simplefilter("ignore")
        with fits.open(path, memmap=False) as hdus:
            return reader(hdus)
