"""Real LAMOST files, against a reading that knows nothing of our code."""

import csv
import warnings

import numpy as np
import pytest
from astropy.io import fits
from astropy.io.fits.verify import VerifyWarning

from specoracle.archive.archive import Archive
from specoracle.spectra.quality import Quality


def read(path):
    """Wavelength, flux and bad pixels as the data model says."""
    with fits.open(path, memmap=False) as hdus:
        header = hdus[0].header
        if header["NAXIS"] == 0:
            data = hdus["COADD"].data
            rows = [data[name][0] for name in ("WAVELENGTH", "FLUX", "IVAR")]
        else:
            image = hdus[0].data
            rows = [image[2], image[0], image[1]]
            if "Wavelength" not in header["EXTEN0"]:
                pixel = np.arange(header["NAXIS1"])
                rows[0] = 10 ** (header["COEFF0"] + header["COEFF1"] * pixel)
        wavelength, flux, ivar = (np.array(row, dtype=np.float64) for row in rows)
        return wavelength, flux, (ivar <= 0) | ~np.isfinite(flux)


def by_hand(source, grid, *, bridge):
    """Interpolate and scale to -1 … 1 straight away, in double precision."""
    wavelength, flux, bad = source
    if bridge and bad.any() and not bad.all():
        line = np.interp(wavelength, wavelength[~bad], flux[~bad])
        flux = np.where(bad, line, flux)
    flux = np.interp(grid, wavelength, flux)
    low, high = flux.min(), flux.max()
    if low == high:
        return np.zeros(grid.size, np.float32)
    factor = 2.0 / (high - low)
    return (flux * factor + (-1.0 - low * factor)).astype(np.float32)


GRIDS = {
    "halpha": np.linspace(6519.0, 6732.0, 140),
    "optical": np.linspace(3850.0, 8900.0, 203),
}


@pytest.fixture(scope="module")
def sources(real_lamost):
    paths = [path for path in real_lamost.iterdir() if ".fits" in path.name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VerifyWarning)  # as the files are
        return {path: read(path) for path in paths}


@pytest.mark.parametrize("recipe", sorted(GRIDS))
def test_every_real_spectrum_is_taken_as_by_hand(
    ingest, real_lamost, sources, tmp_path, recipe
):
    count = ingest([real_lamost], tmp_path / "archive", recipe=recipe, files_per_part=128)
    assert (count.n_files, count.n_spectra, count.n_refused) == (531, 530, 1)
    with (tmp_path / "archive" / "rejected.csv").open(newline="") as file:
        (refused,) = csv.DictReader(file)
    assert refused["path"].endswith(".npy")
    archive = Archive(tmp_path / "archive")
    np.testing.assert_array_equal(archive.wavelength, GRIDS[recipe])
    names = archive.identifiers(np.arange(530))
    paths = [real_lamost / path.decode() for path in archive.column("path").tolist()]
    assert set(paths) == set(sources)
    assert archive.source(names[7]).path == paths[7].resolve()
    flux, quality = archive.column("flux"), archive.column("quality")
    for row, path in enumerate(paths):
        expected = by_hand(sources[path], GRIDS[recipe], bridge=recipe == "optical")
        np.testing.assert_array_equal(flux[row], expected, path.name)
        assert bool(quality[row] & Quality.CONSTANT) == (np.ptp(expected) == 0), path.name
    # A first-release file whose third row is taken for wavelengths would be constant.
    release = archive.catalogue(["release"])["release"].to_pylist()
    first = np.array([name == "v2.6.4" for name in release])
    assert first.sum() == 102
    assert not quality[first].any()
    archive.close()
