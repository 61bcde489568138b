"""From a workspace to a desk: which campaign, or what is missing."""

import html
import shlex
from pathlib import Path
from typing import Any

import ipywidgets as ipw

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.workspace import Workspace
from specoracle.errors import SpecoracleError
from specoracle.panel.frontend import style
from specoracle.panel.labelling_panel import LabellingPanel

_open: list[ipw.Widget] = []
"""The desk of this kernel. A cell that runs again puts a new one in its place: widgets
that are never closed pile up and can freeze the page after a reload."""


def desk(
    workspace: Path | None,
    campaign: str | None,
    *,
    annotator: str,
    loader: str | None = None,
) -> ipw.Widget:
    """Show the desk of a campaign, a choice of campaigns, or a word of advice.

    Parameters
    ----------
    workspace
        Folder of the workspace, ``None`` when nobody named one.
    campaign
        Name of the campaign, ``None`` for the only one there is.
    annotator
        Who labels.
    loader
        Who reads survey files, where a loader of one's own has to.
    """
    while _open:
        _open.pop().close()
    try:
        shown = _desk(workspace, campaign, annotator=annotator, loader=loader)
    except SpecoracleError as error:
        shown = notice("The desk cannot be opened", str(error))
    _open.append(shown)
    return shown


def notice(title: str, text: str, *commands: str) -> ipw.HTML:
    """Return a page that says what is missing and which commands make it."""
    lines = "".join(f"<pre>{html.escape(command)}</pre>" for command in commands)
    return ipw.HTML(
        f"<style>{style('notice')}</style>"
        '<div class="specoracle so-notice" data-testid="notice">'
        f"<h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>{lines}</div>"
    )


def _desk(
    workspace: Path | None, campaign: str | None, *, annotator: str, loader: str | None
) -> ipw.Widget:
    if workspace is None or not workspace.is_dir():
        where = "None was named." if workspace is None else f"{workspace} is no folder."
        return notice(
            "No workspace",
            f"{where} Try the demonstration, or open one of your own:",
            "specoracle demo --workspace WORKSPACE",
            "specoracle app WORKSPACE",
        )
    Workspace(workspace).check()
    names = Workspace(workspace).campaign_names()
    if not names:
        return notice(
            "No campaign yet",
            f"The workspace {workspace} holds no campaign. Name the classes and start:",
            f"specoracle campaign create {shlex.quote(str(workspace))} NAME"
            " --classes emission,other --targets emission",
        )
    if campaign is not None and campaign not in names:
        return notice(
            "No such campaign",
            f"There is no campaign {campaign!r} in {workspace}. There are: "
            f"{', '.join(names)}.",
        )
    if campaign is None and len(names) > 1:
        return CampaignChooser(workspace, names, annotator=annotator, loader=loader)
    return _panel(workspace, campaign or names[0], annotator, loader)


def _panel(
    workspace: Path, name: str, annotator: str, loader: str | None
) -> LabellingPanel:
    campaign = Campaign.open(workspace, name, loader=loader)
    return LabellingPanel(campaign, annotator=annotator)


class CampaignChooser(ipw.VBox):
    """The desks of several campaigns, one at a time.

    Parameters
    ----------
    workspace
        Folder of the workspace.
    names
        Its campaigns.
    annotator
        Who labels.
    loader
        Who reads survey files, where a loader of one's own has to.
    """

    children: tuple[ipw.Widget, ...]

    def __init__(
        self,
        workspace: Path,
        names: list[str],
        *,
        annotator: str,
        loader: str | None = None,
    ) -> None:
        self._loader = loader
        self._workspace = workspace
        self._annotator = annotator
        self.choice = ipw.Dropdown(
            options=names,
            value=_last_used(workspace, names, annotator),
            description="Campaign",
        )
        self.choice.observe(self._choose, names="value")
        super().__init__()
        self.add_class("specoracle-choice")
        self._choose()

    def close(self) -> None:
        """Close the desk with the choice."""
        for child in self.children:
            child.close()
        super().close()

    def _choose(self, _: dict[str, Any] | None = None) -> None:
        before = self.children
        try:
            shown = _panel(
                self._workspace, self.choice.value, self._annotator, self._loader
            )
        except SpecoracleError as error:
            shown = notice("This campaign cannot be opened", str(error))
        self.children = (self.choice, shown)
        for child in before[1:]:
            child.close()


def _last_used(workspace: Path, names: list[str], annotator: str) -> str:
    """Return the campaign this annotator looked at last, else the newest."""

    def when(name: str) -> tuple[bool, float]:
        folder = Workspace(workspace).campaign(name)
        place = folder.place(annotator)
        known = place.exists()
        return known, (place if known else folder.facts).stat().st_mtime

    return max(names, key=when)
