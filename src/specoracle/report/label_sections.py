"""Who gave how many labels of each class."""

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.given_labels import labels_by_annotator
from specoracle.report.section import Table


def label_table(campaign: Campaign) -> Table:
    """Tabulate labels by annotator and class; at the end what all agree on."""
    classes = campaign.facts.classes
    agreed = list(campaign.labels().values())
    by_annotator = labels_by_annotator(campaign)
    rows = [
        (
            annotator,
            *(f"{counts.get(c, 0):,}" for c in classes),
            f"{sum(counts.values()):,}",
        )
        for annotator, counts in by_annotator.items()
    ]
    total = ("Agreed", *(f"{agreed.count(c):,}" for c in classes), f"{len(agreed):,}")
    return Table(
        title="Labels",
        columns=("Annotator", *classes, "All"),
        rows=[*rows, total],
        note="Spectra on which annotators differ are counted with each of them, and agreed "
        "on by none. Blind repeats are not counted.",
    )
