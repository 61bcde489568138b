"""The quick reader against astropy: the same bits, or astropy is asked."""

import numpy as np
import pytest

from specoracle.errors import LoaderError
from specoracle.loaders import quick_lamost_lrs, survey_file
from specoracle.loaders.content import read_content
from specoracle.simulate.lamost_files import LAYOUTS, fits_bytes
from specoracle.simulate.star import simulate_star


def simulated(layout, seed=1):
    return fits_bytes(simulate_star(np.random.default_rng(seed)), layout=layout)


def assert_same(quick, slow):
    assert len(quick) == len(slow)
    for one, other in zip(quick, slow, strict=True):
        assert one.catalogue == other.catalogue
        assert (one.hdu, one.row) == (other.hdu, other.row)
        assert one.spectrum.identifier == other.spectrum.identifier
        for name in ("wavelength", "flux", "ivar"):
            ours, theirs = getattr(one.spectrum, name), getattr(other.spectrum, name)
            assert ours.dtype == theirs.dtype
            assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_of_the_survey_needs_no_astropy(layout):
    quick = quick_lamost_lrs.read(simulated(layout))
    assert quick is not None
    assert_same(quick, survey_file.parse_with_astropy(simulated(layout), "star.fits"))


def test_every_real_file_gives_the_same_bits_as_astropy(real_lamost):
    asked = 0
    for path in sorted(real_lamost.glob("*.fits*")):
        content = read_content(path).data
        quick = quick_lamost_lrs.read(content)
        if quick is None:
            asked += 1
        else:
            assert_same(quick, survey_file.parse_with_astropy(content, path.name))
    # One file is cut inside its last padding block; astropy judges it.
    assert asked <= 1


def outcome(read, content):
    try:
        return read(content, "star.fits")
    except LoaderError as reason:
        return str(reason)


def mutated(content, rng):
    """Flip bits, overwrite, cut or lengthen; header and data alike."""
    content = bytearray(content)
    kind = rng.integers(6)
    limit = len(content) if kind < 2 else 10_000
    for _ in range(int(rng.integers(1, 4))):
        place = int(rng.integers(min(limit, len(content))))
        if kind in {0, 2}:
            content[place] ^= 1 << int(rng.integers(8))
        elif kind in {1, 3}:
            content[place] = int(rng.integers(256))
        elif kind == 4:
            card = place // 80 * 80
            digits = [i for i in range(card, card + 40) if chr(content[i]).isdigit()]
            for i in digits:
                content[i] = ord("0") + int(rng.integers(10))
        else:
            cut = int(rng.integers(2))
            content = content[:place] if cut else content + bytes(int(rng.integers(3000)))
    return bytes(content)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mutated_files_end_as_with_astropy_alone(layout):
    rng = np.random.default_rng(4)
    originals = [simulated(layout, seed) for seed in range(3)]
    quick_ones = 0
    for _ in range(250):
        content = mutated(originals[int(rng.integers(3))], rng)
        ours = outcome(survey_file.parse, content)
        theirs = outcome(survey_file.parse_with_astropy, content)
        if isinstance(ours, str) or isinstance(theirs, str):
            assert isinstance(ours, str) == isinstance(theirs, str), (ours, theirs)
            continue
        assert_same(ours, theirs)
        quick_ones += quick_lamost_lrs.read(content) is not None
    assert quick_ones > 50
