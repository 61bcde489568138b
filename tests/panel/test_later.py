import asyncio
from selectors import SelectSelector

from specoracle.panel.later import Later


class Clock(SelectSelector):
    """What an event loop waits for is there at once, and its clock is put forward."""

    now = 0.0

    def select(self, timeout=None):
        self.now += timeout or 0.0
        return super().select(timeout and 0)


def calls_of(asks, *, seconds=0.03, restarts=False):
    """Ask at these times [s]; returns when it was called back."""
    clock, calls = Clock(), []
    loop = asyncio.SelectorEventLoop(clock)
    loop.time = lambda: clock.now

    async def page():
        later = Later(lambda: calls.append(clock.now), seconds, restarts=restarts)
        for when in asks:
            await asyncio.sleep(when - clock.now)
            later()
        await asyncio.sleep(seconds + 0.2)

    loop.run_until_complete(page())
    loop.close()
    return [round(when, 6) for when in calls]


def test_what_is_asked_for_many_times_is_done_once_a_little_later():
    assert calls_of([0, 0.01, 0.02], seconds=0.2) == [0.2]


def test_what_is_asked_for_again_after_it_was_done_is_done_again():
    assert calls_of([0, 0.5], seconds=0.1) == [0.1, 0.6]


def test_what_waits_for_rest_waits_from_the_last_time():
    assert calls_of([0, 0.2, 0.4], seconds=0.3, restarts=True) == [0.7]


def test_a_script_waits_for_nothing():
    calls = []
    Later(lambda: calls.append(1))()
    assert calls == [1]


def test_what_is_cancelled_is_not_done():
    async def page():
        calls = []
        later = Later(lambda: calls.append(1), 0.01)
        later()
        later.cancel()
        await asyncio.sleep(0.1)
        return calls

    assert asyncio.run(page()) == []
