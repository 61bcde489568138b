"""Ingest: from survey files to an archive that can be opened.

Kill it at any moment and call it again: it goes on, and the archive is the same as after
an undisturbed run.
"""

import csv
import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from distributed import Client

from specoracle.archive.archive import Archive
from specoracle.archive.known import KnownIdentifiers
from specoracle.archive.layout import (
    ArchiveFacts,
    Layout,
    exclusive,
    read_facts,
    software,
    write_facts,
)
from specoracle.archive.migrate import migrate
from specoracle.archive.rows import Refused
from specoracle.durable import sweep
from specoracle.errors import ArchiveError
from specoracle.ingest.assembly import Assembly, Progress, count_missing
from specoracle.ingest.crew import Crew, crew
from specoracle.ingest.discover import SurveyFile, discover
from specoracle.ingest.forecast import Forecast, forecast, refuse_when_full, sample
from specoracle.ingest.pack import close_books
from specoracle.ingest.plan import Group, digests, fair_part, read_plans, write_plan
from specoracle.ingest.worker import Order
from specoracle.loaders.choice import Chosen
from specoracle.loaders.survey_file import chosen_loader
from specoracle.recipes.built_in import recipe_named
from specoracle.recipes.recipe import Recipe

LIKELY_CLUSTER = 16
"""Workers that parts are shared out for, before it is known how many a scheduler has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestCount:
    """What an ingest ends with.

    Attributes
    ----------
    n_files
        Files looked at in this run.
    n_spectra, n_refused
        Spectra in the archive, and what it refused, over all runs: whole files, or single
        spectra of files that hold several.
    """

    n_files: int
    n_spectra: int
    n_refused: int


def ingest_survey(
    sources: Sequence[str],
    folder: Path,
    *,
    recipe: Recipe | None = None,
    loader: str | None = None,
    n_workers: int = 2,
    scheduler: str | Client | None = None,
    files_per_part: int | None = None,
    announce: Callable[[Forecast], None] | None = None,
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
        How spectra are prepared; must be the archive's own where there is one. Left out, it
        is that, and ``halpha`` for a new archive.
    loader
        Who reads the files, as after ``--loader``; the same for all files of an archive.
        Each file is given to the first loader that recognises it when left out.
    n_workers
        Processes on this machine: a local Dask cluster, or with 1 this process alone.
    scheduler
        A running Dask scheduler instead, as `specoracle.ingest.cluster.connect` takes it;
        its workers must see the files and the archive under the same paths.
    files_per_part
        Files a task; a fair share of at most 512 when left out.
    announce
        Called once, before the first file is read, with what is to be expected.
    progress
        Called with files done and files to do.

    Raises
    ------
    ArchiveError
        If the sources are empty, no spectrum could be read, the disk cannot hold the
        archive, recipe or loader are not the archive's, or the scheduler or all workers
        are lost or not like this machine.
    LoaderError
        If there is no such loader.
    BusyError
        If another ingest into this archive is running.
    """
    layout = Layout(Path(folder).resolve())
    migrate(layout)
    chosen = chosen_loader(loader)
    recipe = _matching_facts(layout, recipe, chosen).recipe
    files = discover(sources, chosen)
    rates = sample(files, recipe, chosen)
    expect = partial(forecast, rates, n_workers=n_workers, folder=layout.folder)
    if not layout.facts.exists():
        refuse_when_full(expect(len(files)), layout.folder)
    try:
        layout.folder.mkdir(parents=True, exist_ok=True)
        with exclusive(layout):
            for place in layout.folders:
                sweep(place)
            n_likely = n_workers if scheduler is None else LIKELY_CLUSTER
            size = files_per_part or fair_part(len(files), n_likely)
            facts = _plan(layout, files, _matching_facts(layout, recipe, chosen), size)
            files.clear()  # from here on the plan says it, one group at a time
            n_files = count_missing(layout)
            refuse_when_full(expect(n_files), layout.folder)
            with crew(scheduler, n_workers=n_workers, idle=not n_files) as people:
                if announce is not None:
                    announce(expect(n_files, n_workers=people.n_workers))
                groups = _assemble(layout, facts, people, n_files, progress, chosen)
            sweep(layout.parts)  # of workers that were killed while they wrote
            close_books(layout, groups)
    except OSError as reason:
        raise _explain(layout, reason) from reason
    return _count(layout, n_files)


def _matching_facts(
    layout: Layout, recipe: Recipe | None, loader: Chosen | None
) -> ArchiveFacts:
    record = {} if loader is None else loader.record()
    if not layout.facts.exists():
        return ArchiveFacts(recipe=recipe or recipe_named("halpha"), loader=record)
    facts = read_facts(layout)
    recipe = recipe or facts.recipe
    if facts.recipe.record() != recipe.record():
        raise ArchiveError(
            f"{layout.folder}: expected the archive's own recipe {facts.recipe}, got "
            f"{recipe}. Choose another folder for another recipe."
        )
    if facts.loader != record:
        raise ArchiveError(
            f"{layout.folder}: expected the archive's own loader, {_loader(facts.loader)}, "
            f"got {_loader(record)}. Choose another folder for another loader."
        )
    # The one given: steps of somebody's own cannot be had from the archive.
    return replace(facts, recipe=recipe)


def _loader(record: dict[str, str]) -> str:
    if not record:
        return "the first that recognises a file"
    digest = record.get("sha256", "")
    return f"{record['name']!r}" + (f" of SHA-256 {digest[:12]}…" if digest else "")


def _plan(
    layout: Layout, files: Sequence[SurveyFile], facts: ArchiveFacts, size: int
) -> ArchiveFacts:
    """Plan the files that no earlier plan holds."""
    known = digests(f for group in read_plans(layout) for p in group.parts for f in p.files)
    new = files
    if known.size:
        planned = np.isin(digests(files), known)
        new = [files[place] for place in np.flatnonzero(~planned).tolist()]
    for root in sorted({file.root for file in new}):
        _, facts = facts.with_root(Path(root))
    write_facts(layout, facts)
    if new:
        n_pixels = facts.recipe.grid.n_pixels
        write_plan(layout, new, files_per_part=size, n_pixels=n_pixels)
    return facts


def _assemble(
    layout: Layout,
    facts: ArchiveFacts,
    people: Crew,
    n_files: int,
    progress: Progress | None,
    loader: Chosen | None,
) -> list[Group]:
    roots = {path: name for name, path in facts.roots.items()}
    order = Order(
        folder=layout.folder,
        recipe=facts.recipe,
        roots=roots,
        software=software(),
        loader=loader,
    )
    return Assembly(layout, KnownIdentifiers(layout)).run(people, order, n_files, progress)


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
    """Count what the archive refused: files, and spectra of files with several."""
    return len(refused_files(layout))


def refused_files(layout: Layout) -> list[Refused]:
    """Read ``rejected.csv``, which a first ingest that was cut short has not written."""
    if not layout.rejected.exists():
        return []
    with layout.rejected.open(newline="", encoding="utf-8") as file:
        return [Refused(**row) for row in csv.DictReader(file)]
