"""Keep what a training has reached, so that one that was killed goes on from there.

A checkpoint holds all that the epochs to come depend on, bit for bit. It is of use to the
very same training only and carries a fingerprint of it; any other is passed over.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from specoracle.durable import appearing
from specoracle.models.state import TrainingState

SECONDS_BETWEEN = 30.0
"""Least time between two writings [s]; one takes some 0.1 s for the paper's network."""


class Checkpoint:
    """A file that is rewritten at ends of epochs, seldom enough to cost nothing.

    Parameters
    ----------
    path
        Which; nothing is kept when left out.
    state
        Of the training, at its start.
    settings
        What else tells this training from every other: data and settings.
    """

    def __init__(
        self, path: Path | None, state: TrainingState, settings: Iterable[object]
    ) -> None:
        self._path, self._state = path, state
        self._of = _fingerprint([*state.tensors().values(), *settings]) if path else ""
        self._written = time.monotonic()

    def resume(self) -> list[float]:
        """Go back to where it was; mean loss of every epoch till then [nat]."""
        if self._path is None:
            return []
        try:
            with safe_open(self._path, "pt") as file:
                about = file.metadata() or {}
                if about.get("of") != self._of:
                    return []
                names = self._state.tensors()
                self._state.load({name: file.get_tensor(name) for name in names})
                return [float(loss) for loss in json.loads(about["losses"])]
        except (OSError, SafetensorError):  # none yet, or not to be read: from the start
            return []

    def keep(self, losses: Sequence[float]) -> None:
        """Write the state at the end of an epoch, unless it was written just now."""
        if self._path is None or time.monotonic() - self._written < SECONDS_BETWEEN:
            return
        tensors = {k: v.cpu().contiguous() for k, v in self._state.tensors().items()}
        about = {"of": self._of, "losses": json.dumps(losses)}
        with appearing(self._path) as partial:
            save_file(tensors, partial, about)
        self._written = time.monotonic()


def _fingerprint(things: Iterable[object]) -> str:
    digest = hashlib.sha256(torch.__version__.encode())
    for thing in things:
        if isinstance(thing, torch.Tensor):
            digest.update(f"{tuple(thing.shape)} {thing.dtype}".encode())
            digest.update(thing.detach().cpu().contiguous().numpy().data)
        else:
            digest.update(repr(thing).encode())
    return digest.hexdigest()
