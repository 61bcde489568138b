import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import specoracle

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
HEAVY = ["torch", "dask", "plotly", "ipywidgets", "h5py", "astropy.io.fits"]
CONDA_NAMES = {"dask": "dask-core", "torch": "pytorch"}
ONLY_PIP = {"deflate"}

# Written in pieces, or this file would be the first to be found.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("pytorch", "org"),
        ("anaconda", "org"),
        ("registry", "npmjs"),
    )
]
HOME = re.compile(r"/(?:home|root|Users)/\w")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def requirements(specifications):
    """Specifiers by name; our own extras are left out."""
    parsed = [Requirement(specification) for specification in specifications]
    return {
        canonicalize_name(r.name): r.specifier for r in parsed if r.name != PROJECT["name"]
    }


def conda(path):
    """Specifiers by name, and what pip is to install."""
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
    by_pip = [word for entry in listed if isinstance(entry, dict) for word in entry["pip"]]
    names = [entry for entry in (*listed, *by_pip) if ">=" in entry]
    assert requirements(by_pip[:1]).keys() == ONLY_PIP
    return requirements(names), by_pip[1:]


def text_files():
    """Files that git tracks or would track, with their text."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):  # an image; deleted just now
            continue


def test_importing_the_package_loads_nothing_heavy():
    code = f"import sys, specoracle; print([m for m in {HEAVY} if m in sys.modules])"
    assert run(sys.executable, "-W", "error", "-c", code).stdout.strip() == "[]"


def test_there_are_few_public_names():
    assert len(specoracle.__all__) <= 25
    assert dir(specoracle) == sorted(specoracle.__all__)


@pytest.mark.parametrize("name", specoracle.__all__)
def test_a_public_name_is_the_same_thing_whenever_it_is_used(name):
    # A module of that name would take its place as soon as it has been imported.
    first, second = getattr(specoracle, name), getattr(specoracle, name)
    assert first is second
    assert not isinstance(first, ModuleType)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        specoracle.nonsense  # noqa: B018


def test_the_layers_hold():
    pytest.importorskip("importlinter")
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = run(sys.executable, "-c", code, "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing():
    pytest.importorskip("ruff")
    done = run(sys.executable, "-m", "ruff", "check", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_is_short():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in (ROOT / "src").rglob("*.py")
    }
    assert not {name: length for name, length in lengths.items() if length >= 300}


def test_the_citation_is_that_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    # Every other field that the format requires.
    assert {"message", "title", "authors"} <= citation.keys()


@pytest.mark.parametrize("name", ["environment.yml", "binder/environment.yml"])
def test_a_conda_environment_asks_for_what_the_package_asks_for(name):
    wanted = requirements(
        [
            *PROJECT["dependencies"],
            *EXTRAS["models"],
            *EXTRAS["panel"],
            *EXTRAS["app"],
        ]
    )
    wanted = {CONDA_NAMES.get(name, name): spec for name, spec in wanted.items()}
    found, by_pip = conda(ROOT / name)
    if "pytorch-cpu" in found:
        found["pytorch"] = found.pop("pytorch-cpu")
    assert found == wanted
    # On Binder the source is not there yet; its postBuild installs the package.
    assert by_pip == ([] if name.startswith("binder") else ["-e ."])


def test_the_tested_versions_lie_in_the_ranges_that_are_promised():
    path = ROOT / "constraints.txt"
    if not path.exists():
        pytest.skip("no constraints.txt")
    lines = [line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines()]
    pairs = [line.split("==") for line in lines if line]
    tested = {canonicalize_name(name): version for name, version in pairs}
    everything = [PROJECT["dependencies"], *EXTRAS.values()]
    for specifications in everything:
        for name, specifier in requirements(specifications).items():
            assert name in tested, f"{name} is missing from constraints.txt"
            assert tested[name] in specifier, f"{name}=={tested[name]} is not {specifier}"


def test_no_file_names_a_registry_or_a_home():
    found = [
        (name, line)
        for name, text in text_files()
        for line in text.splitlines()
        if any(host in line for host in REGISTRIES) or HOME.search(line)
    ]
    assert not found


def test_notebooks_are_committed_without_outputs():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not [cell for cell in cells if cell.get("outputs")], path.name


def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def readme_commands():
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", readme(), flags=re.DOTALL))
    joined = blocks.replace("\\\n", " ")
    return re.findall(r"^specoracle (.+)$", joined, flags=re.MULTILINE)


def test_the_readme_shows_commands():
    assert len(readme_commands()) >= 8


@pytest.mark.parametrize("command", readme_commands())
def test_a_command_of_the_readme_exists(command):
    # With --help an unknown command or option still fails, and nothing is run.
    code = "from specoracle.cli import main; main()"
    done = run(sys.executable, "-c", code, *command.split(), "--help")
    assert done.returncode == 0, done.stderr


def test_links_of_the_readme_lead_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", readme())
    local = [link for link in links if not link.startswith("http")]
    assert not [link for link in local if not (ROOT / link).exists()]


def test_the_readme_knows_this_version_and_stays_short():
    assert f"**{PROJECT['version']}**" in readme()
    assert len(readme().splitlines()) < 175
