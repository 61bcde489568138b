"""A campaign over spectra of which some are of one object on the sky."""

from sklearn.neighbors import KNeighborsClassifier

from specoracle.archive.objects import find_objects
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named
from specoracle.simulate.survey import simulate_survey


def of_repeated_objects(folder, change, *, n_spectra):
    """A campaign of two rounds over simulated files that ``change(path, number)`` changes.

    Vera has answered the first round.
    """
    simulate_survey(folder / "files", n_spectra=n_spectra, prevalence=0.5, seed=4)
    for number, path in enumerate(sorted((folder / "files").rglob("*.fits"))):
        change(path, number)
    recipe = recipe_named("halpha")
    ingest_survey([str(folder / "files")], folder / "archive", recipe=recipe, n_workers=1)
    find_objects(folder / "archive")
    facts = CampaignFacts(
        name="repeated",
        classes=("emission", "other"),
        targets=("emission",),
        batch_size=12,
        candidate_size=4,
        estimation_size=4,
        estimation_growth=2,
        max_epochs=3,
    )
    made = create_campaign(Workspace(folder), facts)
    first = made.batch("vera")
    for number, member in enumerate(first.members):
        first.label(facts.classes[number % 2], identifier=member.identifier)
    next_round(made, classifier=KNeighborsClassifier(3))
    return made
