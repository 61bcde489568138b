import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from specoracle.errors import SpectrumError
from specoracle.models.residual import Residual


def network(n_pixels=140, n_classes=3):
    torch.manual_seed(1)
    return Residual(n_pixels, n_classes).eval()


@pytest.mark.parametrize("n_pixels", [32, 33, 63, 102, 140, 216, 1001, 3909, 4000])
def test_spectra_of_any_length_pass(n_pixels):
    made = network(n_pixels, 2)
    assert made(torch.zeros(2, n_pixels)).shape == (2, 2)
    assert made.features(torch.zeros(2, n_pixels)).shape == (2, 64)


def test_spectra_that_are_too_short_are_refused():
    with pytest.raises(SpectrumError, match="at least 32 pixels, got 31"):
        Residual(31, 2)


def test_it_costs_a_fifth_of_the_papers_network():
    with FlopCounterMode(display=False) as counted:
        network()(torch.zeros(1, 140))
    assert counted.get_total_flops() < 34.04e6 / 5


def test_no_spectrum_depends_on_those_beside_it():
    flux = torch.randn(9, 140)
    flux[3, 20:50] = torch.nan
    alone = torch.cat([network()(spectrum[None]) for spectrum in flux])
    # Sums in float32, in another order.
    torch.testing.assert_close(network()(flux), alone, rtol=1e-4, atol=1e-5)


def test_a_missing_pixel_is_not_a_pixel_without_flux():
    flux = torch.randn(1, 140)
    flux[0, 60:70] = 0.0
    missing = flux.clone()
    missing[0, 60:70] = torch.nan
    made = network()
    assert torch.isfinite(made(missing)).all()
    assert (made(flux) - made(missing)).abs().max() > 1e-3


def test_a_spectrum_without_any_pixel_has_finite_scores():
    assert torch.isfinite(network()(torch.full((1, 140), torch.nan))).all()


def test_gradients_are_finite_where_pixels_are_missing():
    made = network().train()
    flux = torch.randn(4, 140)
    flux[:, 10:90] = torch.nan
    made(flux).sum().backward()
    assert all(torch.isfinite(weight.grad).all() for weight in made.parameters())


def test_the_place_of_a_line_matters():
    bump = torch.exp(-0.5 * ((torch.arange(140) - 70) / 3.0) ** 2)
    made = network()
    assert (made(bump[None]) - made(bump.roll(32)[None])).abs().max() > 1e-3
