"""The campaign of kills at a reduced size; `make fuzz` runs it in full."""

import time

from fuzz_kills import campaign


def test_killed_at_random_moments_it_goes_on_to_the_same_archive(tmp_path, record_property):
    seed = time.time_ns() % 2**32  # other moments in every run; the seed tells which
    record_property("seed", seed)
    found = campaign(6, seed=seed, folder=tmp_path, n_files=120, workers=(1,))
    assert found.wrong == [], seed
    assert found.hit.total() == 6
    assert found.resumed >= 1
