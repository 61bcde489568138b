from dataclasses import replace

import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.simulate.emission import EmissionLine
from specoracle.simulate.hosts import collect_hosts, read_hosts, write_hosts
from specoracle.simulate.injection import inject
from specoracle.simulate.lamost_files import write_star
from specoracle.simulate.placement import place
from specoracle.simulate.star import simulate_star


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    kinds = [
        ("A3", "absorption", 40.0),
        ("G5", "absorption", 40.0),
        ("K2", "absorption", 40.0),
    ]
    kinds += [
        ("A3", "emission", 40.0),
        ("M4", "absorption", 40.0),
        ("G5", "absorption", 2.0),
    ]
    for number, (spectral_type, label, snr) in enumerate(kinds):
        rng = np.random.default_rng(number + 1)
        star = simulate_star(
            rng,
            label=label,
            spectral_type=spectral_type,
            snr=snr,
            placement=place(0, number),
        )
        write_star(folder, star)
    (folder / "foreign.fits").write_bytes(b"SIMPLE  = no")
    return folder


def test_hosts_are_good_stars_of_class_a_to_k_without_emission(folder):
    hosts = collect_hosts(folder)
    names = {f"lamost:{place(0, number).key}" for number in range(3)}
    assert set(hosts.identifier.tolist()) == names
    assert (np.diff(hosts.wavelength, axis=1) > 0).all()
    assert (hosts.wavelength[:, 0] < 6470).all()
    assert (hosts.wavelength[:, -1] > 6780).all()


@pytest.mark.parametrize(("strength", "n_hosts"), [(0.0, 1), (2.0, 0)])
def test_a_star_with_a_narrow_peak_in_its_absorption_is_no_host(
    tmp_path, strength, n_hosts
):
    clean = simulate_star(np.random.default_rng(1), spectral_type="A3", snr=60.0)
    # Less than the star absorbs within 6 Å: there is no emission above the continuum.
    line = EmissionLine(equivalent_width=strength, width=30.0)
    rng = np.random.default_rng(2)
    peaked = inject(clean.spectrum(), line, rng=rng, velocity=clean.velocity)
    write_star(tmp_path, replace(clean, flux=peaked.flux))
    other = simulate_star(rng, spectral_type="G5", snr=40.0, placement=place(0, 5))
    write_star(tmp_path, other)  # without any host the folder would be refused
    assert len(collect_hosts(tmp_path)) == n_hosts + 1


def test_hosts_come_back_from_their_file(folder, tmp_path):
    hosts = collect_hosts(folder)
    write_hosts(tmp_path / "hosts.npz", hosts)
    again = read_hosts(tmp_path / "hosts.npz")
    for name in ("identifier", "star", "velocity", "snr", "wavelength", "flux", "ivar"):
        np.testing.assert_array_equal(getattr(again, name), getattr(hosts, name))


def test_spectra_of_one_star_share_its_number(folder, tmp_path):
    star = simulate_star(np.random.default_rng(1), spectral_type="G5", snr=40.0)
    again = simulate_star(np.random.default_rng(2), spectral_type="G5", snr=40.0)
    write_star(tmp_path, star)
    (tmp_path / "later").mkdir()
    write_star(tmp_path / "later", again)
    assert collect_hosts(tmp_path).star.tolist() == [0, 0]


def test_a_folder_without_hosts_is_refused(tmp_path):
    with pytest.raises(SpectrumError, match="expected spectra of A to K stars"):
        collect_hosts(tmp_path)


def test_real_files_make_hundreds_of_hosts_of_a_small_file(real_lamost, tmp_path):
    hosts = collect_hosts(real_lamost)
    write_hosts(tmp_path / "hosts.npz", hosts)
    assert len(hosts) > 400
    assert len(set(hosts.star.tolist())) > 400
    assert (tmp_path / "hosts.npz").stat().st_size < 20e6
