"""The campaign of killed kernels at a reduced size; `make fuzz` runs it in full."""

import time

from fuzz_desk import campaign


def test_killed_at_random_moments_no_acknowledged_answer_is_lost(tmp_path, record_property):
    seed = time.time_ns() % 2**32  # other moments in every run; the seed tells which
    record_property("seed", seed)
    found = campaign(20, seed=seed, folder=tmp_path)
    assert found.wrong == [], seed
    assert found.n_kills == 20
    assert found.n_acknowledged > 20
