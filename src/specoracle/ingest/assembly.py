"""From plan to shards: parts are done by a crew, and packed group by group in order.

Of the plan only the groups that are under way are held, so memory does not grow with the
number of files.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from specoracle.archive.known import KnownIdentifiers
from specoracle.archive.layout import Layout
from specoracle.ingest.crew import Crew
from specoracle.ingest.pack import pack, shard_path
from specoracle.ingest.plan import Group, Part, read_plans
from specoracle.ingest.task import part_path
from specoracle.ingest.worker import Order

Progress = Callable[[int, int], None]


def missing(layout: Layout, group: Group) -> list[Part]:
    """Return the parts of a group that are still to be done."""
    if shard_path(layout, group).exists():
        return []
    return [p for p in group.parts if not part_path(layout, p.name).exists()]


def count_missing(layout: Layout) -> int:
    """Count the files of all parts that are still to be done."""
    groups = read_plans(layout)
    return sum(len(part.files) for group in groups for part in missing(layout, group))


@dataclass
class Assembly:
    """The groups of a plan on their way into shards."""

    layout: Layout
    known: KnownIdentifiers
    _undone: set[str] = field(default_factory=set)
    _waiting: deque[Group] = field(default_factory=deque)
    _packed: list[Group] = field(default_factory=list)

    def run(
        self, crew: Crew, order: Order, n_files: int, progress: Progress | None
    ) -> list[Group]:
        """Do all that is missing; return all groups, without their parts.

        Parameters
        ----------
        crew
            Who does the parts.
        order
            What is done with each.
        n_files
            Files to do, for ``progress``.
        progress
            Called with files done and files to do.
        """
        n_done = 0
        for count in crew.completed(order, self._parts()):
            n_done += count.n_files
            self._undone.remove(count.name)
            if progress is not None:
                progress(n_done, n_files)
            self._pack_ready()
        return self._packed

    def _pack_ready(self) -> None:
        # A part that is on disk and not yet reported is done again if its worker dies.
        while self._waiting and self._undone.isdisjoint(
            p.name for p in self._waiting[0].parts
        ):
            group = self._waiting.popleft()
            pack(self.layout, group, self.known)
            self._packed.append(Group(group.name, ()))

    def _parts(self) -> Iterator[Part]:
        for group in read_plans(self.layout):
            self._waiting.append(group)
            todo = missing(self.layout, group)
            self._undone.update(part.name for part in todo)
            if not todo:
                self._pack_ready()
            yield from todo
