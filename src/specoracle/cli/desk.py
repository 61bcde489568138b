"""``specoracle app`` and ``specoracle jobs``."""

from pathlib import Path
from typing import Annotated

import typer

from specoracle.campaign.workspace import Workspace


def app(
    workspace: Annotated[Path, typer.Argument(metavar="WORKSPACE", help="The workspace.")],
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    annotator: Annotated[
        str | None, typer.Option(help="Who labels; else the login name.")
    ] = None,
    campaign: Annotated[
        str | None, typer.Option(help="Which campaign; offered where there are several.")
    ] = None,
    loader: Annotated[
        str | None,
        typer.Option(help="Who reads survey files, where the ingest had --loader FILE.py."),
    ] = None,
    preheat: Annotated[
        int,
        typer.Option(min=0, max=16, help="Kernels kept ready for pages to come."),
    ] = 0,
) -> None:
    """Open the labelling desk as a page for annotators.

    It listens on this machine only, and its address holds the token that opens it.
    """
    from specoracle.app import serve
    from specoracle.campaign.campaign import Campaign
    from specoracle.loaders.survey_file import chosen_loader

    space = Workspace(workspace)
    space.check()
    chosen = chosen_loader(loader)
    if campaign is not None:
        Campaign(space, campaign).close()  # refuses a name that is not there
    serve(
        workspace,
        port=port,
        open_browser=browser,
        annotator=annotator,
        campaign=campaign,
        loader=None if chosen is None else chosen.words,  # its kernel has another folder
        preheat=preheat,
    )


def jobs(
    workspace: Annotated[Path, typer.Argument(metavar="WORKSPACE", help="The workspace.")],
    abort: Annotated[
        str | None, typer.Option(metavar="ID", help="Stop this job first.")
    ] = None,
) -> None:
    """List the background jobs of a workspace, newest first."""
    from specoracle.jobs import JobStore
    from specoracle.jobs import abort as stop

    space = Workspace(workspace)
    space.check()
    if abort is not None:
        stop(workspace, abort)
    store = JobStore(space.jobs)
    for record in store.jobs():
        words = record.error or record.message
        typer.echo(
            f"{record.id}  {record.phase:<10} {record.kind:<7} {record.progress:4.0%}  "
            f"{record.created[:19]}  {words}"
        )
    store.close()
