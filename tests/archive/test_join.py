"""Joined columns, against astropy's own joins and matches."""

import warnings
from pathlib import Path

import filelock
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from astropy import units
from astropy.coordinates import SkyCoord, match_coordinates_sky
from astropy.table import Table, join

from specoracle.archive.archive import Archive
from specoracle.archive.join import drop_join, join_catalogue
from specoracle.archive.layout import Layout
from specoracle.archive.listing import read_listing
from specoracle.archive.mend import mend_archive
from specoracle.archive.verify import verify_archive
from specoracle.errors import ArchiveError, BusyError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named

HALPHA = recipe_named("halpha")


@pytest.fixture
def folder(workspace):
    return workspace / "archive"


def said(folder, columns=None):
    archive = Archive(folder)
    table = archive.catalogue(columns)
    archive.close()
    return table


@pytest.fixture
def catalogue(folder):
    """Every third spectrum's object, shuffled, with others beside them."""
    table = said(folder, ["identifier", "ra", "dec", "plan", "fibre"])
    rows = np.random.default_rng(2).permutation(120)[:40]
    names = [*np.array(table["identifier"].to_pylist())[rows].tolist(), "lamost:none"]
    moved = np.array(table["ra"])[rows] + 0.5 / 3600
    made = Table()
    made["identifier"] = names
    made["ra"] = [*moved, 12.0]
    made["dec"] = [*np.array(table["dec"])[rows], -89.0]
    made["parallax"] = np.r_[np.linspace(0.1, 4, 40), np.nan]
    made["n_obs"] = np.arange(41, dtype=">i4")
    made["kind"] = [f"kind {n % 3}" for n in range(41)]
    made["variable"] = np.arange(41) % 2 == 0
    made["chain"] = np.zeros((41, 3))
    made["ra"].unit = made["dec"].unit = "deg"
    return made


