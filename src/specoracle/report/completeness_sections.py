"""Completeness by injected lines and by known objects, where these have been looked at."""

import numpy as np
from astropy.table import Table as Cells

from specoracle.campaign.completeness.completeness import completeness_folder
from specoracle.campaign.completeness.injection_grid import NO_LINE
from specoracle.campaign.completeness.known_objects import read_known
from specoracle.campaign.completeness.table import read_completeness
from specoracle.figures.completeness_map import completeness_map
from specoracle.report.judged_round import JudgedRound
from specoracle.report.section import Picture, Section, Table, Text, not_known


def completeness_sections(judged: JudgedRound) -> list[Section]:
    """Show what ``specoracle completeness`` found out about a round."""
    campaign, number = judged.campaign, judged.number
    cells = read_completeness(completeness_folder(campaign, number))
    known = [result.said for result in read_known(campaign, number)]
    sections: list[Section] = []
    if cells is not None:
        sections.append(completeness_picture(cells))
    if known:
        sections.append(Text(title="Completeness by known objects", text=" ".join(known)))
    if not sections:
        command = f"specoracle completeness WORKSPACE {campaign.name}"
        why = f"no lines were injected for this round. Run '{command}'."
        sections.append(not_known("Completeness by injection", why))
    return sections


def completeness_picture(cells: Cells) -> Picture:
    """Draw the share found of injected lines."""
    lines = cells[cells["equivalent_width"] > 0]
    widths = np.unique(lines["equivalent_width"])
    ratios = np.unique(lines["snr"])
    apart = np.unique(lines["separation"])
    shape = (len(apart), len(ratios), len(widths))
    place = (
        np.searchsorted(apart, lines["separation"]),
        np.searchsorted(ratios, lines["snr"]),
        np.searchsorted(widths, lines["equivalent_width"]),
    )
    maps = []
    for name in ("completeness", "low", "high"):
        values = np.full(shape, np.nan)
        values[place] = np.ma.filled(np.ma.asarray(lines[name]), np.nan)
        maps.append(values)
    truths = [lines["truth"][lines["separation"] == s][0] for s in apart]
    titles = [_title(float(s), str(t)) for s, t in zip(apart, truths, strict=True)]
    alarms = cells[cells["truth"] == NO_LINE]
    said = ", ".join(f"S/N {row['snr']:g}: {_share(row)}" for row in alarms)
    return Picture(
        title="Completeness by injection",
        figure=completeness_map(widths, ratios, titles, *maps),
        caption=f"Share of injected lines that the model of this round predicts to be of a "
        f"target class. Lines of {cells.meta['WIDTH']:g} km/s (before the instrument) in "
        f"spectra of {cells.meta['STARS']:,} stars without emission that the model was not "
        f"trained on, with the line's own photon noise, at R = {cells.meta['RESOLVE']:g}. "
        f"Without a line are taken for a target: {said}.",
        description="Completeness by equivalent width, signal-to-noise ratio and "
        "separation of two peaks; the numbers are in the table.",
        numbers=Table(
            title="Completeness by injection",
            columns=("S/N", "EW (Å)", "Peaks (km/s)", "Truth", "Stars", "Found (95 %)"),
            rows=[
                (
                    f"{row['snr']:g}",
                    f"{row['equivalent_width']:g}",
                    f"{row['separation']:g}",
                    str(row["truth"]),
                    f"{row['n_stars']:,}",
                    _share(row),
                )
                for row in cells
            ],
            note="Limits are clustered by star.",
        ),
    )


def _title(separation: float, truth: str) -> str:
    if separation == 0.0:
        return "one peak"
    return f"two peaks, {separation:g} km/s: {truth}"


def _share(row: Cells.Row) -> str:
    if not row["n_stars"]:
        return "not known"
    return f"{row['completeness']:.2f} ({row['low']:.2f}–{row['high']:.2f})"
