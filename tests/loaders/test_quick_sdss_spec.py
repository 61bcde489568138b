"""The quick reader against astropy: the same bits, or astropy is asked."""

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from specoracle.loaders import quick_sdss_spec, sdss_spec
from specoracle.simulate.lamost_files import LAYOUTS
from specoracle.simulate.lamost_files import fits_bytes as lamost_bytes
from specoracle.simulate.sdss_files import RUN2D, fits_bytes
from specoracle.simulate.star import simulate_star

REAL = Path(__file__).resolve().parents[3] / "shared" / "spectra" / "sdss"
RECORDS = tuple(RUN2D)


def simulated(record="SPECOBJ", seed=1):
    return fits_bytes(simulate_star(np.random.default_rng(seed)), record=record)


def by_astropy(content):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(io.BytesIO(content), memmap=False) as hdus:
            return sdss_spec.read(hdus) if sdss_spec.recognises(hdus) else None


def assert_same(quick, slow):
    assert len(quick) == len(slow) == 1
    one, other = quick[0], slow[0]
    assert one.catalogue == other.catalogue
    assert (one.hdu, one.row) == (other.hdu, other.row)
    assert one.spectrum.identifier == other.spectrum.identifier
    for name in ("wavelength", "flux", "ivar"):
        ours, theirs = getattr(one.spectrum, name), getattr(other.spectrum, name)
        assert ours.dtype == theirs.dtype
        assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("kind", [bytes, bytearray])
@pytest.mark.parametrize("record", RECORDS)
def test_a_file_of_the_survey_needs_no_astropy(record, kind):
    content = simulated(record)
    quick = quick_sdss_spec.read(kind(content))
    assert quick is not None
    assert_same(quick, by_astropy(content))


def test_headers_that_are_known_give_the_same_as_new_ones():
    contents = [simulated(record, seed) for seed in range(3) for record in RECORDS]
    for content in contents + contents:
        assert_same(quick_sdss_spec.read(content), by_astropy(content))


def test_nothing_of_the_file_is_kept():
    content = bytearray(simulated())
    (observation,) = quick_sdss_spec.read(content)
    before = observation.spectrum.flux.copy()
    content[:] = bytes(len(content))
    np.testing.assert_array_equal(observation.spectrum.flux, before)


def test_what_follows_the_record_does_not_matter():
    content = simulated()
    with fits.open(io.BytesIO(content)) as hdus:
        place = hdus[2].fileinfo()
    stop = place["datLoc"] + place["datSpan"]
    assert quick_sdss_spec.read(content[:stop]) is not None
    assert quick_sdss_spec.read(content[: stop - 1]) is None


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_of_lamost_are_left_to_others(layout):
    content = lamost_bytes(simulate_star(np.random.default_rng(1)), layout=layout)
    assert quick_sdss_spec.read(content) is None


def changed(edit, record="SPALL"):
    """A file after ``edit(hdus)``."""
    with fits.open(io.BytesIO(simulated(record)), memmap=False) as hdus:
        edit(hdus)
        file = io.BytesIO()
        hdus.writeto(file)
    return file.getvalue()


def no_plate(hdus):
    del hdus[0].header["PLATEID"]


def scaled_flux(hdus):
    hdus[1].header["TSCAL1"] = 2.0


def unit_of_flux(hdus):
    hdus[1].header["TUNIT1"] = "1e-17 erg / (s cm2 Angstrom)"


def a_null(hdus):
    hdus[1].header["TNULL4"] = -1


def off_the_steps(hdus):
    hdus[1].data["loglam"] += np.float32(5e-5)


def backwards(hdus):
    hdus[1].data["loglam"][:] = hdus[1].data["loglam"][::-1].copy()


def tab_in_class(hdus):
    hdus[2].data["CLASS"] = "ST\tAR"


def another_name(hdus):
    hdus[2].header["EXTNAME"] = "ZBEST"


@pytest.mark.parametrize(
    "edit",
    [
        no_plate,
        scaled_flux,
        unit_of_flux,
        a_null,
        off_the_steps,
        backwards,
        tab_in_class,
        another_name,
    ],
)
def test_astropy_is_asked_where_anything_is_unusual(edit):
    assert quick_sdss_spec.read(changed(edit)) is None


def test_every_real_file_gives_the_same_bits_as_astropy():
    if not REAL.is_dir():
        pytest.skip("no real SDSS spectra on this machine")
    n_read = 0
    for path in sorted(REAL.iterdir()):
        content = path.read_bytes()
        quick = quick_sdss_spec.read(content)
        if path.name.startswith(("cg922", "spSpec")) or path.suffix == ".dat":
            assert quick is None, path.name
        else:
            assert_same(quick, by_astropy(content))
            n_read += 1
    assert n_read == 36


def mutated(content, rng):
    """Flip bits, overwrite, exchange cards, cut or lengthen, where it may matter."""
    content, kind = bytearray(content), rng.integers(6)
    regions = [(0, 2880), (2880, 5760), (132_480, 144_000), (0, len(content))]
    for _ in range(int(rng.integers(1, 4))):
        start, stop = regions[rng.integers(4)]
        place = min(int(rng.integers(start, stop)), len(content) - 1)
        card = place // 80 * 80
        if kind == 0:
            content[place] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            content[place] = int(rng.integers(32, 127))
        elif kind == 2:
            for i in range(card + 8, min(card + 40, len(content))):
                if chr(content[i]).isdigit():
                    content[i] = ord("0") + int(rng.integers(10))
        elif kind == 3:
            other = int(rng.integers(len(content))) // 80 * 80
            content[card : card + 80] = content[other : other + 80]
        elif kind == 4:
            other = card + 80 * int(rng.integers(1, 5))
            one, two = content[card : card + 80], content[other : other + 80]
            content[card : card + 80], content[other : other + 80] = two, one
        else:
            cut = rng.integers(2)
            content = content[:place] if cut else content + bytes(rng.integers(3000))
    return bytes(content)


def test_mutated_files_end_as_with_astropy_alone():
    rng = np.random.default_rng(5)
    originals = [simulated(record, seed) for seed in range(2) for record in RECORDS]
    n_quick = 0
    for _ in range(500):
        content = mutated(originals[int(rng.integers(len(originals)))], rng)
        quick = quick_sdss_spec.read(content)
        # Where it says nothing, astropy is asked, and there is nothing to compare.
        if quick is not None:
            assert_same(quick, by_astropy(content))
            n_quick += 1
    assert 100 < n_quick < 400
