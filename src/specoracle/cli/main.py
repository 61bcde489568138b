"""The commands, and how an error ends them: one sentence, exit status 1."""

import errno
import os
import sys

import typer
from rich.console import Console

from specoracle.cli import (
    archive,
    campaign,
    classify,
    completeness,
    desk,
    recipe,
    replay,
    simulate,
)
from specoracle.errors import SpecoracleError

app = typer.Typer(
    name="specoracle",
    help="Active deep learning on large archives of spectra: from survey files to a "
    "list of candidates.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("simulate")(simulate.simulate)
app.command("ingest")(archive.ingest)
app.add_typer(archive.app, name="archive")
app.add_typer(recipe.app, name="recipe")
app.add_typer(campaign.app, name="campaign")
app.command("completeness")(completeness.completeness)
app.command("classify")(classify.classify)
app.command("jobs")(desk.jobs)
app.command("app")(desk.app)
app.command("demo")(simulate.demo)
app.command("replay")(replay.replay)


def main() -> None:
    """Run the command line; errors of ours end it with one clear sentence."""
    try:
        app()
    except SpecoracleError as reason:
        _fail(str(reason))
    except KeyboardInterrupt:
        _fail("Interrupted. What is on disk stands; the same command goes on from there.")
    except BrokenPipeError:
        # The reader (head, less) has gone; keep the interpreter's own flush quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as reason:
        if reason.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            raise
        _fail(
            f"{reason.filename or 'Disk'}: expected to write there, got "
            f"{reason.strerror}. Free the disk or choose another folder, and run the "
            "same command again."
        )


def _fail(message: str) -> None:
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(
        f"Error: {message}"
    )
    sys.exit(1)
