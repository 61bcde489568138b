"""Ingest: from survey files to an archive that can be opened.

Kill it at any moment and call it again: it goes on, and the archive is the same as after
an undisturbed run.
"""

import csv
import errno
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import filelock
from distributed import Client, as_completed

from specoracle.archive.archive import Archive
from specoracle.archive.layout import ArchiveFacts, Layout, read_facts, write_facts
from specoracle.archive.rows import Refused
from specoracle.durable import sweep
from specoracle.errors import ArchiveError, BusyError
from specoracle.ingest.cluster import connect
from specoracle.ingest.discover import SurveyFile, discover
from specoracle.ingest.pack import close_books, pack, shard_path
from specoracle.ingest.plan import FILES_PER_PART, Group, Part, read_plans, write_plan
from specoracle.ingest.task import PartCount, ingest_part, part_path
from specoracle.spectra.recipe import Recipe

Progress = Callable[[int, int], None]

TASKS_PER_WORKER = 4
"""Parts submitted ahead of each worker; bounds the scheduler's memory."""

BYTES_PER_ROW = 400
"""Disk of a row beside flux and ivar: identifier, source, catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestCount:
    """What an ingest ends with.

    Attributes
    ----------
    n_files
        Files looked at in this run.
    n_spectra, n_refused
        Spectra in the archive, and files it refused, over all runs.
    """

    n_files: int
    n_spectra: int
    n_refused: int


def ingest_survey(
    sources: Sequence[str],
    folder: Path,
    *,
    recipe: Recipe,
    n_workers: int = 2,
    scheduler: str | None = None,
    files_per_part: int = FILES_PER_PART,
    progress: Progress | None = None,
) -> IngestCount:
    """Add survey files to an archive, making it when there is none.

    Parameters
    ----------
    sources
        Folders, files, patterns and ``@lists``; see `specoracle.ingest.discover`.
    folder
        The archive.
    recipe
        How spectra are prepared; must be the archive's own where there is one.
    n_workers
        Processes of a local Dask cluster.
    scheduler
        Address of a running Dask scheduler instead; its workers must see the files and
        the archive under the same paths.
    files_per_part
        Files a task, 128–512.
    progress
        Called with files done and files to do.

    Raises
    ------
    ArchiveError
        If the sources are empty, no spectrum could be read, the disk cannot hold the
        archive, or the recipe is not the archive's.
    BusyError
        If another ingest into this archive is running.
    """
    files = discover(sources)
    layout = Layout(Path(folder).resolve())
    _matching_facts(layout, recipe)
    if not layout.facts.exists():
        _refuse_when_full(layout, len(files), recipe)
    try:
        layout.folder.mkdir(parents=True, exist_ok=True)
        with _exclusive(layout):
            for place in layout.folders:
                sweep(place)
            facts = _plan(layout, files, recipe, files_per_part)
            groups = list(read_plans(layout))
            todo = [part for group in groups for part in _missing(layout, group)]
            cluster = connect(scheduler, n_workers=n_workers)
            _run(layout, facts, groups, todo, cluster, progress)
            close_books(layout, groups)
    except OSError as reason:
        raise _explain(layout, reason) from reason
    return _count(layout, sum(len(part.files) for part in todo))


def _matching_facts(layout: Layout, recipe: Recipe) -> ArchiveFacts:
    if not layout.facts.exists():
        return ArchiveFacts(recipe=recipe)
    facts = read_facts(layout)
    if facts.recipe != recipe:
        raise ArchiveError(
            f"{layout.folder}: expected the archive's own recipe {facts.recipe.name}, got "
            f"{recipe.name}. Choose another folder for another recipe."
        )
    return facts


def _refuse_when_full(layout: Layout, n_files: int, recipe: Recipe) -> None:
    """Refuse at once when not even the rows could be held, parts and shards together."""
    existing = next(p for p in (layout.folder, *layout.folder.parents) if p.exists())
    needed = 2 * n_files * (8 * recipe.grid.n_pixels + BYTES_PER_ROW)
    free = shutil.disk_usage(existing).free
    if needed > free:
        raise ArchiveError(
            f"{layout.folder}: expected {needed / 1e6:,.1f} MB of free disk for "
            f"{n_files:,} files, got {free / 1e6:,.1f} MB. Free some, or choose "
            "another disk."
        )


def _exclusive(layout: Layout) -> AbstractContextManager[object]:
    lock = filelock.FileLock(layout.lock, blocking=False)
    try:
        return lock.acquire()
    except filelock.Timeout as reason:
        raise BusyError(
            f"{layout.folder}: expected an archive nobody is adding to, got one with an "
            "ingest running. Wait for it to end."
        ) from reason


def _plan(
    layout: Layout,
    files: Sequence[SurveyFile],
    recipe: Recipe,
    files_per_part: int,
) -> ArchiveFacts:
    """Plan the files that no earlier plan holds."""
    facts = _matching_facts(layout, recipe)
    groups = list(read_plans(layout))
    known = {f.location for group in groups for part in group.parts for f in part.files}
    new = [file for file in files if file.location not in known]
    begun = [part for group in groups for part in _missing(layout, group)]
    n_files = len(new) + sum(len(part.files) for part in begun)
    _refuse_when_full(layout, n_files, recipe)
    for root in sorted({file.root for file in new}):
        _, facts = facts.with_root(Path(root))
    write_facts(layout, facts)
    if new:
        write_plan(
            layout,
            new,
            files_per_part=files_per_part,
            n_pixels=facts.recipe.grid.n_pixels,
        )
    return facts


def _missing(layout: Layout, group: Group) -> list[Part]:
    if shard_path(layout, group).exists():
        return []
    return [p for p in group.parts if not part_path(layout, p.name).exists()]


def _run(
    layout: Layout,
    facts: ArchiveFacts,
    groups: Sequence[Group],
    todo: Sequence[Part],
    cluster: AbstractContextManager[Client],
    progress: Progress | None,
) -> None:
    """Do the missing parts, and pack each group as soon as its turn has come."""
    seen: set[int] = set()
    waiting = list(groups)
    _pack_ready(layout, waiting, seen)
    if not todo:
        return
    done, total = 0, sum(len(part.files) for part in todo)
    roots = {path: name for name, path in facts.roots.items()}
    with cluster as client:
        for count in _completed(client, layout.folder, todo, facts.recipe, roots):
            done += count.n_files
            if progress is not None:
                progress(done, total)
            _pack_ready(layout, waiting, seen)


def _pack_ready(layout: Layout, waiting: list[Group], seen: set[int]) -> None:
    while waiting and not _missing(layout, waiting[0]):
        pack(layout, waiting.pop(0), seen)


def _completed(
    client: Client,
    folder: Path,
    todo: Sequence[Part],
    recipe: Recipe,
    roots: dict[str, str],
) -> Iterable[PartCount]:
    """Keep a few tasks ahead of every worker, and yield what they report."""
    parts = iter(todo)

    def submit(part: Part) -> object:
        return client.submit(ingest_part, folder, part, recipe, roots, pure=False)

    ahead = TASKS_PER_WORKER * max(1, len(client.scheduler_info()["workers"]))
    running = as_completed(
        [submit(part) for part in islice(parts, ahead)], loop=client.loop
    )
    for future in running:
        yield future.result()
        for part in islice(parts, 1):
            running.add(submit(part))


def _explain(layout: Layout, reason: OSError) -> ArchiveError:
    if reason.errno in (errno.ENOSPC, errno.EDQUOT):
        return ArchiveError(
            f"{layout.folder}: expected room on the disk, got a full one. Nothing is "
            "lost: free some and run the same command again, it goes on."
        )
    return ArchiveError(
        f"{layout.folder}: expected to write the archive, got {reason}. Nothing is "
        "lost: mend this and run the same command again, it goes on."
    )


def _count(layout: Layout, n_files: int) -> IngestCount:
    archive = Archive(layout.folder)
    refused = count_refused(layout)
    if not len(archive):
        raise ArchiveError(
            f"{layout.folder}: expected at least one readable spectrum, got none from "
            f"{refused} files. {layout.rejected} says why for each."
        )
    return IngestCount(n_files=n_files, n_spectra=len(archive), n_refused=refused)


def count_refused(layout: Layout) -> int:
    """Count the files that the archive refused."""
    return len(refused_files(layout))


def refused_files(layout: Layout) -> list[Refused]:
    """Read ``rejected.csv``, which a first ingest that was cut short has not written."""
    if not layout.rejected.exists():
        return []
    with layout.rejected.open(newline="", encoding="utf-8") as file:
        return [Refused(**row) for row in csv.DictReader(file)]
