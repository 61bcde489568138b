"""Who does the parts of a plan: this process alone, or the workers of a Dask cluster."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from distributed import Client

from specoracle.ingest.cluster import connect
from specoracle.ingest.hand_out import hand_out
from specoracle.ingest.plan import Part
from specoracle.ingest.task import PartCount
from specoracle.ingest.worker import Order, do_part


class Crew(Protocol):
    """Does parts, in any order."""

    @property
    def n_workers(self) -> int:
        """How many parts are done at once."""

    def completed(self, order: Order, parts: Iterable[Part]) -> Iterable[PartCount]:
        """Do every part, and yield what is reported of it."""


@contextmanager
def crew(
    scheduler: str | Client | None, *, n_workers: int, idle: bool = False
) -> Iterator[Crew]:
    """Gather workers for as long as the block lasts.

    Parameters
    ----------
    scheduler
        A running Dask scheduler, as `specoracle.ingest.cluster.connect` takes it;
        ``None`` for this machine.
    n_workers
        Processes on this machine; 1 does everything in this one, without Dask.
    idle
        Whether there is nothing to do, and nobody need be gathered.
    """
    if idle or (scheduler is None and n_workers == 1):
        yield _Alone()
        return
    with connect(scheduler, n_workers=n_workers) as client:
        yield _Cluster(client)


class _Alone:
    n_workers = 1

    def completed(self, order: Order, parts: Iterable[Part]) -> Iterable[PartCount]:
        return (do_part(order, part) for part in parts)


class _Cluster:
    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def n_workers(self) -> int:
        return max(1, sum(self._client.nthreads().values()))

    def completed(self, order: Order, parts: Iterable[Part]) -> Iterable[PartCount]:
        return hand_out(self._client, order, parts)
