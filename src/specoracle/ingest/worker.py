"""What runs on a worker: a part, provided that the worker is one of ours.

A worker with other software would make rows that ``archive.json`` does not describe, and
one that does not see the survey files would refuse them all as missing.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specoracle.archive.layout import Layout, software
from specoracle.archive.rows import Refused
from specoracle.errors import ArchiveError, LoaderError
from specoracle.ingest.discover import SurveyFile
from specoracle.ingest.plan import Part, unpacked
from specoracle.ingest.task import PartCount, count_spectra, ingest_part
from specoracle.loaders.choice import Chosen
from specoracle.recipes.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is the same for all parts of a run.

    Attributes
    ----------
    folder
        The archive.
    recipe
        How spectra are prepared.
    roots
        Name of each root folder, by its path.
    software
        Versions that a worker must have.
    loader
        Who reads the files, if that was chosen; a worker must have the same.
    """

    folder: Path
    recipe: Recipe
    roots: dict[str, str]
    software: dict[str, str]
    loader: Chosen | None = None


def do_part(order: Order, part: Part, refused: Sequence[Refused] = ()) -> PartCount:
    """Do a part without the files ``refused``.

    Raises
    ------
    ArchiveError
        If this worker has other software or another loader, or does not see the archive
        or the files.
    """
    check_software(order)
    _check_loader(order)
    _check_paths(order, part)
    return ingest_part(
        order.folder,
        part,
        order.recipe,
        order.roots,
        refused=refused,
        loader=order.loader,
    )


def do_packed(order: Order, content: bytes, refused: Sequence[Refused] = ()) -> PartCount:
    """Do a part as `do_part` does, that was `packed` for its way."""
    return do_part(order, unpacked(content), refused)


def try_file(order: Order, file: SurveyFile) -> None:
    """Read and prepare a file to see whether the worker survives it."""
    count_spectra([file], order.recipe, order.loader)


def check_software(order: Order) -> None:
    """Refuse to work where the versions are not those of the order."""
    if software() != order.software:
        raise ArchiveError(
            f"Worker on {socket.gethostname()}: expected {_listed(order.software)}, got "
            f"{_listed(software())}. Give all workers one environment and run the same "
            "command again, it goes on."
        )


def _check_loader(order: Order) -> None:
    if order.loader is None:
        return
    try:
        order.loader.check()
    except LoaderError as reason:
        raise ArchiveError(
            f"Worker on {socket.gethostname()}: expected the loader {order.loader.name}, "
            f"got another or none. {reason} Run the same command again, it goes on."
        ) from reason


def _check_paths(order: Order, part: Part) -> None:
    roots = map(Path, sorted({file.root for file in part.files}))
    for path in (Layout(order.folder).facts, *roots):
        if not path.exists():
            raise ArchiveError(
                f"Worker on {socket.gethostname()}: expected {path}, as on the machine "
                "where the ingest was started, got nothing. Give all workers the same "
                "paths and run the same command again, it goes on."
            )


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
