import pytest
import torch

from specoracle.models import pieces
from specoracle.models.pieces import in_pieces
from specoracle.models.skoda2020 import Skoda2020

CPU = torch.device("cpu")


@pytest.fixture
def network():
    torch.manual_seed(1)
    return Skoda2020(40, 2).eval()


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_pieces_come_back_in_order_and_as_they_would_alone(network, precision):
    flux = torch.randn(3 * pieces.SCORING_SIZE["cpu"] + 5, 40)
    found = in_pieces(network, flux, device=CPU, precision=precision)
    alone = [
        in_pieces(network, piece, device=CPU, precision=precision)
        for piece in flux.split(pieces.SCORING_SIZE["cpu"])
    ]
    # Rounding apart, which may differ with the number of threads in a layer.
    torch.testing.assert_close(found, torch.cat(alone), rtol=1e-3, atol=1e-3)
    assert found.dtype == torch.float32


def test_the_number_of_threads_is_as_before_also_after_an_error(network):
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError):
        in_pieces(network, torch.randn(600, 39)[:, :2], device=CPU, precision="float32")
    in_pieces(network, torch.randn(600, 40), device=CPU, precision="float32")
    assert torch.get_num_threads() == before


def test_no_spectra_have_no_results(network):
    found = in_pieces(network, torch.zeros(0, 40), device=CPU, precision="float32")
    assert found.shape == (0, 2)
