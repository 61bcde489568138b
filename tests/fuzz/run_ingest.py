"""One ingest in a process of its own, with parts, shards and memory of a given size.

Called with the settings as JSON. Prints the most memory that one of its processes held
[bytes] and ends with 0, or with a traceback and 1.
"""

import json
import os
import resource
import sys
from pathlib import Path

from specoracle.errors import ArchiveError
from specoracle.ingest import plan
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named


def delete_when_planned(paths):
    """Let files vanish after the folder was listed and before one of them is read."""

    def watch(event, args):
        if event == "os.rename" and str(args[1]).endswith(".jsonl"):
            for path in paths:
                Path(path).unlink(missing_ok=True)

    sys.addaudithook(watch)


def main(
    sources,
    folder,
    *,
    n_workers=2,
    files_per_part=256,
    shard_bytes=plan.SHARD_BYTES,
    address_space=None,
    vanishing=(),
):
    plan.SHARD_BYTES = shard_bytes
    if address_space:
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    delete_when_planned(vanishing)
    try:
        ingest_survey(
            sources,
            Path(folder),
            recipe=recipe_named("halpha"),
            n_workers=n_workers,
            files_per_part=files_per_part,
        )
    except ArchiveError as reason:
        if "at least one readable spectrum" not in str(reason):
            raise


def peak():
    """Most bytes resident at once in this process, or in one that it has waited for."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return 1024 * max(resource.getrusage(one).ru_maxrss for one in whose)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(**json.loads(sys.argv[1]))
    sys.stdout.write(f"{peak()}\n")
