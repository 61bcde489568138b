"""The app: what its notebook calls, and the server that shows the notebook."""

import getpass
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    import ipywidgets

WORKSPACE = "SPECORACLE_WORKSPACE"
"""Environment variable that names the workspace."""
ANNOTATOR = "SPECORACLE_ANNOTATOR"
"""Environment variable that names who labels."""
CAMPAIGN = "SPECORACLE_CAMPAIGN"
"""Environment variable that names the campaign to open."""
LOADER = "SPECORACLE_LOADER"
"""Environment variable that names the loader of raw spectra."""


def labelling_app(
    workspace: str | Path | None = None,
    campaign: str | None = None,
    annotator: str | None = None,
    loader: str | None = None,
) -> "ipywidgets.Widget":
    """Show the labelling desk.

    Parameters
    ----------
    workspace
        Folder of the workspace; else the environment variable SPECORACLE_WORKSPACE.
    campaign
        Name of the campaign; else ``?campaign=…`` of the page's address, else the
        environment variable SPECORACLE_CAMPAIGN, else the only one there is. Where there
        are several, they are offered.
    annotator
        Who labels; else the environment variable SPECORACLE_ANNOTATOR, else the name on
        the hub, else the login name.
    loader
        Who reads survey files of an archive that was made with a loader of one's own;
        else the environment variable SPECORACLE_LOADER.

    Returns
    -------
    ipywidgets.Widget
        The desk, or a page that says what is missing and how to make it.
    """
    from specoracle.panel.desk import desk
    from specoracle.panel.preheating import wait_for_page

    wait_for_page()
    return desk(
        Path(workspace or os.environ.get(WORKSPACE, "")).absolute()
        if workspace or os.environ.get(WORKSPACE)
        else None,
        campaign or _asked_for(os.environ),
        annotator=annotator or annotator_name(os.environ),
        loader=loader or os.environ.get(LOADER) or None,
    )


def annotator_name(environment: Mapping[str, str]) -> str:
    """Name of the person at the desk, from the environment or the login.

    Examples
    --------
    >>> annotator_name({"SPECORACLE_ANNOTATOR": "vera", "JUPYTERHUB_USER": "v"})
    'vera'
    """
    for variable in (ANNOTATOR, "JUPYTERHUB_USER"):
        if environment.get(variable):
            return environment[variable]
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user database
        return f"uid-{os.getuid()}"


def serve(
    workspace: str | Path,
    *,
    port: int = 8866,
    open_browser: bool = True,
    annotator: str | None = None,
    campaign: str | None = None,
    loader: str | None = None,
    preheat: int = 0,
) -> None:
    """Run the app on this machine until it is interrupted.

    Parameters
    ----------
    workspace
        Folder of the workspace.
    port
        Where to listen on 127.0.0.1; the next free port is taken where it is in use.
    open_browser
        Whether to open the page in a browser.
    annotator
        Who labels, when it is not the login name.
    campaign
        Which campaign to open, where the workspace holds several.
    loader
        Who reads survey files of an archive that was made with a loader of one's own.
    preheat
        How many kernels to keep ready for pages to come: these open sooner.

    Raises
    ------
    MissingExtraError
        If Voilà is not installed.
    """
    from specoracle.errors import MissingExtraError

    try:
        from specoracle.panel.frontend import notebook
        from specoracle.panel.server import desk_server
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"The app: expected Voilà and the widgets, got no module {error.name!r}. "
            "Install them with: pip install 'specoracle[app]'"
        ) from error
    import typer
    from tornado.ioloop import IOLoop

    os.environ[WORKSPACE] = str(Path(workspace).absolute())
    for variable, value in ((ANNOTATOR, annotator), (CAMPAIGN, campaign), (LOADER, loader)):
        if value:
            os.environ[variable] = value
    server = desk_server(
        notebook(),
        port=port,
        token=secrets.token_urlsafe(24),
        open_browser=open_browser,
        preheat=preheat,
    )
    # Said once the loop runs: only then is it known which port was free.
    IOLoop.current().add_callback(
        lambda: typer.echo(f"The labelling desk is open at\n{server.address}")
    )
    server.start()


def _asked_for(environment: Mapping[str, str]) -> str | None:
    query = parse_qs(environment.get("QUERY_STRING", ""))
    return query.get("campaign", [environment.get(CAMPAIGN)])[0]
