import pytest
import torch

from specoracle.errors import SpectrumError
from specoracle.models.skoda2020 import Skoda2020


@pytest.mark.parametrize(
    ("n_pixels", "n_classes", "expected"),
    # Counted from the authors' own code with Keras.
    [(140, 3, 2_481_731), (600, 3, 9_952_835), (3909, 3, 64_216_643)],
)
def test_the_network_has_the_parameters_of_the_paper(n_pixels, n_classes, expected):
    with torch.device("meta"):
        network = Skoda2020(n_pixels, n_classes)
    assert sum(p.numel() for p in network.parameters()) == expected


def test_it_gives_one_logit_a_class_and_512_features():
    network = Skoda2020(140, 3)
    assert network(torch.zeros(5, 140)).shape == (5, 3)
    assert network.features(torch.zeros(5, 140)).shape == (5, 512)


@pytest.mark.parametrize("n_pixels", [36, 37, 38, 39, 61])
def test_the_shortest_spectra_still_pass(n_pixels):
    assert Skoda2020(n_pixels, 2)(torch.zeros(1, n_pixels)).shape == (1, 2)


def test_spectra_that_are_too_short_are_refused():
    with pytest.raises(SpectrumError, match="at least 36 pixels, got 35"):
        Skoda2020(35, 2)


def test_it_computes_what_the_paper_writes_with_convolutions_along_a_line():
    torch.manual_seed(1)
    network = Skoda2020(140, 3).eval()
    flux = torch.randn(7, 140)
    weights = list(network.parameters())
    x = flux.unsqueeze(1)
    for pair in range(3):
        for layer in (2 * pair, 2 * pair + 1):
            weight, bias = weights[2 * layer : 2 * layer + 2]
            x = torch.relu(torch.nn.functional.conv1d(x, weight, bias))
        x = torch.nn.functional.max_pool1d(x, 2)
    x = x.flatten(1)
    for layer in (6, 7):
        x = torch.relu(x @ weights[2 * layer].T + weights[2 * layer + 1])
    expected = x @ weights[16].T + weights[17]
    # Sums of up to 3584 products in float32, in another order.
    torch.testing.assert_close(network(flux), expected, rtol=1e-4, atol=1e-5)
