"""Put off what the next spectrum on the screen is not to wait for."""

import asyncio
from collections.abc import Callable

SOON = 0.04
"""After which a spectrum that is named now has been painted [s]."""


class Later:
    """Call back a little later, once for however many times that is asked.

    In a script, which has no page to wait for, it calls back at once.

    Parameters
    ----------
    callback
        What is put off.
    seconds
        By how long.
    restarts
        Whether to wait that long after the last time it was asked for, not the first.
    """

    def __init__(
        self, callback: Callable[[], None], seconds: float = SOON, *, restarts: bool = False
    ) -> None:
        self._callback = callback
        self._seconds = seconds
        self._restarts = restarts
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, _: object = None) -> None:
        """Ask for it."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._callback()
            return
        if self._timer is not None and self._restarts:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._due)

    def cancel(self) -> None:
        """Do not call back after all."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self) -> None:
        self._timer = None
        self._callback()
