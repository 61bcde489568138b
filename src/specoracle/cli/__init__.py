"""The command line: ``specoracle COMMAND``."""

from specoracle.cli.main import main

__all__ = ["main"]
