"""The benchmarks at a tiny size: that they run and compare like with like, never times."""

import contextlib
import gzip
import io
import json
import sys
from dataclasses import replace

import bench
import deflate
import ingest_scale
import ingest_speed
import numpy as np
import pytest
import stages
import verdict
from astropy.io import fits
from copies import Original, name_of, real_paths, short, simulated
from isal import isal_zlib
from peers import gunzip_deflate, gunzip_isal
from rounds import Taken, Way, interleave, marginal, ratios
from verdict import Figure

from specoracle.recipes.built_in import RECIPES

# One rounding of float32 near 1: the peer keeps float64, the archive float32.
ROUNDING = 6e-8


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """What all benchmarks print, and the record that they leave, without real files."""
    folder = tmp_path_factory.mktemp("bench")
    kept, printed = folder / "figures.json", io.StringIO()
    settings = {"--files": 6, "--large": 9, "--rounds": 1, "--json": kept}
    settings |= {"--spectra": folder, "--folder": folder}
    words = [str(word) for pair in settings.items() for word in pair]
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr(sys, "argv", ["bench.py", *words, "--sizes", "20", "8"])
        with pytest.raises(SystemExit):
            bench.main()
    return printed.getvalue(), json.loads(kept.read_text(encoding="utf-8"))


def test_all_figures_are_printed_and_kept(everything):
    printed, record = everything
    assert record.keys() == {"figures", "conditions", "speed", "stages", "scale", "recipes"}
    assert len(record["figures"]) >= 15
    assert all(figure["name"] in printed for figure in record["figures"])


def test_speed_compares_the_same_spectra_and_prints_every_way(everything):
    printed, record = everything
    assert len(record["speed"]) == 3
    for title, series in record["speed"].items():
        assert series["difference"] <= ROUNDING
        assert f"{title}: 6 files" in printed
        assert all(f"\n{name} " in printed for name in series["taken"])


def test_recipes_are_measured_beside_a_peer_that_gives_the_same(everything):
    printed, record = everything
    assert record["recipes"]["difference"] < 1e-9
    assert {f"recipe {name}" for name in RECIPES} < record["recipes"]["taken"].keys()
    assert "times as fast" in printed


def test_speed_says_that_it_leaves_out_real_files_that_are_not_there(everything):
    assert "real image .fits.gz: no such files on this machine" in everything[0]


def test_speed_on_real_files_compares_the_same_spectra(tmp_path, real_lamost):
    series = [s for s in ingest_speed.SERIES if s.kind == "real"]
    settings = {"n_files": 6, "n_large": 9, "n_rounds": 1, "say": lambda _: None}
    spectra = real_lamost.parent
    _, record = ingest_speed.run(tmp_path, series=series, real_folder=spectra, **settings)
    assert len(record) == len(series)
    assert all(entry["difference"] <= ROUNDING for entry in record.values())


def test_scale_goes_from_small_to_large_and_measures_memory(everything):
    scales = everything[1]["scale"]
    sizes = [(scale["n_files"], scale["n_workers"]) for scale in scales]
    assert sizes == [(8, 1), (8, 2), (20, 1), (20, 2)]
    # A Python process with numpy and astropy takes some 50 MB at the very least.
    assert all(0.05 < scale["driver"] < 1 for scale in scales)
    assert all(0.05 < scale["worker"] < 1 for scale in scales if scale["n_workers"] == 2)


def test_scale_refuses_more_than_the_disk_holds(tmp_path):
    with pytest.raises(SystemExit, match="free disk"):
        ingest_scale.run(tmp_path, sizes=[10**15], say=print)


def test_stages_add_up_to_the_whole(tmp_path):
    for number in range(4):
        path = tmp_path / "files" / f"{number}.fits.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(Original(simulated(number)).packed(number))
    taken = stages.stages(tmp_path / "files", 4)
    assert set(stages.STAGES) < set(taken)
    assert all(taken[stage] > 0 for stage in stages.STAGES)
    assert sum(taken.values()) == pytest.approx(2 * taken["all"])
    assert len(stages.table(taken)) == len(taken) + 1


@pytest.mark.parametrize("make", [simulated, short])
def test_a_copy_is_the_original_under_another_name(make):
    content = make(3)
    copy = Original(content)
    # The standard library reads one member and verifies its checksum.
    assert gzip.decompress(copy.packed(41)) == copy.numbered(41)
    with (
        fits.HDUList.fromstring(content) as before,
        fits.HDUList.fromstring(copy.numbered(41)) as after,
    ):
        differ = fits.HeaderDiff(before[0].header, after[0].header, ignore_comments=["*"])
        assert set(differ.diff_keyword_values) == {"PLANID", "FILENAME"}
        assert after[0].header["FILENAME"] == name_of(41)
        np.testing.assert_array_equal(before[0].data, after[0].data)


def test_originals_of_one_star_differ_in_their_noise():
    first, second = (fits.HDUList.fromstring(simulated(i))[0].data[0] for i in (0, 1))
    assert np.mean(first != second) > 0.9


def test_real_files_are_those_with_a_row_of_wavelengths(real_lamost):
    images = real_paths(real_lamost, layout="image")
    assert len(images) >= 100
    with fits.open(images[-1]) as hdus:
        wavelength = hdus[0].data[2]
    assert wavelength[0] > 3600
    assert wavelength[-1] < 9200


@pytest.mark.parametrize("unpack", [gunzip_deflate, gunzip_isal])
def test_the_limit_verifies_the_checksum(unpack):
    packed = bytearray(Original(short(0)).packed(0))
    packed[-6] ^= 1
    with pytest.raises((deflate.DeflateError, isal_zlib.error)):
        unpack([bytes(packed)])


def test_every_way_is_timed_once_a_round_and_a_file_is_the_unit():
    called = []

    def way(name, seconds):
        def run():
            called.append(name)
            return Taken(seconds, seconds)

        return Way(4, run)

    taken = interleave({"a": way("a", 1.0), "b": way("b", 3.0)}, 2)
    assert called == ["a", "b", "b", "a"]
    assert taken["a"]["wall"] == [250_000.0, 250_000.0]
    assert ratios(taken["b"]["wall"], taken["a"]["wall"]) == [3.0, 3.0]


def test_a_further_file_costs_nothing_of_the_start():
    # 2 s of start and 100 µs a file: 10 files take 2.001 s, 1000 files 2.1 s.
    assert marginal([200_100.0], 10, [2_100.0], 1000) == pytest.approx([100.0])


def test_a_figure_is_judged_by_its_median():
    figure = Figure(name="speed", values=[9.0, 7.0, 8.5], peer="other", at_least=8.0)
    assert figure.verdict == "pass"
    assert replace(figure, values=[7.0]).verdict == "SHORT"
    assert replace(figure, at_least=None, at_most=8.0).verdict == "SHORT"
    assert replace(figure, at_least=None).verdict == ""
    unknown = replace(figure, values=[float("nan")], at_least=None, at_most=8.0)
    assert unknown.verdict == "SHORT"
    assert "8.5 (7-9)" in verdict.table([figure])[1]
