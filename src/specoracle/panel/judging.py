"""A thread that judges a campaign for whoever asks: the page goes on meanwhile."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from specoracle.campaign.campaign import Campaign

if TYPE_CHECKING:
    from specoracle.report.judged_round import JudgedRound

Answer = TypeVar("Answer")
Question = Callable[[Campaign, "JudgedRound | None"], Answer]
"""What takes a campaign and a trained round, ``None`` before the first."""


class Judging:
    """What is known of a campaign's trained rounds, by the labels there are.

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
        self._judged: dict[int, JudgedRound] = {}
        self._state: tuple[int | None, int] | None = None
        self._is_open = True

    def ask(self, question: Question[Answer], number: int | None = None) -> Future[Answer]:
        """Have a question answered; exceptions come with the answer.

        Parameters
        ----------
        question
            What is asked.
        number
            About which round; about the last one when left out, or where there is none
            of that number.
        """
        return self._thread.submit(self._answer, question, number)

    def close(self) -> None:
        """Answer nothing any more."""
        if self._is_open:
            self._is_open = False
            self._thread.submit(self._leave)
            self._thread.shutdown(wait=False)

    def _answer(self, question: Question[Answer], number: int | None) -> Answer:
        if not self._is_open:
            raise CancelledError
        campaign = self._campaign = self._campaign or Campaign.open(*self._where)
        last = campaign.last_trained
        if (last, campaign.sequence) != self._state:
            self._judged = {}
            self._state = (last, campaign.sequence)
        if last is None:
            return question(campaign, None)
        if number is None or number not in campaign.trained_rounds:
            number = last
        return question(campaign, self._round(campaign, number))

    def _round(self, campaign: Campaign, number: int) -> "JudgedRound":
        # Half of the page's loading time if it stood above, for nothing seen at first.
        from specoracle.report.judged_round import JudgedRound

        if number not in self._judged:
            self._judged[number] = JudgedRound(campaign, number)
        return self._judged[number]

    def _leave(self) -> None:
        if self._campaign is not None:
            self._campaign.close()
