import pytest
from sklearn.linear_model import LogisticRegression

from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.workspace import Workspace
from specoracle.simulate.survey import read_truth

CLASSES = ("absorption", "emission", "double-peak")


@pytest.fixture(scope="session")
def facts():
    return _facts


def _facts(**changes):
    settings = {
        "name": "hunt",
        "classes": CLASSES,
        "targets": CLASSES[1:],
        "batch_size": 12,
        "candidate_size": 4,
        "estimation_size": 10,
        "estimation_growth": 6,
        "seed": 1,
        "max_epochs": 8,
    }
    return CampaignFacts(**settings | changes)


@pytest.fixture(scope="session")
def truth(survey):
    return read_truth(survey)


@pytest.fixture
def space(workspace):
    return Workspace(workspace)


@pytest.fixture
def campaign(space, facts):
    created = create_campaign(space, facts())
    yield created
    created.close()


@pytest.fixture
def quick():
    """Any scikit-learn classifier can stand in; this one trains in milliseconds."""
    return lambda: LogisticRegression(max_iter=200)


@pytest.fixture
def answered(campaign, truth):
    """A campaign whose first batch is answered, with some known targets beside it."""
    known = {n: c for n, c in truth.items() if c != "absorption"}
    known = {name: known[name] for name in sorted(known)[:4]}
    campaign.import_labels(known, annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    return campaign
