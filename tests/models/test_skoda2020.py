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
