"""The package's errors.

Every message has one form: *what or which: expected …, got …. What to do.* A caller who
wants to catch everything of ours catches `SpecoracleError`; each error is also the
built-in one that a stranger would have expected.
"""


class SpecoracleError(Exception):
    """Anything this package refuses; the message says what to do."""


class SpectrumError(SpecoracleError, ValueError):
    """A spectrum, grid or recipe that contradicts itself."""


class LoaderError(SpecoracleError, ValueError):
    """A file that is no spectrum we know, or a broken one."""


class RecipeError(SpecoracleError, ValueError):
    """A recipe that does not exist or does not fit the spectrum."""


class ArchiveError(SpecoracleError, RuntimeError):
    """An archive that is missing, foreign, damaged or made by a newer version."""


class SelectionError(SpecoracleError, ValueError):
    """An expression over the catalogue that cannot be understood, or selects nothing."""


class JournalError(SpecoracleError, RuntimeError):
    """A label journal that cannot be opened or written."""


class CampaignError(SpecoracleError, ValueError):
    """A campaign asked to do what it cannot: unknown class, closed batch, no labels."""


class BusyError(SpecoracleError, RuntimeError):
    """Somebody else is doing this right now."""


class JobError(SpecoracleError, RuntimeError):
    """A background job that cannot be started, found or stopped."""


class MissingExtraError(SpecoracleError, ImportError):
    """An optional dependency is not installed; the message names the extra."""
