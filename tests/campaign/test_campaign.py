import json
import shutil

import filelock
import numpy as np
import pytest

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.workspace import Workspace
from specoracle.errors import BusyError, CampaignError, LoaderError, SpecoracleError
from specoracle.ingest.ingest import ingest_survey
from specoracle.journal.event import Role
from specoracle.recipes.built_in import recipe_named


def test_round_zero_mixes_a_random_batch_with_the_estimation_sample(campaign):
    roles = [member.role for member in campaign.batch("vera").members]
    sample = campaign.sample()
    marked = campaign.journal.would_be_asked("hunt")
    assert roles.count(Role.ESTIMATION) == len(sample) >= 10
    assert roles.count(Role.ORACLE) + len(marked) == 12
    assert {Role.ESTIMATION, Role.ORACLE} <= set(roles[: len(roles) // 2])


def test_no_spectrum_of_bad_quality_is_asked_about(campaign):
    names = [member.identifier for member in campaign.batch("vera").members]
    rows = campaign.archive.rows(names)
    assert (campaign.archive.column("quality", rows) == 0).all()


def test_the_same_seed_opens_the_same_batch(space, facts):
    first = create_campaign(space, facts(name="one"))
    second = create_campaign(space, facts(name="two"))
    assert first.batch("v").members == second.batch("v").members
    first.close()
    second.close()


def test_a_name_is_taken_once(campaign, space, facts):
    with pytest.raises(CampaignError, match="got one that exists"):
        create_campaign(space, facts())


def test_a_campaign_that_was_not_created_to_the_end_is_finished(space, facts):
    # As a kill before the round was opened would leave it.
    facts().write(space.campaign("hunt").facts)
    with pytest.raises(CampaignError, match="Create it again"):
        Campaign(space, "hunt").batch("vera")
    campaign = create_campaign(space, facts())
    assert campaign.round_number == 0
    campaign.close()


def test_an_unknown_campaign_is_refused_with_the_known_ones(campaign, space):
    with pytest.raises(CampaignError, match=r"campaigns \(hunt\), got 'hant'"):
        Campaign(space, "hant")


def test_a_folder_without_an_archive_is_refused(tmp_path):
    with pytest.raises(CampaignError, match="expected a workspace with an archive"):
        Campaign.open(tmp_path, "hunt")


def test_estimation_answers_are_never_trained_on(campaign, truth):
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    assert not campaign.training_labels().keys() & campaign.sample()
    assert campaign.labels().keys() >= campaign.sample()


def test_imported_labels_of_sample_members_are_not_trained_on(campaign, truth):
    one = next(iter(campaign.sample()))
    campaign.import_labels({one: truth[one]}, annotator="catalogue")
    assert one not in campaign.training_labels()


@pytest.mark.parametrize(
    ("labels", "complaint"),
    [
        ({"star": "nova"}, "expected classes of"),
        ({"lamost:0-X_sp00-000": "emission"}, "archive"),
    ],
)
def test_a_table_of_labels_with_an_error_is_refused_whole(campaign, labels, complaint):
    with pytest.raises(SpecoracleError, match=complaint):
        campaign.import_labels(labels, annotator="catalogue")
    assert campaign.labels() == {}


def test_the_raw_spectrum_is_read_again_from_the_survey_file(campaign):
    name = campaign.batch("vera").members[0].identifier
    observed, prepared = campaign.observed(name), campaign.prepared(name)
    again = np.interp(prepared.wavelength, observed.wavelength, observed.flux)
    row = campaign.archive.rows([name])
    gain = campaign.archive.column("gain", row)[0]
    offset = campaign.archive.column("offset", row)[0]
    np.testing.assert_allclose(
        offset + gain * prepared.flux, again, rtol=1e-5, atol=1e-5 * gain
    )


OWN = """
import numpy as np
import specoracle

def load(path):
    for number, line in enumerate(path.read_text().splitlines()):
        flux = np.array(line.split(), float)
        yield specoracle.spectrum(
            f"mine:{path.stem}-{number}", 6300 + 0.5 * np.arange(flux.size), flux,
            medium="vacuum",
        )
"""


@pytest.fixture
def strange(tmp_path, facts):
    """Make a workspace whose archive was made by a loader that was chosen."""

    def make(loader, texts):
        for name, text in texts.items():
            (tmp_path / "files").mkdir(exist_ok=True)
            (tmp_path / "files" / name).write_text(text)
        space = Workspace(tmp_path / "strange")
        sources = [str(tmp_path / "files")]
        recipe = recipe_named("halpha")
        ingest_survey(sources, space.archive, recipe=recipe, loader=loader, n_workers=1)
        settings = {"estimation_size": 2, "batch_size": 2, "candidate_size": 1}
        create_campaign(space, facts(**settings)).close()
        return space

    return make


def rows():
    return np.random.default_rng(1).normal(100, 1, (8, 1200)).round(3)


def test_a_loader_of_ones_own_has_to_be_passed_again(strange, tmp_path):
    (tmp_path / "mine.py").write_text(OWN)
    text = "\n".join(" ".join(map(str, row)) for row in rows())
    space = strange(str(tmp_path / "mine.py"), {"stars.flux": text})
    forgot = Campaign(space, "hunt")
    with pytest.raises(LoaderError, match=r"expected the loader 'mine.py:load'.*--loader"):
        forgot.observed("mine:stars-3")
    forgot.close()
    campaign = Campaign(space, "hunt", loader=str(tmp_path / "mine.py"))
    np.testing.assert_array_equal(campaign.observed("mine:stars-3").flux, rows()[3])
    campaign.close()


def test_options_of_tables_are_remembered_as_they_are_no_code(strange):
    def table(flux):
        lines = enumerate(flux)
        return "\n".join(f"{v} {(6300 + 0.5 * n) / 10}" for n, v in lines)

    texts = {f"star{n}.dat": table(flux) for n, flux in enumerate(rows())}
    campaign = Campaign(
        strange("table:wavelength=2,flux=1,unit=nm,medium=vacuum", texts), "hunt"
    )
    name = campaign.batch("vera").members[0].identifier
    observed = campaign.observed(name)
    np.testing.assert_allclose(observed.wavelength, 6300 + 0.5 * np.arange(1200))
    campaign.close()


def test_a_survey_file_that_is_gone_is_said_to_be(campaign, tmp_path):
    path = campaign.workspace.archive / "archive.json"
    record = json.loads(path.read_text())
    record["roots"] = {name: str(tmp_path / "gone") for name in record["roots"]}
    path.write_text(json.dumps(record))
    moved = Campaign(campaign.workspace, "hunt")
    with pytest.raises(LoaderError, match="Correct the roots"):
        moved.observed(moved.batch("vera").members[0].identifier)
    moved.close()


def test_a_catalogue_row_says_what_the_header_said(campaign):
    row = campaign.catalogue_row(campaign.batch("vera").members[0].identifier)
    assert row["object_class"] == "STAR"
    assert 0 <= row["ra"] < 360


def test_the_map_shows_every_member_of_the_batch(campaign):
    names = {member.identifier for member in campaign.batch("vera").members}
    assert set(campaign.map().identifiers) == names


def test_there_is_no_opinion_before_the_first_training(campaign):
    assert campaign.opinion(campaign.batch("vera").members[0].identifier) is None


def test_two_campaigns_over_one_archive_do_not_disturb_each_other(
    campaign, space, facts, truth
):
    other = create_campaign(space, facts(name="other", seed=5))
    answer_all(other.batch("vera"), KnownLabels(truth))
    assert campaign.labels() == {}
    assert campaign.batch("vera").n_answered == 0
    other.close()


def test_creating_a_campaign_twice_at_once_is_refused(space, facts):
    folder = space.campaign("hunt")
    folder.folder.mkdir(parents=True)
    with filelock.FileLock(folder.lock), pytest.raises(BusyError, match="being created"):
        create_campaign(space, facts())


def test_a_copied_workspace_is_the_same_campaign(campaign, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(campaign.workspace.folder, copy)
    opened = Campaign.open(copy, "hunt")
    assert opened.batch("vera").members == campaign.batch("vera").members
    opened.close()
