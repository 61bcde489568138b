import numpy as np
import pytest
import torch

from specoracle.models.augmentation import Augmentation, noise_level, shifted, spread


def generator(seed=1):
    return torch.Generator().manual_seed(seed)


def only(**settings):
    return Augmentation(
        **{"noise": 0.0, "shift": 0.0, "slope": 0.0, "hidden": 0.0} | settings
    )


def noisy(n=400, n_pixels=140, sigma=0.1, seed=1):
    flux = np.random.default_rng(seed).normal(1.0, sigma, (n, n_pixels))
    return torch.from_numpy(flux.astype(np.float32))


def test_the_same_seed_changes_spectra_alike():
    first, second = (Augmentation()(noisy(), generator()) for _ in range(2))
    assert torch.equal(first.nan_to_num(9.0), second.nan_to_num(9.0))
    other = Augmentation()(noisy(), generator(2))
    assert not torch.equal(first.nan_to_num(9.0), other.nan_to_num(9.0))


def test_nothing_asked_for_is_nothing_changed():
    assert torch.equal(only()(noisy(), generator()), noisy())


def test_missing_pixels_stay_missing():
    flux = noisy()
    flux[:, 50:60] = torch.nan
    changed = Augmentation()(flux, generator())
    assert changed[:, 51:59].isnan().all()
    assert changed[:, :20].isfinite().any(dim=1).all()


@pytest.mark.parametrize("sigma", [0.01, 0.3])
def test_the_noise_of_a_spectrum_is_seen_in_its_scatter(sigma):
    flux = noisy(sigma=sigma) + torch.linspace(0, 5, 140)  # and no slope changes that
    # The median of 138 correlated pixels is sure to some 10 %, the mean of 400 to 1 %.
    assert float(noise_level(flux).mean()) == pytest.approx(sigma, rel=0.03)


def test_noise_is_added_up_to_what_was_asked_for():
    flux = noisy(n=2000)
    sigma = torch.full((2000, 1), 0.1)
    added = only(noise=0.5)(flux, generator(), sigma) - flux
    # Amplitudes are uniform from 0 to 0.5 σ, so that the mean square is (0.5 σ)² / 3.
    assert float(added.square().mean()) == pytest.approx(0.05**2 / 3, rel=0.05)


def test_a_shift_by_a_whole_pixel_moves_every_pixel():
    flux = torch.arange(12.0).reshape(2, 6) ** 2
    moved = shifted(flux, torch.tensor([[1.0], [-1.0]]))
    torch.testing.assert_close(moved[0, 1:], flux[0, :-1])
    torch.testing.assert_close(moved[1, :-1], flux[1, 1:])


def test_a_shift_by_part_of_a_pixel_is_numpys_interpolation():
    flux = noisy(n=1, n_pixels=30)
    expected = np.interp(np.arange(30) - 0.3, np.arange(30), flux[0].numpy())
    moved = shifted(flux, torch.tensor([[0.3]]))
    np.testing.assert_allclose(moved[0].numpy(), expected, atol=1e-6)


def test_a_slope_is_a_straight_line_of_the_spectrums_own_size():
    flux = noisy()
    added = only(slope=0.2)(flux, generator()) - flux
    np.testing.assert_allclose(added.diff(dim=1).diff(dim=1), 0, atol=1e-6)
    sizes = added[:, -1:] / spread(flux)
    assert float(sizes.std()) == pytest.approx(0.2, rel=0.1)


def test_half_of_the_spectra_lose_a_stretch_and_never_a_longer_one():
    changed = only(hidden=0.1)(noisy(n=2000), generator())
    lost = changed.isnan().sum(dim=1)
    assert 0.40 < float((lost > 0).float().mean()) < 0.52
    assert int(lost.max()) <= 15
    edges = changed.isnan().int().diff(dim=1).abs().sum(dim=1)
    assert int(edges.max()) <= 2
