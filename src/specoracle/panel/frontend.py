"""Where the browser half of the package lies, in a wheel or in a checkout."""

import re
import sysconfig
from pathlib import Path

_INSTALLED = Path(__file__).with_name("frontend")
_CHECKOUT = Path(__file__).parents[3]

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[\w./]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


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
    """Return the source of a widget's ES module, with what it imports from beside it.

    A page takes one module a widget, from no address; so modules that import each other
    are joined here. They may not use a name twice at their top level.
    """
    joined: dict[Path, str] = {}
    _join((frontend(widget) / f"{widget}.js").resolve(), joined)
    *parts, last = joined.values()
    return "\n".join([*(_EXPORT.sub("", part) for part in parts), last])


def _join(path: Path, joined: dict[Path, str]) -> None:
    """Add a module behind all that it imports."""
    if path in joined:
        return
    source = path.read_text(encoding="utf-8")
    for name in _IMPORT.findall(source):
        _join((path.parent / name).resolve(), joined)
    joined[path] = _IMPORT.sub("", source)


def style(widget: str) -> str:
    """Return a widget's style sheet, after the one that all of them share."""
    sheets = (frontend("panel") / "panel.css", frontend(widget) / f"{widget}.css")
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
