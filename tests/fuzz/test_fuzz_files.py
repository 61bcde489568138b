"""The campaigns with files at a reduced size; `make fuzz` runs them in full."""

import numpy as np
import pytest
from astropy_oracle import UNREADABLE, expect
from fuzz_entries import LARGEST_PEAK, Folder, fill, find
from fuzz_files import KINDS, campaign
from halpha_row import GRID
from mutate import FITS_KINDS, GZIP_KINDS
from sources import originals

N_ORIGINALS = 24


def told(found):
    """What went wrong, in words."""
    return [f"{f.mutant.name}: {f.verdict}: {f.wrong}" for f in found if f.bad]


def test_damaged_files_are_taken_as_astropy_reads_them_or_refused(tmp_path):
    numbers = range(8 * len(KINDS))
    found = campaign(numbers, seed=2, folder=tmp_path, n_originals=N_ORIGINALS)
    assert told(found) == []
    assert {finding.mutant.number for finding in found} == set(numbers)
    assert {finding.verdict for finding in found} == {"taken", "refused"}
    checked = {f.verdict for f in found if f.mutant.kind == "gzip trailer wrong"}
    assert checked == {
        "refused"
    }  # RFC 1952: each has one bit of its checksum or size wrong


def test_what_is_no_file_or_a_bomb_harms_nothing_around_it(tmp_path):
    folder = Folder(tmp_path / "files", N_ORIGINALS)
    fill(folder, size=800_000_000)
    found, peak = find(folder, tmp_path / "archive", seed=4, n_workers=1)
    assert told(found) == []
    assert peak < LARGEST_PEAK


@pytest.mark.parametrize("kind", [*FITS_KINDS, *GZIP_KINDS])
def test_the_same_seed_does_the_same_damage(kind):
    damage = {**FITS_KINDS, **GZIP_KINDS}[kind]
    content = originals(N_ORIGINALS)[0].numbered(12_345)
    one, other = (damage(content, np.random.default_rng(5)) for _ in range(2))
    assert one == other


def test_the_oracle_reads_whole_files_and_refuses_their_halves():
    for original in originals(N_ORIGINALS):
        expected = expect(original.numbered(12_345))
        if expected.faults:  # of another survey, or of an unknown layout
            continue
        assert expected.row["flux"].shape == GRID.shape
        assert expected.row["flux"].min() == -1.0  # by its definition, without rounding
        assert expect(original.content[: len(original.content) // 2]).faults == (
            UNREADABLE,
        )
