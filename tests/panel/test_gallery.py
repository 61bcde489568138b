import numpy as np
import pytest

from specoracle.journal.event import BLIND_ROLES, Action
from specoracle.panel.gallery import Gallery, thumbnails


@pytest.fixture
def batch(campaign, request):
    # An annotator of its own, because the workspace is that of all tests.
    return campaign.batch(request.node.name)


@pytest.fixture
def sent():
    return []


@pytest.fixture
def gallery(campaign, batch, sent, monkeypatch):
    made = Gallery(campaign, batch)
    monkeypatch.setattr(
        made, "send", lambda content, buffers: sent.append((content, buffers))
    )
    made._handle_custom_msg({"action": "open", "first": 0}, [])
    yield made
    made.close()


def says(gallery, **content):
    gallery._handle_custom_msg(content, [])


def test_a_page_holds_every_spectrum_once_with_its_thumbnail(gallery, batch, sent):
    names = [member.identifier for member in batch.members]
    assert [m["identifier"] for m in gallery.shown["members"]] == names
    (content, buffers) = sent[0]
    assert content["identifiers"] == names
    assert len(buffers) == 2 * len(names)
    assert sum(map(len, buffers)) < 1000 * len(names)


def test_a_thumbnail_is_the_prepared_spectrum(gallery, campaign, batch):
    names = [batch.members[0].identifier]
    ((wavelength, flux),) = thumbnails(campaign, names)
    prepared = campaign.prepared(names[0])
    good = prepared.ivar > 0
    np.testing.assert_allclose(wavelength, prepared.wavelength)
    np.testing.assert_allclose(flux[good], prepared.flux[good], rtol=1e-6)
    assert np.isnan(flux[~good]).all()


def test_a_label_falls_on_the_spectrum_it_names_whatever_is_current(gallery, batch):
    target = batch.members[7].identifier
    assert batch.current.identifier != target
    says(gallery, action="label", value="emission", identifiers=[target])
    assert {i: a.value for i, a in batch.answers.items()} == {target: "emission"}


def test_the_rest_are_labelled_except_answers_and_measurements(gallery, batch):
    asked = [m.identifier for m in batch.members if m.role not in BLIND_ROLES]
    first, second = asked[:2]
    batch.label("double-peak", identifier=first)
    batch.skip(identifier=second)
    everything = [member.identifier for member in batch.members]
    says(gallery, action="rest", value="absorption", identifiers=everything)
    for member in batch.members:
        answer = batch.answers.get(member.identifier)
        if member.role in BLIND_ROLES:
            assert answer is None
        elif member.identifier == first:
            assert answer.value == "double-peak"
        elif member.identifier == second:
            assert answer.skipped
        else:
            assert answer.value == "absorption"


def test_the_rest_are_only_those_that_the_page_showed(gallery, batch):
    seen = [m.identifier for m in batch.members if m.role not in BLIND_ROLES][:3]
    says(gallery, action="rest", value="absorption", identifiers=[*seen, "elsewhere"])
    assert sorted(batch.answers) == sorted(seen)


def test_every_answer_for_the_rest_is_an_event_and_can_be_undone(gallery, batch, campaign):
    names = [m.identifier for m in batch.members if m.role not in BLIND_ROLES][:4]
    says(gallery, action="rest", value="absorption", identifiers=names)
    events = [r.event for r in campaign.journal.events("stars")]
    mine = [e for e in events if e.annotator == batch.annotator]
    assert [(e.action, e.identifier) for e in mine] == [(Action.LABEL, n) for n in names]
    for _ in names:
        batch.undo()
    assert not any(answer.value for answer in batch.answers.values())


def test_what_cannot_be_saved_is_said(gallery, batch):
    says(
        gallery,
        action="label",
        value="no such class",
        identifiers=[batch.members[0].identifier],
    )
    assert gallery.shown["failed"]
    assert "Not saved" in gallery.shown["message"]
    assert batch.answers == {}


def test_one_is_opened_large(gallery, batch):
    target = batch.members[5].identifier
    says(gallery, action="look", identifiers=[target])
    assert batch.current.identifier == target


def test_a_closed_gallery_costs_nothing(gallery, batch):
    says(gallery, action="close")
    changes = []
    gallery.observe(changes.append, names="shown")
    batch.label("emission")
    assert changes == []


def test_a_page_beyond_the_end_is_the_last_one(gallery):
    says(gallery, action="open", first=10_000)
    assert gallery.shown["first"] == 0
