"""The classifiers of a replay: the preset's network, or a quick linear one."""

import numpy as np

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.performance import trained_on
from specoracle.campaign.scoring import Classifier
from specoracle.errors import CampaignError


def new_classifier(name: str) -> Classifier | None:
    """Make a classifier; ``None`` stands for the preset's network.

    ``"linear"`` is a logistic regression on principal components with classes of equal
    weight: it trains in a moment, so strategies can be compared on many seeds.

    Raises
    ------
    CampaignError
        If there is none of that name.
    """
    if name == "network":
        return None
    if name != "linear":
        raise CampaignError(
            f"Classifier: expected network or linear, got {name!r}. Choose one of these."
        )
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    components = PCA(0.99, svd_solver="full")
    head = LogisticRegression(max_iter=2000, class_weight="balanced")
    return make_pipeline(components, StandardScaler(), head)


def uninformed() -> Classifier:
    """Make a classifier for the rounds of a strategy that looks at no scores."""
    from sklearn.dummy import DummyClassifier

    return DummyClassifier(strategy="prior")


def fitted(campaign: Campaign, name: str) -> Classifier:
    """Return the model of the last round: the saved network, or the linear one refitted."""
    number = campaign.round_number
    model = new_classifier(name)
    if model is None:
        from specoracle.models.saved import load_model

        return load_model(campaign.folder.round(number).folder)[0]
    labels = trained_on(campaign, number)
    flux = campaign.archive.column("flux", campaign.archive.rows(list(labels)))
    return model.fit(flux, np.array(list(labels.values())))
