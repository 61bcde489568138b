"""Ingest with workers that SLURM starts one by one, through dask-jobqueue.

Run it where it may run for hours, such as in a small job of its own:
``python jobqueue.py ARCHIVE SRC...``. Workers that have to wait in the queue join later.
"""

import sys
from pathlib import Path

from dask_jobqueue import SLURMCluster
from distributed import Client
from distributed.security import Security

from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named

if __name__ == "__main__":
    archive, *sources = sys.argv[1:]
    folder = Path.home() / ".specoracle-jobqueue"  # seen by all nodes; holds a key
    folder.mkdir(mode=0o700, exist_ok=True)
    with (
        SLURMCluster(
            queue="short",
            walltime="00:30:00",
            cores=1,
            processes=1,
            memory="2GiB",
            local_directory="$TMPDIR",
            protocol="tls://",
            security=Security.temporary(),
            shared_temp_directory=folder,
            scheduler_options={"dashboard_address": ":0"},
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        cluster.scale(jobs=4)
        recipe = recipe_named("halpha")
        ingest_survey(sources, Path(archive), recipe=recipe, scheduler=client)
