"""A thread that judges a campaign for whoever asks: the page goes on meanwhile."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from specoracle.campaign.campaign import Campaign

if TYPE_CHECKING:
    from specoracle.report.judged_round import JudgedRound

Answer = TypeVar("Answer")
Question = Callable[[Campaign, "JudgedRound | None"], Answer]
"""What takes a campaign and its last trained round, ``None`` before the first."""


class Judging:
    """What is known of a campaign's last trained round, by the labels there are.

    Questions are answered one after the other. What several of them rest on is computed
    once, and again only when there are new events or a new round.

    Parameters
    ----------
    campaign
        Whose rounds; the thread opens it once more for itself.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._where = (campaign.workspace.folder, campaign.name)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="judging")
        self._campaign: Campaign | None = None
        self._judged: JudgedRound | None = None
        self._state: tuple[int | None, int] | None = None
        self._is_open = True

    def ask(self, question: Question[Answer]) -> Future[Answer]:
        """Have a question answered; exceptions come with the answer."""
        return self._thread.submit(self._answer, question)

    def close(self) -> None:
        """Answer nothing any more."""
        if self._is_open:
            self._is_open = False
            self._thread.submit(self._leave)
            self._thread.shutdown(wait=False)

    def _answer(self, question: Question[Answer]) -> Answer:
        if not self._is_open:
            raise CancelledError
        # Half of the page's loading time if it stood above, for nothing seen at first.
        from specoracle.report.judged_round import JudgedRound

        campaign = self._campaign = self._campaign or Campaign.open(*self._where)
        number = campaign.last_trained
        state = (number, campaign.sequence)
        if state != self._state:
            self._judged = None if number is None else JudgedRound(campaign, number)
            self._state = state
        return question(campaign, self._judged)

    def _leave(self) -> None:
        if self._campaign is not None:
            self._campaign.close()
