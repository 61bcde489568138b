"""What jobs do, by kind: each a function of a workspace, parameters and a progress."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Progress = Callable[[str, float], None]
Work = Callable[[Path, dict[str, Any], Progress], str]


def train_round(workspace: Path, parameters: dict[str, Any], progress: Progress) -> str:
    """Train the next round of ``parameters["campaign"]``."""
    from specoracle.campaign.campaign import Campaign
    from specoracle.campaign.transition import next_round

    campaign = Campaign.open(workspace, parameters["campaign"])
    try:
        number = next_round(campaign, progress=progress)
    finally:
        campaign.close()
    return f"Round {number} is open"


def ingest_files(workspace: Path, parameters: dict[str, Any], progress: Progress) -> str:
    """Ingest ``parameters["sources"]`` by ``parameters["recipe"]``."""
    from specoracle.ingest.ingest import ingest_survey
    from specoracle.recipes.recipe_file import find_recipe

    def files(done: int, total: int) -> None:
        progress(f"{done:,} of {total:,} files", done / max(total, 1))

    count = ingest_survey(
        parameters["sources"],
        workspace / "archive",
        recipe=find_recipe(parameters["recipe"]),
        n_workers=parameters.get("workers", 1),
        scheduler=parameters.get("scheduler"),
        progress=files,
    )
    return f"{count.n_spectra:,} spectra in the archive, {count.n_refused:,} refused"


KINDS: dict[str, Work] = {"ingest": ingest_files, "round": train_round}
"""What can be done in the background, by name."""
