"""Training steps that a GPU repeats without being told each of their hundred kernels.

The paper's network is small: told one by one, launching its kernels takes longer than they
do. A CUDA graph records a step once and repeats it with one launch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from specoracle.models.state import TrainingState

Step = Callable[[torch.Tensor], torch.Tensor]
"""Takes the numbers of a mini-batch, changes the network, and returns the mean loss."""

WARM_UP = 3
"""Steps before recording, in which libraries choose and allocate what they need."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A step, with the memory that it reads its mini-batch from and leaves its loss in."""

    graph: torch.cuda.CUDAGraph
    chosen: torch.Tensor
    loss: torch.Tensor


class CapturedStep:
    """A step on CUDA, recorded when it first meets a size of mini-batch.

    Parameters
    ----------
    step
        Step to record; it must not wait for the device.
    state
        What it changes.
    """

    def __init__(self, step: Step, state: TrainingState) -> None:
        self._step, self._state = step, state
        self._recordings: dict[int, Recording] = {}

    def __call__(self, chosen: torch.Tensor) -> torch.Tensor:
        """Take a step; the loss is overwritten by the next one."""
        if len(chosen) not in self._recordings:
            self._recordings[len(chosen)] = self._record(chosen)
        recording = self._recordings[len(chosen)]
        recording.chosen.copy_(chosen)
        recording.graph.replay()
        return recording.loss

    def _record(self, chosen: torch.Tensor) -> Recording:
        fixed = chosen.clone()
        with self._state.unchanged():
            self._warm_up(fixed)
        graph = torch.cuda.CUDAGraph()
        with self._state.unchanged(), torch.cuda.graph(graph):
            loss = self._step(fixed)
        return Recording(graph, fixed, loss)

    def _warm_up(self, chosen: torch.Tensor) -> None:
        beside = torch.cuda.Stream()
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(WARM_UP):
                self._step(chosen)
        torch.cuda.current_stream().wait_stream(beside)
