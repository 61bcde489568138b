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


def means_by_hand(source, centres, half):
    """Means between edges from running integrals, of good pixels where there are any."""
    wavelength, flux, bad = source
    middle = (wavelength[1:] + wavelength[:-1]) / 2
    ends = wavelength[[0, -1]] + (wavelength[[0, -1]] - middle[[0, -1]])
    edges = np.concatenate([ends[:1], middle, ends[1:]])
    line = np.interp(wavelength, wavelength[~bad], flux[~bad]) if bad.any() else flux

    def between(values):
        whole = np.concatenate([[0.0], np.cumsum(values * np.diff(edges))])
        return np.interp(centres + half, edges, whole) - np.interp(
            centres - half, edges, whole
        )

    good, every = between(~bad), between(np.ones(wavelength.size))
    # What is left over of a pixel by rounding is none.
    some = good > 1e-9
    return np.where(
        some,
        between(np.where(bad, 0.0, flux)) / np.where(some, good, 1),
        between(np.where(bad, line, flux)) / np.where(every > 0, every, np.nan),
    )


GRIDS = {
    "halpha": np.linspace(6519.0, 6732.0, 140),
    "coarse": np.linspace(3850.0, 8900.0, 102),
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
        expected = by_hand(sources[path], GRIDS[recipe], bridge=recipe == "coarse")
        np.testing.assert_array_equal(flux[row], expected, path.name)
        assert bool(quality[row] & Quality.CONSTANT) == (np.ptp(expected) == 0), path.name
    # A first-release file whose third row is taken for wavelengths would be constant.
    release = archive.catalogue(["release"])["release"].to_pylist()
    first = np.array([name == "v2.6.4" for name in release])
    assert first.sum() == 102
    assert not quality[first].any()
    archive.close()


def test_every_real_spectrum_is_averaged_as_by_hand(ingest, real_lamost, sources, tmp_path):
    ingest([real_lamost], tmp_path / "archive", recipe="optical", files_per_part=128)
    archive = Archive(tmp_path / "archive")
    paths = [real_lamost / path.decode() for path in archive.column("path").tolist()]
    centres, half = np.arange(3712.5, 9100.0, 25.0), 12.5
    columns = [archive.column(name) for name in ("flux", "offset", "gain", "quality")]
    n_padded, n_taken = 0, 0
    for path, flux, offset, gain, quality in zip(paths, *columns, strict=True):
        if sources[path][2].all():
            continue
        expected = means_by_hand(sources[path], centres, half)
        there = sources[path][0][[0, -1]]
        inside = (centres > there[0]) & (centres < there[1])
        observed = offset + gain * flux.astype(np.float64)
        tolerance = 2e-7 * gain  # the rounding of float32
        np.testing.assert_allclose(
            observed[inside],
            expected[inside],
            rtol=1e-12,
            atol=tolerance,
            err_msg=path.name,
        )
        n_taken += 1
        n_padded += bool(quality & Quality.PADDED)
    # All but those whose pixels begin or end more than half a mean inside of the window.
    assert n_taken > 500
    assert 0 < n_padded < n_taken / 2