def write(table, path):
    plain = table[[n for n in table.colnames if n != "chain"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix == ".parquet":
            columns = {n: np.asarray(plain[n]).tolist() for n in plain.colnames}
            pq.write_table(pa.table(columns), path)
        elif path.suffix == ".csv":
            plain.write(path, format="ascii.csv")
        elif path.suffix == ".vot":
            plain.write(path, format="votable")
        else:
            table.write(path)
    return path


@pytest.mark.parametrize(
    "name", ["g.fits", "g.fits.gz", "g.vot", "g.ecsv", "g.csv", "g.parquet"]
)
def test_every_format_joins_as_astropy_joins(folder, catalogue, tmp_path, name):
    count = join_catalogue(folder, write(catalogue, tmp_path / name))
    assert (count.name, count.on) == ("g", "identifier")
    assert (count.n_spectra, count.n_matched, count.n_objects, count.n_used) == (
        *(120, 40, 41),
        40,
    )
    ours = said(folder)
    archive = Table({"identifier": ours["identifier"].to_pylist(), "n": range(120)})
    theirs = join(archive, catalogue, keys="identifier", join_type="left")
    theirs.sort("n")
    for column in ("parallax", "n_obs", "kind", "variable", "ra"):
        wanted = theirs[column].filled(0).tolist()
        missing = theirs[column].mask.tolist()
        found = ours[f"g_{column}"].to_pylist()
        assert [value is None for value in found] == missing, column
        same = [w for w, none in zip(wanted, missing, strict=True) if not none]
        assert [value for value in found if value is not None] == pytest.approx(same)
    assert "g_chain" not in ours.column_names


def test_positions_match_as_in_astropy(folder, catalogue, tmp_path):
    file = write(catalogue, tmp_path / "sky.fits")
    count = join_catalogue(folder, file, on="position", columns=["n_obs"], prefix="gaia")
    ours = said(folder)
    spectra = SkyCoord(*(np.array(ours[name]) * units.deg for name in ("ra", "dec")))
    objects = SkyCoord(catalogue["ra"], catalogue["dec"])
    nearest, angle, _ = match_coordinates_sky(spectra, objects)
    inside = angle.arcsec <= 3
    assert count.n_matched == inside.sum() >= 40
    found = np.array(ours["gaia_n_obs"].fill_null(-1))
    np.testing.assert_array_equal(found, np.where(inside, nearest, -1))
    separation = np.array(ours["gaia_separation"].fill_null(np.nan))
    np.testing.assert_array_equal(np.isfinite(separation), inside)
    np.testing.assert_allclose(separation[inside], angle.arcsec[inside], atol=1e-8)
    assert count.columns == ("gaia_n_obs", "gaia_separation")


@pytest.mark.parametrize("radius", [0.1, 0.45, 0.55])
def test_the_radius_decides(folder, catalogue, tmp_path, radius):
    file = write(catalogue, tmp_path / "sky.fits")
    spectra = SkyCoord(*(np.array(said(folder)[n]) * units.deg for n in ("ra", "dec")))
    _, angle, _ = match_coordinates_sky(
        spectra, SkyCoord(catalogue["ra"], catalogue["dec"])
    )
    wanted = int((angle.arcsec <= radius).sum())
    if not wanted:
        with pytest.raises(ArchiveError, match=rf"within {radius:g} arcsec, got none"):
            join_catalogue(folder, file, on="position", radius=radius)
    else:
        assert (
            join_catalogue(folder, file, on="position", radius=radius).n_matched == wanted
        )


def test_hours_become_degrees(folder, catalogue, tmp_path):
    catalogue["ra"] = (catalogue["ra"].quantity.to(units.hourangle)).value * units.hourangle
    file = write(catalogue, tmp_path / "sky.ecsv")
    assert join_catalogue(folder, file, on="position").n_matched >= 40


def test_the_keys_of_lamost_make_identifiers(folder, tmp_path):
    names = said(folder)["identifier"].to_pylist()[:30]
    parts = [n.removeprefix("lamost:").replace("_sp", "-").split("-") for n in names]
    night, plan, spectrograph, fibre = zip(*parts, strict=True)
    table = Table()
    table["LMJD"], table["planid"] = np.array(night, int), plan
    table["spid"], table["fiberID"] = np.array(spectrograph, int), np.array(fibre, int)
    table["teff"] = np.arange(30.0)
    table.write(tmp_path / "dr10.fits")
    count = join_catalogue(folder, tmp_path / "dr10.fits", columns=["teff"])
    assert (count.on, count.n_matched) == ("identifier", 30)
    assert said(folder)["dr10_teff"].to_pylist()[:30] == list(range(30))


def test_any_text_of_the_catalogue_may_be_the_key(folder, tmp_path):
    targets = said(folder)["target"].to_pylist()
    table = Table({"obj": np.array(targets[:7], int), "v": range(7)})
    table.write(tmp_path / "a.fits")
    count = join_catalogue(folder, tmp_path / "a.fits", on="target", key="obj")
    wanted = {t: n for n, t in enumerate(targets[:7])}
    assert said(folder)["a_v"].to_pylist() == [wanted.get(t) for t in targets]
    assert count.n_used == 7


def test_shards_and_catalogue_stay_and_the_join_is_verified(
    packed, tmp_path, contents, flip
):
    before = contents(packed)
    Table({"identifier": ["lamost:b-1", "lamost:c-2"], "v": [1.5, 2.5]}).write(
        tmp_path / "x.ecsv"
    )
    join_catalogue(packed.folder, tmp_path / "x.ecsv", columns=["v"])
    after = contents(packed)
    new = after.keys() - before.keys()
    assert len(new) == 3
    assert all(name.startswith("catalogue/joined/x/") for name in new)
    unchanged = before.keys() - {"index/shards.json"}
    assert all(after[name] == before[name] for name in unchanged)
    assert verify_archive(packed.folder).damages == ()
    assert verify_archive(packed.folder).n_files == len(after)
    path = packed.folder / sorted(new)[1]
    flip(path)
    for look in (verify_archive, mend_archive):
        (damage,) = look(packed.folder).damages
        assert damage.file == path.relative_to(packed.folder).as_posix()
        assert "archive join" in damage.advice
        assert not damage.mended
    join_catalogue(packed.folder, tmp_path / "x.ecsv", columns=["v"])
    assert verify_archive(packed.folder).damages == ()
    assert said(packed.folder)["x_v"].to_pylist() == [None] * 4 + [1.5] + [None] * 3 + [2.5]


def test_rows_and_filters_see_joined_columns(packed, tmp_path):
    table = Table({"identifier": [f"lamost:{s}-{n}" for s in "abc" for n in range(3)]})
    table["v"] = np.arange(9.0)
    table.write(tmp_path / "x.ecsv")
    join_catalogue(packed.folder, tmp_path / "x.ecsv", columns=["v"])
    archive = Archive(packed.folder)
    whole = archive.catalogue()
    rows = np.array([8, 0, 3, 8])
    assert archive.catalogue(rows=rows).equals(whole.take(rows))
    assert archive.catalogue(["x_v", "ra"], rows)["x_v"].to_pylist() == [8, 0, 3, 8]
    where = (pc.field("x_v") > 2) & (pc.field("plan") == "G5")
    for columns in (["identifier"], ["x_v", "dec"], None):
        found = pa.concat_tables(archive.catalogue_batches(columns, where))
        assert found["row"].to_pylist() == [4, 7]
        wanted = whole.take([4, 7])
        assert found.drop_columns("row").equals(
            wanted if columns is None else wanted.select(columns)
        )
    assert archive.catalogue_row("lamost:b-1")["x_v"] == 4.0
    archive.close()


def test_a_join_made_again_replaces_the_first_and_spares_its_readers(packed, tmp_path):
    for n, column in enumerate(("old", "newer", "newest")):
        table = Table({"identifier": ["lamost:a-0"], column: [n]})
        table.write(tmp_path / "x.ecsv", overwrite=True)
        if n:
            reader = Archive(packed.folder)
        join_catalogue(packed.folder, tmp_path / "x.ecsv", columns=[column])
        if n:
            last = ("old", "newer")[n - 1]
            assert reader.catalogue([f"x_{last}"])[0].to_pylist()[0] == n - 1
            reader.close()
        assert Archive(packed.folder).joins == {"x": [f"x_{column}"]}
    assert len(list((packed.catalogue / "joined" / "x").iterdir())) == 6
    drop_join(packed.folder, "x")
    assert Archive(packed.folder).joins == {}
    assert not list((packed.catalogue / "joined" / "x").iterdir())
    with pytest.raises(ArchiveError, match=r"joins \(none yet\), got 'x'"):
        drop_join(packed.folder, "x")


def test_spectra_that_come_later_are_missing_until_joined_again(tmp_path, survey):
    files = sorted(str(path) for path in survey.rglob("*.fits"))
    folder = tmp_path / "archive"
    ingest_survey(files[:50], folder, recipe=HALPHA, n_workers=1)
    some = said(folder)["identifier"].to_pylist()[:5]
    everything = tmp_path / "every.csv"
    pyarrow.csv.write_csv(pa.table({"identifier": some, "v": range(5)}), everything)
    join_catalogue(folder, everything, columns=["v"])
    ingest_survey(files, folder, recipe=HALPHA, n_workers=1)
    grown = said(folder)
    assert len(grown) == 120
    assert grown["every_v"].to_pylist() == [0, 1, 2, 3, 4] + [None] * 115
    assert verify_archive(folder).damages == ()
    names = grown["identifier"].to_pylist()
    pyarrow.csv.write_csv(pa.table({"identifier": names, "v": range(120)}), everything)
    assert join_catalogue(folder, everything, columns=["v"]).n_matched == 120
    assert said(folder)["every_v"].to_pylist() == list(range(120))


def test_columns_of_a_shard_that_was_packed_otherwise_are_missing(packed, tmp_path, rows):
    from specoracle.archive.books import close_books, describe_packed
    from specoracle.archive.rows import write_rows

    names = [f"lamost:{s}-{n}" for s in "abc" for n in range(3)]
    Table({"identifier": names, "v": np.arange(9)}).write(tmp_path / "x.ecsv")
    join_catalogue(packed.folder, tmp_path / "x.ecsv", columns=["v"])
    write_rows(packed.shards / "0001-10000.h5", rows("zz"))
    describe_packed(packed, "0001-10000.h5")
    close_books(packed, [shard.name for shard in read_listing(packed).shards])
    assert said(packed.folder)["x_v"].to_pylist() == [0, 1, 2, None, None, None, 6, 7, 8]


REFUSED = [
    ({"columns": ["Teff"]}, r"columns out of .*parallax.*, got Teff"),
    ({"on": "identifier", "key": "source_id"}, r"expected a column 'source_id'"),
    ({"on": "magic"}, r"expected to join on position, identifier, .*got 'magic'"),
    ({"prefix": "a b"}, r"Prefix: expected a letter .*got 'a b'"),
    ({"prefix": "object"}, r"Prefix: expected .*not 'object'"),
    ({"prefix": "snr", "columns": ["r"]}, r"new to the archive's catalogue, got snr_r"),
    ({"on": "position", "radius": 0}, r"Radius: expected more than 0"),
    ({"on": "plan", "key": "kind"}, r"stands in one row only, got kind 0, kind 1"),
    ({"on": "plan", "key": "identifier"}, r"objects among the 120 spectra .* got none"),
]


@pytest.mark.parametrize(("settings", "message"), REFUSED)
def test_what_cannot_be_joined_is_refused_and_nothing_changes(
    folder, catalogue, tmp_path, contents, settings, message
):
    catalogue["r"] = 1.0
    file = write(catalogue, tmp_path / "g.fits")
    before = contents(Layout(folder))
    with pytest.raises(ArchiveError, match=message):
        join_catalogue(folder, file, **settings)
    assert contents(Layout(folder)) == before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.fits", None, "got no such file"),
        ("a.xlsx", b"PK", r"expected a name that ends in \.fits"),
        ("a.fits", b"no FITS", r"expected a readable catalogue \(fits\)"),
        ("a.parquet", b"PAR1", r"expected a readable catalogue \(parquet\)"),
        ("a.csv", b"a,b\n1,2\n3\n", r"expected a readable catalogue \(csv\)"),
        ("a.csv", b"name,v\nx,1\n", r"expected columns of a position"),
        ("a.csv", b"ra,dec\n1,95\n", r"expected positions in degrees, got 1, 95 in row 0"),
        ("a.csv", b"ra,dec\nx,y\n", r"expected ra in degrees"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(folder, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ArchiveError, match=message):
        join_catalogue(folder, tmp_path / name)


def test_nothing_is_joined_while_an_ingest_runs(folder, catalogue, tmp_path):
    file = write(catalogue, tmp_path / "g.fits")
    with filelock.FileLock(Layout(folder).lock), pytest.raises(BusyError):
        join_catalogue(folder, file)


def test_progress_counts_spectra(packed, tmp_path):
    Table({"identifier": ["lamost:a-0"], "v": [1]}).write(tmp_path / "x.ecsv")
    seen = []
    join_catalogue(
        packed.folder, tmp_path / "x.ecsv", progress=lambda *step: seen.append(step)
    )
    assert seen == [(3, 9), (6, 9), (9, 9)]


REAL = Path(__file__).resolve().parents[3] / "shared" / "spectra"


def test_what_the_pipeline_says_joins_to_the_real_files(real_lamost, tmp_path):
    """LABELS.csv names files; their names are the identifiers of real spectra."""
    folder = tmp_path / "archive"
    ingest_survey([str(real_lamost)], folder, recipe=HALPHA, n_workers=1)
    ours = said(folder, ["identifier", "ra", "dec", "object_name", "subclass"])
    table = Table(
        {n: ours[n].to_pylist() for n in ("object_name", "subclass", "ra", "dec")}
    )
    one_each = Table(table[np.unique(table["object_name"], return_index=True)[1]])
    one_each.rename_column("object_name", "desig")
    one_each.write(tmp_path / "real.fits")
    count = join_catalogue(folder, tmp_path / "real.fits", on="object_name", key="desig")
    theirs = join(
        Table({"desig": ours["object_name"].to_pylist(), "n": range(len(ours))}),
        one_each,
        keys="desig",
        join_type="left",
    )
    theirs.sort("n")
    assert said(folder)["real_subclass"].to_pylist() == theirs["subclass"].tolist()
    assert count.n_matched == len(ours) == 530
    again = join_catalogue(folder, tmp_path / "real.fits", on="position", prefix="sky")
    sky = SkyCoord(*(np.array(ours[n]) * units.deg for n in ("ra", "dec")))
    objects = SkyCoord(one_each["ra"] * units.deg, one_each["dec"] * units.deg)
    nearest, angle, _ = sky.match_to_catalog_sky(objects)
    assert again.n_matched == (angle.arcsec <= 3).sum()
    assert said(folder)["sky_desig"].to_pylist() == one_each["desig"][nearest].tolist()
