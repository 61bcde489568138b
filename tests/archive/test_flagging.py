"""Line flags of an archive of survey files with nebulae put into them."""

import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits

from specoracle.archive import line_flags
from specoracle.archive.archive import Archive
from specoracle.archive.flagging import flag_lines
from specoracle.archive.line_flags import FLAGS, SCHEMA, flags_path, read_flags
from specoracle.archive.verify import verify_archive
from specoracle.errors import ArchiveError, BusyError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named
from specoracle.simulate.lamost_files import write_star
from specoracle.simulate.survey import survey_star
from specoracle.spectra.line_flags import LineFlag
from specoracle.spectra.lines import NEBULAR_LINES

SHARES = (1.0, 0.5, 0.5 / 3.05, 0.4, 0.3)
"""Of the lines of `NEBULAR_LINES`, in Hα."""

# Place on the sky [degree] and velocity [km/s] of nebulae: three fibres before one cloud,
# one before another that moves otherwise, one far away.
CLOUD = [(80.0, 30.0, 20.0), (80.1, 30.05, 25.0), (80.05, 29.9, 10.0)]
NEBULAE = [*CLOUD, (80.02, 30.02, 140.0), (83.0, 30.0, 20.0)]


def put_nebula(path, ra, dec, velocity, *, plan, strength=60.0):
    """Add lines of R = 1800 to a file, ``strength`` standard deviations in Hα's peak."""
    with fits.open(path, mode="update") as hdus:
        flux, ivar, wavelength = (row.astype(float) for row in hdus[0].data[:3])
        noise = 1 / np.sqrt(np.median(ivar[np.abs(wavelength - 6564.6) < 50.0]))
        for share, line in zip(SHARES, NEBULAR_LINES.values(), strict=True):
            centre = line * (1 + velocity / 299792.458)
            sigma = centre / 1800.0 / 2.354820045
            bell = np.exp(-0.5 * ((wavelength - centre) / sigma) ** 2)
            flux += strength * noise * share * bell
        hdus[0].data[0] = flux
        hdus[0].header.update({"RA": ra, "DEC": dec, "PLANID": plan})
        hdus[0].header["DATE-OBS"] = "2013-11-05T14:05:00"


def write_files(folder, seed):
    """Write twelve stars without emission, nebulae before the first five."""
    for number in range(12):
        star = survey_star(seed, number, label="absorption")
        path = write_star(folder, star)
        if number < len(NEBULAE):
            put_nebula(path, *NEBULAE[number], plan=f"PLATE{seed}")


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    folder = tmp_path_factory.mktemp("survey")
    write_files(folder, seed=8)
    return folder


@pytest.fixture
def archive(survey, tmp_path):
    ingest(survey, tmp_path / "archive")
    return tmp_path / "archive"


def ingest(folder, archive, recipe="halpha"):
    ingest_survey([str(folder)], archive, recipe=recipe_named(recipe), n_workers=1)


def flags_of(folder):
    """Flags by place on the sky and row."""
    archive = Archive(folder)
    table = pa.concat_tables(read_flags(archive))
    places = archive.catalogue(["ra", "dec"]).to_pylist()
    flags = table[FLAGS].to_pylist()
    return {
        (place["ra"], place["dec"]): flag
        for place, flag in zip(places, flags, strict=True)
        if flag
    }


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nebulae_are_flagged_and_shared_where_neighbours_agree(archive):
    calls = []
    flagged = flag_lines(archive, progress=lambda *counts: calls.append(counts))
    found = flags_of(archive)
    both = LineFlag.NEBULAR | LineFlag.NEBULAR_SHARED
    assert {place: found[place] & both for place in found if found[place] & both} == {
        (ra, dec): both if (ra, dec, v) in CLOUD else LineFlag.NEBULAR
        for ra, dec, v in NEBULAE
    }
    assert flagged.n_spectra == 12
    assert flagged.n_flagged["NEBULAR"] == 5
    assert flagged.n_flagged["NEBULAR_SHARED"] == 3
    assert calls[-1] == (12, 12)


def test_measures_are_in_the_units_of_the_survey(archive):
    flag_lines(archive)
    opened = Archive(archive)
    table = pa.concat_tables(read_flags(opened))
    assert table.schema.equals(SCHEMA)
    names = opened.catalogue(["ra", "dec"]).to_pylist()
    for row, place in enumerate(names):
        for ra, dec, velocity in NEBULAE:
            if (place["ra"], place["dec"]) == (ra, dec):
                measured = {name: table[name][row].as_py() for name in SCHEMA.names}
                assert measured["nebular_velocity"] == pytest.approx(velocity, abs=15.0)
                source = opened.source(opened.identifiers(np.array([row]))[0])
                area = area_of_halpha(source.path)
                # The star's own Hα in absorption takes some of it.
                assert 0.6 * area < measured["halpha"] < 1.1 * area
                assert 0 < measured["halpha_error"] < 0.1 * area


