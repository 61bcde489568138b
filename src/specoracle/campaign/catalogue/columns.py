"""What each column of the candidate catalogue is: unit, UCD, description.

References
----------
UCDs: Cecconi et al. (2021), The UCD1+ controlled vocabulary, IVOA Recommendation 1.4.
Units are written as in Derriere et al. (2014), Units in the VO, IVOA Recommendation 1.0.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """What a column holds.

    Attributes
    ----------
    kind
        NumPy's letter of its type: ``U`` text, ``f`` number, ``i`` whole number,
        ``b`` yes or no.
    ucd
        Unified content descriptor.
    description
        One sentence.
    unit
        ``""`` where it is dimensionless.
    """

    kind: str
    ucd: str
    description: str
    unit: str = ""


COLUMNS = {
    "identifier": About("U", "meta.id;meta.main", "Survey, and its key of the spectrum"),
    "object_id": About("U", "meta.id", "First spectrum of the same object on the sky"),
    "object_spectra": About("i", "meta.number", "Spectra of the object in the archive"),
    "ra": About("f", "pos.eq.ra;meta.main", "Right ascension (ICRS)", "deg"),
    "dec": About("f", "pos.eq.dec;meta.main", "Declination (ICRS)", "deg"),
    "predicted": About("U", "meta.code.class", "Most probable class"),
    "probability": About("f", "stat.probability", "Probability of the target classes"),
    "calibrated": About("b", "meta.code", "Whether the probability is calibrated"),
    "expected": About(
        "f", "meta.number", "Expected targets in the pool that are as probable or more"
    ),
    "expected_low": About("f", "meta.number;stat.min", "Lower limit of these (95 %)"),
    "expected_high": About("f", "meta.number;stat.max", "Upper limit of these (95 %)"),
    "label": About("U", "meta.code.class", "Class that people agree on, empty without one"),
    "labelled_by": About("U", "meta.note", "Who gave it; what each said if they differ"),
    "disagreement": About("b", "meta.code", "Whether people differ about its class"),
    "reason": About("U", "meta.note", "Why it is on the list"),
    "asked": About("U", "meta.note", "When and why somebody was asked about it"),
    "trained": About("b", "meta.code", "Whether the model was trained on it"),
    "quality": About("U", "meta.code.qual", "What is wrong with the spectrum"),
    "line_flags": About(
        "U", "meta.code.qual", "What speaks against the line; empty if not looked at"
    ),
    "neighbour": About("U", "meta.id.assoc", "Most similar labelled spectrum"),
    "neighbour_label": About("U", "meta.code.class", "Its label"),
    "neighbour_distance": About(
        "f", "stat.stdev", "Root-mean-square difference to it, of the prepared flux"
    ),
    "object_name": About("U", "meta.id", "Designation by the survey"),
    "object_class": About("U", "src.class", "Class by the survey"),
    "subclass": About("U", "src.spType", "Subclass by the survey"),
    "z": About("f", "src.redshift", "Redshift by the survey"),
    "snr_r": About("f", "stat.snr;em.opt.R", "Signal-to-noise ratio in r by the survey"),
    "mag_r": About("f", "phot.mag;em.opt.R", "Magnitude in r of the targets", "mag"),
    "mjd": About("f", "time.epoch;obs", "Modified Julian Date of the observation", "d"),
    "observed": About("U", "time.epoch;obs", "Time of the observation (UTC)"),
    "release": About("U", "meta.version", "Data release"),
    "source": About("U", "meta.id;meta.file", "Survey file, below its root"),
    "candidate_spectra": About("i", "meta.number", "Spectra of the object on the list"),
    "labels": About("U", "meta.note", "All labels of these spectra"),
}
"""Columns in their order. Those of the second and later neighbours, and of catalogues that
were joined, are not among them."""

JOINED = {
    "f": About("f", "", "Of a catalogue joined to the archive"),
    "i": About("i", "", "Of a catalogue joined to the archive"),
    "U": About("U", "", "Of a catalogue joined to the archive"),
}
"""Columns of joined catalogues, by kind."""


def about(name: str, kind: str = "U") -> About:
    """Say what a column is; neighbours are numbered from 2, ``neighbour_2_label``.

    Examples
    --------
    >>> about("neighbour_2_label").description
    'Its label'
    """
    words = name.split("_")
    if words[0] == "neighbour" and len(words) > 1 and words[1].isdigit():
        name = "_".join([words[0], *words[2:]])
    return COLUMNS.get(name) or JOINED[kind]
