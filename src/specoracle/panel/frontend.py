"""Where the browser half of the package lies, in a wheel or in a checkout."""

import sysconfig
from pathlib import Path

_INSTALLED = Path(__file__).with_name("frontend")
_CHECKOUT = Path(__file__).parents[3]


def frontend(widget: str) -> Path:
    """Folder with ``<widget>.js`` and ``<widget>.css``."""
    roots = (_INSTALLED, _CHECKOUT / "widgets")
    return next(root for root in roots if root.is_dir()) / widget


def notebook() -> Path:
    """Return the notebook that Voilà shows as the app."""
    places = (_INSTALLED / "app.ipynb", _CHECKOUT / "notebooks" / "app.ipynb")
    return next(place for place in places if place.is_file())


def template() -> Path:
    """Folder of our Voilà template."""
    shared = "share/jupyter/voila/templates/specoracle"
    checkout = _CHECKOUT / "widgets" / "voila"
    return checkout if checkout.is_dir() else Path(sysconfig.get_path("data")) / shared


def module(widget: str) -> str:
    """Return the source of a widget's ES module."""
    return (frontend(widget) / f"{widget}.js").read_text(encoding="utf-8")


def style(widget: str) -> str:
    """Return a widget's style sheet, after the one that all of them share."""
    sheets = (frontend("panel") / "panel.css", frontend(widget) / f"{widget}.css")
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
