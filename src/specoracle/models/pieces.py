"""Put many spectra through a network, a mini-batch at a time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch

from specoracle.models.precision import one_order, rounding

SCORING_SIZE = {"cpu": 256, "cuda": 8192}
"""Spectra at once: as many as the caches of a processor hold; as fill a GPU."""

Pass = Callable[[torch.Tensor], torch.Tensor]


def in_pieces(
    function: Pass, flux: torch.Tensor, *, device: torch.device, precision: str
) -> torch.Tensor:
    """Results of a function of spectra, on the processor in float32.

    Parameters
    ----------
    function
        Forward pass of a network on ``device``.
    flux
        Spectra, shape ``(n_spectra, n_pixels)``.
    device
        Where to compute.
    precision
        As in `specoracle.models.precision.chosen_precision`.
    """

    def one(piece: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode(), rounding(precision, device):
            return function(piece.to(device)).float()

    pieces = flux.split(SCORING_SIZE.get(device.type, SCORING_SIZE["cpu"]))
    if device.type == "cpu":
        with one_thread_each() as pool:
            return torch.cat(list(pool.map(one, pieces)))
    with one_order(precision, device):
        # Results stay on the device, which can then begin the next piece meanwhile.
        return torch.cat([one(piece) for piece in pieces]).cpu()


@contextmanager
def one_thread_each() -> Iterator[ThreadPoolExecutor]:
    """As many threads as there are processors, each of which computes alone.

    Sharing every layer among them instead would have all wait for the slowest layer by
    layer, which on a busy machine halves the speed or worse.
    """
    n_threads = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(
            n_threads, initializer=torch.set_num_threads, initargs=(1,)
        ) as pool:
            yield pool
    finally:
        torch.set_num_threads(n_threads)