def area_of_halpha(path):
    with fits.open(path) as hdus:
        ivar, wavelength = (row.astype(float) for row in hdus[0].data[1:3])
    noise = 1 / np.sqrt(np.median(ivar[np.abs(wavelength - 6564.6) < 50.0]))
    return 60.0 * noise * np.sqrt(2 * np.pi) * 6564.6 / 1800.0 / 2.354820045


def test_what_was_measured_is_kept_and_what_is_new_is_added(archive, survey, tmp_path):
    flag_lines(archive)
    before = contents(archive / "flags")
    stamps = {path.name: path.stat().st_mtime_ns for path in (archive / "flags").iterdir()}
    flag_lines(archive)
    assert contents(archive / "flags") == before
    for path in (archive / "flags").iterdir():
        assert path.stat().st_mtime_ns == stamps[path.name]
    write_files(tmp_path / "more", seed=9)
    ingest(tmp_path / "more", archive)
    with pytest.raises(ArchiveError, match="archive flag"):
        flags_of(archive)
    flagged = flag_lines(archive)
    assert flagged.n_spectra == 24
    assert {name: contents(archive / "flags")[name] for name in before} == before
    assert len(contents(archive / "flags")) == len(before) + 1


def test_new_neighbours_make_an_old_nebula_a_shared_one(survey, tmp_path):
    first, rest = tmp_path / "first", tmp_path / "rest"
    shutil.copytree(survey, rest)
    named = [path for path in sorted(rest.rglob("*.fits")) if is_at(path, *CLOUD[0][:2])]
    first.mkdir()
    shutil.move(named[0], first)
    ingest(first, tmp_path / "archive")
    assert flag_lines(tmp_path / "archive").n_flagged["NEBULAR_SHARED"] == 0
    ingest(rest, tmp_path / "archive")
    assert flag_lines(tmp_path / "archive").n_flagged["NEBULAR_SHARED"] == 3
    assert len(flags_of(tmp_path / "archive")) >= 5


def is_at(path, ra, dec):
    header = fits.getheader(path)
    return (header["RA"], header["DEC"]) == (ra, dec)


@pytest.mark.parametrize("damage", ["cut", "other", "gone", "rows"])
def test_a_file_that_does_not_fit_is_refused_and_made_anew(archive, damage):
    flag_lines(archive)
    opened = Archive(archive)
    path = flags_path(opened.layout, opened.shards[0])
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "other":
        pq.write_table(pa.table({"a": [1]}), path)
    elif damage == "rows":
        pq.write_table(pq.read_table(path)[:3], path)
    else:
        path.unlink()
    with pytest.raises(ArchiveError, match="expected line flags of the shard"):
        list(read_flags(opened))
    flag_lines(archive)
    assert path.read_bytes() == whole


def test_another_resolution_or_version_measures_anew(archive, monkeypatch):
    flag_lines(archive)
    before = contents(archive / "flags")
    flag_lines(archive, resolution=1500.0)
    other = contents(archive / "flags")
    assert other.keys() == before.keys()
    assert other != before
    assert flags_of(archive)
    monkeypatch.setattr(line_flags, "VERSION", 99)
    with pytest.raises(ArchiveError, match="archive flag"):
        flags_of(archive)


def test_rows_that_cannot_be_used_have_no_measures(archive, survey, tmp_path):
    path = next(survey.rglob("*.fits"))
    target = tmp_path / "bad" / path.name
    target.parent.mkdir()
    shutil.copy(path, target)
    with fits.open(target, mode="update") as hdus:
        hdus[0].header["FIBERID"] = 249
        hdus[0].data[0] = 5.0
    ingest(target.parent, tmp_path / "constant")
    assert flag_lines(tmp_path / "constant").n_flagged["NEBULAR"] == 0
    (table,) = read_flags(Archive(tmp_path / "constant"))
    assert table.to_pylist() == [
        {name: 0 if name == FLAGS else None for name in SCHEMA.names}
    ]


def test_the_rest_of_the_archive_is_left_alone(archive):
    before = contents(archive / "shards") | contents(archive / "catalogue")
    flag_lines(archive)
    assert contents(archive / "shards") | contents(archive / "catalogue") == before
    assert verify_archive(archive).well


def test_an_archive_without_narrow_lines_is_refused(survey, tmp_path):
    ingest(survey, tmp_path / "coarse", recipe="coarse")
    with pytest.raises(ArchiveError, match=r"recipe coarse: .* at most 1.82 Å.* halpha"):
        flag_lines(tmp_path / "coarse")
    assert not (tmp_path / "coarse" / "flags").exists()


def test_nobody_else_may_be_writing(archive):
    from specoracle.archive.layout import Layout, exclusive

    with exclusive(Layout(archive)), pytest.raises(BusyError):
        flag_lines(archive)


def test_an_archive_without_spectra_has_nothing_to_flag(tmp_path):
    from specoracle.archive.layout import ArchiveFacts, Layout, write_facts

    layout = Layout(tmp_path)
    write_facts(layout, ArchiveFacts(recipe=recipe_named("halpha")))
    assert flag_lines(tmp_path).n_spectra == 0
    assert not list(read_flags(Archive(tmp_path)))
