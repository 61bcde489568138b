"""Peak memory of a process and of its children while they run."""

import threading
from pathlib import Path

import psutil

INTERVAL = 0.1
"""Seconds between two looks; the kernel keeps the peak, so few are enough."""


class PeakMemory:
    """Watches the processes below one, as a context.

    Attributes
    ----------
    children
        Peak resident memory of each, by process number [byte].
    """

    def __init__(self, pid):
        self.children = {}
        self._above = psutil.Process(pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _watch(self):
        while not self._done.wait(INTERVAL):
            try:
                for child in self._above.children(recursive=True):
                    # The last look counts: before it begins its own program, a new
                    # process shows the memory of the one that starts it.
                    self.children[child.pid] = peak(child) or self.children.get(
                        child.pid, 0
                    )
            except psutil.Error:  # ended just now
                continue


def peak(process):
    """Peak resident memory as Linux keeps it, elsewhere the present one [byte].

    It is 0 for a process that has ended.
    """
    status = Path(f"/proc/{process.pid}/status")
    if not status.parent.parent.is_dir():
        return process.memory_info().rss
    try:
        lines = status.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((1024 * int(x.split()[1]) for x in lines if x.startswith("VmHWM")), 0)
