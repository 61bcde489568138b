import os
import socket
from pathlib import Path

import pytest

from specoracle.errors import ArchiveError
from specoracle.ingest.discover import discover


@pytest.fixture
def folder(tmp_path):
    """Files as they lie about: folders in folders, sidecars, hidden ones, odd names."""
    root = tmp_path / "survey"
    for name in (
        "b/spec-2.fits.gz",
        "b/deep/er/spec-3",
        "a/spec-1.fits",
        "spec-0[1].fits.fits",
        "truth.csv",
        "a/README.md",
        "a/.hidden.fits",
        "b/list.TXT",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 7)
    return root


SPECTRA = ["a/spec-1.fits", "b/deep/er/spec-3", "b/spec-2.fits.gz", "spec-0[1].fits.fits"]


def paths(*sources):
    return [file.location for file in discover([str(source) for source in sources])]


def test_a_folder_is_walked_past_sidecars_and_hidden_files(folder):
    found = discover([str(folder)])
    assert [file.path for file in found] == SPECTRA
    assert {file.root for file in found} == {str(folder)}
    status = (folder / SPECTRA[0]).stat()
    assert (found[0].size, found[0].mtime) == (7, status.st_mtime_ns)


def test_patterns_reach_into_folders(folder):
    assert paths(folder / "*" / "*.fits*") == [
        str(folder / "a/spec-1.fits"),
        str(folder / "b/spec-2.fits.gz"),
    ]
    assert paths(folder / "**" / "spec-3") == [str(folder / "b/deep/er/spec-3")]


def test_a_pattern_that_matches_folders_walks_them(folder):
    assert paths(folder / "[ab]") == [str(folder / name) for name in SPECTRA[:3]]


def test_a_file_named_like_a_pattern_is_that_file(folder):
    assert paths(folder / SPECTRA[3]) == [str(folder / SPECTRA[3])]


def test_a_named_sidecar_is_taken_at_its_word(folder):
    assert paths(folder / "truth.csv") == [str(folder / "truth.csv")]


def test_a_list_names_folders_files_and_patterns(folder, tmp_path):
    names = tmp_path / "list.txt"
    names.write_text(f"{folder / 'a'}\n\n{folder}/b/*.gz\n{folder / SPECTRA[3]}\n")
    expected = [SPECTRA[0], SPECTRA[2], SPECTRA[3]]
    assert sorted(paths(f"@{names}")) == [str(folder / name) for name in expected]


def test_a_file_named_twice_is_one_file(folder):
    everything = [str(folder / name) for name in SPECTRA]
    inner = (folder / "b" / "*.gz", folder / "a", folder / "a" / "spec-1.fits")
    assert paths(*inner, folder, folder) == everything
    assert {file.root for file in discover([str(folder / "a"), str(folder)])} == {
        str(folder)
    }


def test_the_order_does_not_depend_on_the_order_of_the_sources(folder):
    one, other = [str(folder / "a")], [str(folder / "b")]
    assert discover(one + other) == discover(other + one)


@pytest.mark.parametrize("source", ["{}", "{}/gone.fits", "{}/*.fits"])
def test_a_dangling_link_is_listed_so_that_it_can_be_refused(tmp_path, source):
    (tmp_path / "gone.fits").symlink_to(tmp_path / "nowhere")
    (found,) = discover([source.format(tmp_path)])
    assert (found.root, found.path, found.size) == (str(tmp_path), "gone.fits", 0)


def test_a_link_to_a_file_is_known_by_the_place_of_the_link(folder, tmp_path):
    link = tmp_path / "link.fits"
    link.symlink_to(folder / SPECTRA[0])
    (found,) = discover([str(link)])
    assert (found.location, found.size) == (str(link), 7)


def test_a_relative_source_is_the_same_as_an_absolute_one(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert paths("a", "./b/spec-2.fits.gz") == paths(folder / "a", folder / "b" / "*.gz")
    assert paths("*.fits") == paths(folder / SPECTRA[3])
    assert paths(".") == paths(folder)


def test_names_that_are_no_unicode_are_found(tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9.fits"
    Path(os.fsdecode(name)).touch()
    names = tmp_path / "list.txt"
    names.write_bytes(name + b"\r\n")
    for source in (tmp_path, f"@{names}"):
        assert [os.fsencode(path) for path in paths(source)] == [name]


def test_names_may_hold_newlines_and_lists_carriage_returns(tmp_path):
    names = ["new\nline.fits", "carriage\rreturn.fits", " blank .fits", "-dash.fits"]
    for name in names:
        (tmp_path / name).touch()
    assert [os.path.basename(p) for p in paths(tmp_path)] == sorted(names)  # noqa: PTH119
    listed = tmp_path / "list.txt"
    listed.write_bytes(f"{tmp_path}/{names[1]}\n{tmp_path}/{names[2]}".encode())
    assert paths(f"@{listed}") == [str(tmp_path / names[2]), str(tmp_path / names[1])]


def test_what_is_no_file_is_listed_so_that_it_can_be_refused(folder):
    os.mkfifo(folder / "pipe")
    (folder / "loop.fits").symlink_to("loop.fits")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket"))
        found = paths(folder)
    more = {str(folder / name) for name in ("pipe", "loop.fits", "socket")}
    assert set(found) == {str(folder / name) for name in SPECTRA} | more


def test_a_link_to_a_folder_is_listed_and_not_followed(folder):
    (folder / "a" / "up").symlink_to(folder)
    (folder / "link").symlink_to(folder / "b")
    expected = [str(folder / name) for name in ("a/spec-1.fits", "a/up", *SPECTRA[1:])]
    assert paths(folder) == sorted([*expected, str(folder / "link")])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{}/none", "none: expected an existing folder, file or pattern, got nothing"),
        ("{}/*.fit", r"\.fit: expected an existing folder, file or pattern, got nothing"),
        ("{}/empty", "empty: expected at least one file, got none"),
        ("@{}/none.txt", r"none\.txt: expected a list of files, got .*No such file"),
        ("@{}/blank.txt", r"blank\.txt: expected at least one file, got none"),
        ("@{}", "expected a list of files, got .*directory"),
        ("@{}/itself.txt", r"itself\.txt: expected a list .* got one that names another"),
    ],
)
def test_a_source_without_files_is_refused(tmp_path, source, message):
    (tmp_path / "empty" / "folders").mkdir(parents=True)
    (tmp_path / "blank.txt").write_text("\n  \n")
    (tmp_path / "itself.txt").write_text(f"@{tmp_path}/itself.txt\n")
    with pytest.raises(ArchiveError, match=message):
        discover([source.format(tmp_path)])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_refused(folder):
    (folder / "b").chmod(0)
    try:
        with pytest.raises(ArchiveError, match="expected a folder that can be read"):
            discover([str(folder)])
    finally:
        (folder / "b").chmod(0o755)
