"""A loader of one's own: a function that takes a path and yields spectra.

It is run because somebody names it in a command or call, never because an archive does.
Its file is known by its SHA-256, so that all processes run the same function.
"""

import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import entry_points
from inspect import getsourcefile
from pathlib import Path
from types import ModuleType
from typing import Any

from specoracle.errors import LoaderError
from specoracle.spectra.observation import Observation

GROUP = "specoracle.loaders"
"""Entry points under which installed packages offer loaders."""

FUNCTION = "load"
"""Name of the function in a file, unless another is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLoader:
    """A user's function, by where it stands.

    Attributes
    ----------
    file
        The Python file that holds it.
    function
        Its name there.
    sha256
        Checksum of the file.
    entry_point
        Name of the entry point that led to it, else empty.
    """

    file: str
    function: str
    sha256: str
    entry_point: str = ""

    @property
    def name(self) -> str:
        """What it is called in messages and in ``archive.json``."""
        return self.entry_point or f"{Path(self.file).name}:{self.function}"

    @property
    def words(self) -> str:
        """What to write to choose it from any folder."""
        return self.entry_point or f"{self.file}:{self.function}"

    def record(self) -> dict[str, str]:
        """Return what is recorded of it."""
        return {"name": self.name, "sha256": self.sha256}

    def check(self) -> None:
        """Load it.

        Raises
        ------
        LoaderError
            If its file is gone, another one, or cannot be run, or lacks the function.
        """
        _loaded(self)

    def read(self, path: str | Path) -> list[Observation]:
        """Read all spectra of a file.

        Raises
        ------
        LoaderError
            If the function fails, in whatever way, or yields anything but spectra.
        """
        function, name = _loaded(self), Path(path).name
        try:
            found = function(Path(path))
            each = [found] if isinstance(found, Observation) else list(found)
        except LoaderError as reason:
            raise LoaderError(f"{name}: {reason}") from reason
        except (Exception, SystemExit) as reason:
            raise LoaderError(
                f"{name}: expected spectra from {self.name}, got {type(reason).__name__}: "
                f"{reason}. Correct the function, or leave the file out."
            ) from reason
        wrong = [type(one).__name__ for one in each if not isinstance(one, Observation)]
        if wrong or not each:
            raise LoaderError(
                f"{name}: expected what specoracle.spectrum(…) returns from {self.name}, "
                f"at least once, got {wrong[0] if wrong else 'nothing'}. Correct the "
                "function, or leave the file out."
            )
        return [replace(one, row=row) for row, one in enumerate(each)]


def of_file(path: str, function: str = FUNCTION) -> OwnLoader:
    """Find a function in a Python file, and run the file.

    Raises
    ------
    LoaderError
        If there is no such file or function.
    """
    file = Path(path).resolve()
    found = OwnLoader(file=str(file), function=function, sha256=_sha256(_source(file)))
    found.check()
    return found


def of_entry_point(name: str) -> OwnLoader | None:
    """Find a function that an installed package offers; ``None`` where none does."""
    for point in entry_points(group=GROUP, name=name):
        module = sys.modules.get(point.module) or _imported(point)
        file = getsourcefile(module) or ""
        found = OwnLoader(
            file=file,
            function=point.attr or FUNCTION,
            sha256=_sha256(_source(Path(file))),
            entry_point=name,
        )
        found.check()
        return found
    return None


def offered() -> list[str]:
    """Names of the entry points that installed packages offer."""
    return sorted({point.name for point in entry_points(group=GROUP)})


@lru_cache(maxsize=16)
def _loaded(loader: OwnLoader) -> Callable[[Path], Any]:
    source = _source(Path(loader.file))
    if _sha256(source) != loader.sha256:
        raise LoaderError(
            f"{loader.file}: expected the loader {loader.name} of SHA-256 "
            f"{loader.sha256[:12]}…, got a file of {_sha256(source)[:12]}…. Give all "
            "processes the same file, and do not edit it while they run."
        )
    if loader.entry_point:
        (point, *_) = entry_points(group=GROUP, name=loader.entry_point)
        module = _imported(point)
    else:
        module = _run(loader, source)
    function = getattr(module, loader.function, None)
    if not callable(function):
        names = [name for name in vars(module) if not name.startswith("_")]
        raise LoaderError(
            f"{loader.file}: expected a function {loader.function}(path), got a file with "
            f"{', '.join(names[:8]) or 'nothing'}. Say its name: --loader FILE.py:NAME."
        )
    return function


def _run(loader: OwnLoader, source: bytes) -> ModuleType:
    """Run the bytes whose checksum was taken, and not what the file may be by now."""
    module = ModuleType(f"specoracle_loader_{loader.sha256[:16]}")
    module.__file__ = loader.file
    sys.modules[module.__name__] = module  # dataclasses look for it there
    try:
        exec(compile(source, loader.file, "exec"), vars(module))
    except (Exception, SystemExit) as reason:
        del sys.modules[module.__name__]
        raise LoaderError(
            f"{loader.file}: expected a Python file that runs, got "
            f"{type(reason).__name__}: {reason}. Correct it."
        ) from reason
    return module


def _imported(point: Any) -> ModuleType:
    try:
        point.load()
    except (Exception, SystemExit) as reason:
        raise LoaderError(
            f"{point.name}: expected a loader in {point.value}, got "
            f"{type(reason).__name__}: {reason}. Install its package again."
        ) from reason
    return sys.modules[point.module]


def _source(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as reason:
        raise LoaderError(
            f"{file}: expected a Python file with a loader, got {reason}. Check the path."
        ) from reason


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
