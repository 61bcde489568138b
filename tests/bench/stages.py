"""Where the time of an ingest goes, in µs a file.

Each stage is a function of ours with a clock around it. What it spends in another stage
counts there, so the stages add up; what no stage claims is "the rest".
"""

import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from pkgutil import resolve_name
from unittest.mock import patch

from verdict import columns

from specoracle.ingest import ingest
from specoracle.recipes.built_in import recipe_named

STAGES = {
    "discover": ["specoracle.ingest.ingest.discover"],
    "forecast": ["specoracle.ingest.ingest.sample"],
    "plan": ["specoracle.ingest.ingest._plan"],
    "read": ["specoracle.loaders.content._read"],
    "gunzip": ["specoracle.loaders.content._unpack"],
    "parse": ["specoracle.ingest.task.read_by"],
    "prepare": [
        "specoracle.recipes.recipe.Recipe.cut",
        "specoracle.recipes.recipe.Recipe.prepare",
    ],
    "part, columns": ["specoracle.ingest.task._rows"],
    "part, write": ["specoracle.ingest.task.write_part"],
    "pack": ["specoracle.ingest.assembly.pack"],
    "books": ["specoracle.ingest.ingest.close_books"],
}
"""Functions of ours by stage, under the names by which they are called."""


class Stopwatch:
    """Seconds of each stage, without those of stages inside it."""

    def __init__(self):
        self.seconds = Counter()
        self._inner = [0.0]

    def timed(self, stage, function):
        """The function, with its time added to the stage."""

        def call(*arguments, **settings):
            self._inner.append(0.0)
            begun = time.perf_counter()
            try:
                return function(*arguments, **settings)
            finally:
                took = time.perf_counter() - begun
                self.seconds[stage] += took - self._inner.pop()
                self._inner[-1] += took

        return call


def stages(source, n_files):
    """Ingest a folder in this process: µs a file of each stage, and of all together."""
    watch = Stopwatch()
    with tempfile.TemporaryDirectory(dir=source.parent) as folder, _watched(watch):
        begun = time.perf_counter()
        ingest.ingest_survey(
            [str(source)],
            Path(folder) / "archive",
            recipe=recipe_named("halpha"),
            n_workers=1,
        )
        total = time.perf_counter() - begun
    taken = {stage: 1e6 * watch.seconds[stage] / n_files for stage in STAGES}
    taken["the rest"] = 1e6 * (total - watch.seconds.total()) / n_files
    return taken | {"all": 1e6 * total / n_files}


def table(taken):
    """Lines with each stage and its share."""
    rows = [(s, f"{v:.1f}", f"{100 * v / taken['all']:.0f} %") for s, v in taken.items()]
    return columns(("stage", "µs a file", "share"), rows)


@contextmanager
def _watched(watch):
    with ExitStack() as patches:
        for stage, names in STAGES.items():
            for owner, attribute in map(_find, names):
                timed = watch.timed(stage, getattr(owner, attribute))
                patches.enter_context(patch.object(owner, attribute, timed))
        yield


def _find(name):
    """The module or the class that a name is looked up in, and its last word."""
    owner, attribute = name.rsplit(".", 1)
    return resolve_name(owner), attribute
