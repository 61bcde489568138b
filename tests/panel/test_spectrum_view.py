import asyncio

import numpy as np
import pytest

from specoracle.panel.known import Known
from specoracle.panel.spectrum_view import SpectrumView


def on_a_page(campaign, act, *, annotator="vera"):
    """Run a view as a page does, with a loop; returns what it sent."""
    batch = campaign.batch(annotator)
    sent = []

    async def page():
        view = SpectrumView(campaign, batch, Known(campaign, batch))
        view.send = lambda content, buffers=None: sent.append((content, buffers or []))
        view.sent = sent
        await act(view, batch)
        view.close()

    asyncio.run(page())
    return batch, sent


async def until_sent(view, n):
    """Until so many spectra are sent; they are read in a thread."""
    async with asyncio.timeout(60):
        while len(names(view.sent)) < n:
            await asyncio.sleep(0.01)


def n_around(batch):
    """How many are sent: the present one, twelve that follow, and the one before."""
    start = batch.current.position
    return len(batch.members[start : start + 13]) + min(start, 1)


def names(sent):
    return [content["identifier"] for content, _ in sent if content["kind"] == "spectrum"]


def test_a_page_that_opens_gets_the_present_spectrum_first_and_then_what_follows(campaign):
    async def act(view, batch):
        view._handle_custom_msg({"kind": "ready"}, [])
        await until_sent(view, n_around(batch))

    batch, sent = on_a_page(campaign, act)
    start = batch.current.position
    expected = [m.identifier for m in batch.members[start : start + 11]]
    assert names(sent)[: len(expected)] == expected
    assert len(names(sent)) == len(set(names(sent)))


def test_nothing_is_sent_before_a_page_listens(campaign):
    async def act(view, batch):
        await asyncio.sleep(0.5)

    assert on_a_page(campaign, act)[1] == []


def test_a_page_that_opens_again_gets_everything_again(campaign):
    async def act(view, batch):
        for times in (1, 2):
            view._handle_custom_msg({"kind": "ready"}, [])
            await until_sent(view, times * n_around(batch))

    _, sent = on_a_page(campaign, act)
    half = len(sent) // 2
    assert sorted(names(sent)[:half]) == sorted(names(sent)[half:])


def test_a_page_is_sent_what_it_has_forgotten(campaign):
    async def act(view, batch):
        view._handle_custom_msg({"kind": "ready"}, [])
        view._handle_custom_msg(
            {"kind": "want", "identifier": batch.members[0].identifier}, []
        )

    batch, sent = on_a_page(campaign, act)
    assert names(sent)[-1] == batch.members[0].identifier


def test_every_message_holds_the_numbers_of_the_spectrum_that_it_names(campaign):
    async def act(view, batch):
        view._handle_custom_msg({"kind": "ready"}, [])
        await until_sent(view, n_around(batch))

    _, sent = on_a_page(campaign, act)
    for content, buffers in sent:
        prepared = campaign.prepared(content["identifier"])
        scale = content["about"]["prepared"]["quantised"]
        steps = np.frombuffer(buffers[4], "<u2").astype(float)
        flux = np.where(steps == 0, np.nan, scale["low"] + (steps - 1) * scale["step"])
        expected = np.where(prepared.ivar > 0, prepared.flux, np.nan)
        np.testing.assert_allclose(flux, expected, atol=1e-4)


def test_a_spectrum_that_cannot_be_read_says_so_and_the_desk_goes_on(campaign):
    async def act(view, batch):
        view._handle_custom_msg({"kind": "ready"}, [])
        view._handle_custom_msg({"kind": "want", "identifier": "lamost:nowhere"}, [])

    _, sent = on_a_page(campaign, act)
    assert "cannot be read" in sent[-1][0]["about"]["error"]


def test_four_thousand_pixels_travel_in_less_than_forty_kilobytes(campaign):
    async def act(view, batch):
        view._handle_custom_msg({"kind": "ready"}, [])

    _, sent = on_a_page(campaign, act)
    assert sum(map(len, sent[0][1])) < 40_000


@pytest.mark.parametrize("name", ["means", "neighbours", "object"])
def test_curves_to_compare_with_are_sent_when_asked_for(campaign, name):
    async def act(view, batch):
        message = {"kind": "overlay", "name": name, "identifier": batch.current.identifier}
        view._handle_custom_msg(message, [])

    batch, sent = on_a_page(campaign, act)
    content, buffers = sent[-1]
    assert (content["name"], content["identifier"]) == (name, batch.current.identifier)
    assert len(buffers) == 2 * len(content["curves"])
    if name == "means":
        labels = campaign.labels()
        assert {curve["label"] for curve in content["curves"]} == {
            f"{label}, mean of {list(labels.values()).count(label)}"
            for label in set(labels.values())
        }
