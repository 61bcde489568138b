"""The arms of a comparison: presets, and single strategies with the network of one."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from zlib import crc32

import numpy as np

from specoracle.campaign.facts import PRESETS, CampaignFacts, Preset
from specoracle.errors import CampaignError
from specoracle.query.strategy import STRATEGIES

BLIND_STRATEGIES = ("random",)
"""Strategies that see no scores; their model is of no use between two looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What is compared.

    Attributes
    ----------
    name
        As on the command line.
    preset
        Preset of the network.
    strategy
        Strategy instead of the preset's; ``None`` for the preset as it is.
    """

    name: str
    preset: str
    strategy: str | None

    @property
    def is_blind(self) -> bool:
        """Whether its questions do not depend on any model."""
        return self.strategy in BLIND_STRATEGIES


def arm_named(words: str) -> Arm:
    """Read ``PRESET``, ``STRATEGY`` or ``STRATEGY@PRESET``.

    A strategy alone has the network of ``default``, or of ``skoda2020`` where there is no
    such preset.

    Raises
    ------
    CampaignError
        If preset or strategy is unknown.

    Examples
    --------
    >>> arm_named("random@skoda2020").strategy
    'random'
    """
    strategy, _, preset = words.partition("@")
    if not preset and strategy in PRESETS:
        return Arm(name=words, preset=strategy, strategy=None)
    preset = preset or ("default" if "default" in PRESETS else "skoda2020")
    if strategy not in STRATEGIES or preset not in PRESETS:
        raise CampaignError(
            f"Replay: expected a preset ({', '.join(PRESETS)}), a strategy "
            f"({', '.join(STRATEGIES)}) or STRATEGY@PRESET, got {words!r}. Correct it."
        )
    return Arm(name=words, preset=preset, strategy=strategy)


def arm_facts(
    arm: Arm, *, classes: tuple[str, ...], targets: tuple[str, ...], **changes: Any
) -> CampaignFacts:
    """Return the campaign of an arm: no estimation sample, as a replay knows the truth."""
    preset = PRESETS[arm.preset]
    shared = {f.name for f in fields(Preset)} & {f.name for f in fields(CampaignFacts)}
    settings: dict[str, Any] = {name: getattr(preset, name) for name in shared}
    settings |= {"preset": arm.preset, "estimation_size": 0, "estimation_growth": 0}
    if arm.strategy is not None:
        settings |= {"strategy": arm.strategy, "candidate_size": 0}
    settings |= {"name": "replay", "classes": classes, "targets": targets}
    return CampaignFacts(**settings | changes)


class SometimesWrong:
    """An oracle that errs now and then, and each time in the same way.

    Parameters
    ----------
    labels
        The truth by identifier.
    classes
        What it may answer instead.
    wrong
        Share of wrong answers, 0 to 1.
    seed
        Another seed, other errors.
    """

    def __init__(
        self, labels: Mapping[str, str], classes: tuple[str, ...], wrong: float, seed: int
    ) -> None:
        self._labels = labels
        self._classes = classes
        self._wrong = wrong
        self._seed = seed

    def __call__(self, identifier: str) -> str | None:
        """Return the answer for a spectrum."""
        label = self._labels.get(identifier)
        rng = np.random.default_rng([self._seed, 17, crc32(identifier.encode())])
        if label is None or rng.random() >= self._wrong:
            return label
        return str(rng.choice([name for name in self._classes if name != label]))
