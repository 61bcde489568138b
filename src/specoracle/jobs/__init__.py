"""Background work that outlives the page that started it."""

from specoracle.jobs.record import JobRecord, Phase
from specoracle.jobs.runner import abort, start
from specoracle.jobs.store import JobStore, latest

__all__ = ["JobRecord", "JobStore", "Phase", "abort", "latest", "start"]
