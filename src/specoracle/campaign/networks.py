"""The classifier that a preset trains."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from specoracle.campaign.facts import PRESETS, CampaignFacts
from specoracle.campaign.scoring import Classifier
from specoracle.errors import MissingExtraError

if TYPE_CHECKING:
    from specoracle.models.warm_start import Start

Progress = Callable[[str, float], None]


def preset_classifier(
    facts: CampaignFacts,
    *,
    seed: int,
    checkpoint: Path,
    progress: Progress,
    before: Path | None = None,
) -> Classifier:
    """Make the classifier of a campaign's preset, not trained yet.

    Parameters
    ----------
    facts
        Of the campaign.
    seed
        Of everything random in the training.
    checkpoint
        File that a training which is killed goes on from.
    progress
        Called with what is being done and the share of the round.
    before
        Folder of the last trained round, whose weights a warm start begins with.

    Raises
    ------
    MissingExtraError
        If torch or scikit-learn is not installed.
    """
    try:
        from specoracle.models.classifier import NetworkClassifier
        from specoracle.models.ensemble import EnsembleClassifier
        from specoracle.models.member import Course
    except ImportError as reason:
        raise MissingExtraError(
            f"Training: expected torch and scikit-learn, got {reason}. Install them with "
            "pip install 'specoracle[models]'."
        ) from reason

    def epochs(done: int, most: int) -> None:
        # Most trainings stop early, so the bar approaches its end and never claims it.
        progress(f"Training, epoch {done}", 0.55 * (1 - np.exp(-done / min(most, 60))))

    preset = PRESETS[facts.preset]
    # A preset of one network is trained as its paper says; members of others are not.
    if preset.members == facts.n_members == 1 and not facts.warm_start:
        return NetworkClassifier(
            preset.network,
            seed=seed,
            max_epochs=facts.max_epochs,
            checkpoint=checkpoint,
            progress=epochs,
        )
    return EnsembleClassifier(
        preset.network,
        members=facts.n_members,
        course=Course(max_epochs=facts.max_epochs),
        seed=seed,
        start=_start(before) if facts.warm_start else None,
        checkpoint=checkpoint,
        progress=epochs,
    )


def _start(folder: Path | None) -> "Start | None":
    """Weights of a saved ensemble; ``None`` where the round had another classifier."""
    from specoracle.models.ensemble import EnsembleClassifier
    from specoracle.models.saved import WEIGHTS, load_model
    from specoracle.models.warm_start import Start

    if folder is None or not (folder / WEIGHTS).exists():
        return None
    model, _ = load_model(folder)
    return Start.of(model) if isinstance(model, EnsembleClassifier) else None
