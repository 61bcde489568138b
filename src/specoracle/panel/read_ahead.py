"""Read in a thread what will be asked for next, so that the desk never waits for a disk."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Generic, TypeVar

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """Results of a slow function of a name, kept for as long as they may be wanted.

    Parameters
    ----------
    read
        The function; it is only ever called in one thread, never twice at once.
    n_kept
        How many results are kept; the one asked for longest ago goes first.
    """

    def __init__(self, read: Callable[[str], T], *, n_kept: int = 64) -> None:
        self._read = read
        self._n_kept = n_kept
        self._known: OrderedDict[str, Future[T]] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")

    def get(self, name: str) -> T:
        """Return the result for a name, read now if nobody expected it."""
        return self._submit(name).result()

    def expect(self, names: Iterable[str], then: Callable[[str], None]) -> None:
        """Read these in order, and call ``then`` for each when it is there.

        That happens in the reading thread, or at once where it had been read before.
        """
        for name in names:
            self._submit(name).add_done_callback(partial(_told, then, name))

    def close(self) -> None:
        """Drop what is not yet read, and end the thread."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, name: str) -> Future[T]:
        with self._lock:
            future = self._known.get(name)
            if future is None:
                future = self._known[name] = self._pool.submit(self._read, name)
            self._known.move_to_end(name)
            while len(self._known) > self._n_kept:
                self._known.popitem(last=False)
            return future


def _told(then: Callable[[str], None], name: str, _: Future[T]) -> None:
    then(name)
