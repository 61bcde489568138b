from collections import Counter

import numpy as np
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.verify import verify_archive
from specoracle.errors import ArchiveError
from specoracle.recipes.built_in import recipe_named
from specoracle.simulate.hosts import Hosts
from specoracle.simulate.pool import (
    ASKED,
    HELD_OUT,
    Pool,
    make_injected,
    make_real,
    make_simulated,
)
from specoracle.simulate.pool_member import injected_member, simulated_member

pytestmark = pytest.mark.whole_pool


@pytest.fixture(scope="module")
def hosts():
    """Twelve spectra of six stars: flat, and as long as those that are collected."""
    wavelength = np.tile(10 ** np.arange(3.801, 3.833, 1e-4), (12, 1))
    rng = np.random.default_rng(0)
    flux = 100 + rng.normal(0, 1, wavelength.shape)
    return Hosts(
        identifier=np.array([f"lamost:{k}" for k in range(12)]),
        star=np.arange(12) // 2,
        velocity=np.linspace(-50, 50, 12),
        snr=np.full(12, 100.0),
        wavelength=wavelength,
        flux=flux.astype(np.float32),
        ivar=np.ones(wavelength.shape, np.float32),
    )


@pytest.fixture(scope="module", params=["simulated", "injected"])
def pool(request, hosts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pools") / request.param
    size = {"n": 60, "prevalence": 0.2, "seed": 3}
    if request.param == "simulated":
        return make_simulated(folder, **size)
    return make_injected(folder, hosts, **size)


@pytest.mark.parametrize("part", [ASKED, HELD_OUT])
def test_a_pool_has_its_targets_and_a_whole_archive_in_the_order_of_the_truth(pool, part):
    truth = pool.truth(part)
    counts = Counter(member.label for member in truth)
    assert counts == {"absorption": 48, "emission": 8, "double-peak": 4}
    archive = Archive(pool.archive(part))
    names = archive.identifiers(np.arange(len(archive)))
    assert list(names) == [member.identifier for member in truth]
    assert verify_archive(pool.archive(part)).well


def test_no_star_is_in_both_parts(pool):
    asked, held_out = ({m.star for m in pool.truth(p)} for p in (ASKED, HELD_OUT))
    assert asked
    assert held_out
    assert not asked & held_out


def test_rows_are_what_the_recipe_makes_of_the_raw_spectrum(tmp_path):
    pool = make_simulated(tmp_path / "pool", n=3, prevalence=0.0, seed=1)
    recipe = recipe_named("halpha")
    raw = simulated_member(1, 2, label="absorption").spectrum
    expected = recipe.prepare([recipe.cut(raw)]).flux[0]
    np.testing.assert_array_equal(Archive(pool.archive()).column("flux", [2])[0], expected)


def test_the_same_seed_makes_the_same_pool_and_another_another(hosts, tmp_path):
    flux = []
    for folder, seed in (("one", 1), ("same", 1), ("other", 2)):
        pool = make_injected(tmp_path / folder, hosts, n=5, prevalence=0.2, seed=seed)
        flux.append(Archive(pool.archive()).column("flux"))
    np.testing.assert_array_equal(flux[0], flux[1])
    assert (flux[0] != flux[2]).any(axis=1).all()


def test_members_of_one_host_differ(hosts):
    among = np.array([4])
    one, two = (
        injected_member(hosts, 0, number, label="absorption", among=among)
        for number in (1, 2)
    )
    assert one.star == two.star == hosts.star[4]
    assert one.spectrum.wavelength[0] != two.spectrum.wavelength[0]
    assert one.snr != two.snr
    assert one.spectrum.ivar[0] != two.spectrum.ivar[0]


def test_targets_reach_down_to_what_can_just_be_seen_and_ratios_from_5_to_100():
    members = [simulated_member(0, k, label="emission") for k in range(150)]
    widths = np.array([m.equivalent_width for m in members])
    assert widths.min() < 2.0
    assert widths.max() > 15.0
    ratios = np.array([m.snr for m in members])
    assert 5.0 <= ratios.min() < 8.0
    assert 70.0 < ratios.max() <= 100.0


def test_some_members_are_faulty_or_have_a_line_too_weak_to_see():
    members = [simulated_member(0, k, label="absorption") for k in range(400)]
    truth = Counter(m.truth for m in members)
    assert {"cosmic hit", "sky residual", "bad column", "nebular"} <= truth.keys()
    assert 0 < truth["weak"] < 25
    assert truth["absorption"] > 320


def test_a_target_is_not_hidden_by_its_fault():
    members = [simulated_member(0, k, label="double-peak") for k in range(100)]
    truth = " ".join(m.truth for m in members)
    assert "constant stretch" not in truth
    assert "nebular" not in truth
    assert "cosmic hit" in truth
    assert {m.truth.split(",")[0] for m in members} == {"double-peak"}


def test_a_pool_that_was_not_finished_is_refused_and_made_anew(tmp_path):
    folder = tmp_path / "pool"
    (folder / ASKED / "archive").mkdir(parents=True)
    with pytest.raises(ArchiveError, match=r"expected a pool with truth\.csv"):
        Pool(folder).truth()
    assert make_simulated(folder, n=3, prevalence=0.4, seed=0).is_whole


def test_real_spectra_make_a_pool_of_their_classes(real_lamost, tmp_path):
    pool = make_real(tmp_path / "pool", real_lamost)
    counts = Counter(member.label for member in pool.truth())
    assert set(counts) == set("AFGKM")
    assert counts["K"] > 30
    assert len(Archive(pool.archive())) == sum(counts.values())
