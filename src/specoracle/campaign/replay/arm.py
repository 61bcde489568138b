"""The arms of a comparison: presets, and single strategies with the network of one."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from zlib import crc32

import numpy as np

from specoracle.campaign.facts import MIXED, PRESETS, CampaignFacts, Preset
from specoracle.errors import CampaignError
from specoracle.query.names import BLIND, StrategyName
from specoracle.query.shares import Stream

PARTS = ("ensemble", "alike", "likely", "random", "artefact")
"""What an arm may leave out of a preset with a mixed batch."""


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
    lacks
        What of the preset is left out: a stream of its batch, whose places go to margin;
        ``"ensemble"``, for a single network; or ``"alike"``, for a first batch that knows
        no known members.
    """

    name: str
    preset: str
    strategy: str | None
    lacks: str | None = None

    @property
    def is_blind(self) -> bool:
        """Whether its model is of no use between two looks at it: no question needs one."""
        return self.strategy in BLIND


def arm_named(words: str) -> Arm:
    """Read ``PRESET``, ``PRESET~PART``, ``STRATEGY`` or ``STRATEGY@PRESET``.

    A strategy alone has the network of ``default``, or of ``skoda2020`` where there is no
    such preset.

    Raises
    ------
    CampaignError
        If preset, part or strategy is unknown.

    Examples
    --------
    >>> arm_named("random@skoda2020").strategy
    'random'
    >>> arm_named("default~ensemble").lacks
    'ensemble'
    """
    if "~" in words:
        return _lacking(words)
    strategy, _, preset = words.partition("@")
    if not preset and strategy in PRESETS:
        return Arm(name=words, preset=strategy, strategy=None)
    preset = preset or ("default" if "default" in PRESETS else "skoda2020")
    if strategy not in list(StrategyName) or preset not in PRESETS:
        raise CampaignError(
            f"Replay: expected a preset ({', '.join(PRESETS)}), a strategy "
            f"({', '.join(StrategyName)}) or STRATEGY@PRESET, got {words!r}. Correct it."
        )
    return Arm(name=words, preset=preset, strategy=strategy)


def _lacking(words: str) -> Arm:
    preset, _, part = words.partition("~")
    if preset not in PRESETS or PRESETS[preset].strategy != MIXED or part not in PARTS:
        mixed = [name for name, each in PRESETS.items() if each.strategy == MIXED]
        raise CampaignError(
            f"Replay: expected a preset ({', '.join(mixed)}) without one of "
            f"{', '.join(PARTS)}, got {words!r}. Correct it."
        )
    return Arm(name=words, preset=preset, strategy=None, lacks=part)


def arm_facts(
    arm: Arm, *, classes: tuple[str, ...], targets: tuple[str, ...], **changes: Any
) -> CampaignFacts:
    """Return the campaign of an arm.

    It has no estimation sample and no blind repeats, as a replay knows the truth.
    """
    preset = PRESETS[arm.preset]
    shared = {f.name for f in fields(Preset)} & {f.name for f in fields(CampaignFacts)}
    settings: dict[str, Any] = {name: getattr(preset, name) for name in shared}
    settings |= {"preset": arm.preset, "estimation_size": 0, "estimation_growth": 0}
    # Blind repeats measure the annotator; here they would cost all arms the same.
    settings["shares"] = preset.shares.without(Stream.REPEAT)
    if arm.lacks == "ensemble":
        settings["members"] = 1
    elif arm.lacks == "alike":
        settings["alike"] = 0.0
    elif arm.lacks is not None:
        settings["shares"] = settings["shares"].without(Stream(arm.lacks))
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
