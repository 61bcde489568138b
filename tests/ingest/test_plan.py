import json
import signal
import subprocess
import sys

import pytest

from specoracle.archive.layout import Layout
from specoracle.ingest.discover import SurveyFile
from specoracle.ingest.plan import (
    Part,
    packed,
    parts_per_shard,
    read_plans,
    unpacked,
    write_plan,
)


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path / "archive")


def files(n, name="{}.fits"):
    return [SurveyFile("/data", name.format(i), 10 + i, 1 << 60) for i in range(n)]


@pytest.mark.parametrize(
    ("n_pixels", "files_per_part", "n_rows"),
    [(140, 256, 65_536), (140, 128, 65_536), (203, 512, 41_000), (4000, 256, 2_200)],
)
def test_a_shard_holds_64_megabytes_whatever_the_parts(n_pixels, files_per_part, n_rows):
    # design.md: at least 64 MB, 65,536 rows at 140 points.
    rows = parts_per_shard(n_pixels, files_per_part) * files_per_part
    assert rows * n_pixels * 8 >= 64 << 20
    assert rows == pytest.approx(n_rows, rel=0.15)


def test_a_plan_comes_back_with_every_file_once_and_in_order(layout):
    odd = [*files(10), SurveyFile("/data", "caf\udce9/Hα.fits", 1, 2)]
    write_plan(layout, odd, files_per_part=4, n_pixels=140)
    (group,) = read_plans(layout)
    assert [len(part.files) for part in group.parts] == [4, 4, 3]
    assert [file for part in group.parts for file in part.files] == odd
    assert len({part.name for part in group.parts}) == 3


def test_parts_are_grouped_into_shards(layout):
    # 64 MiB are 16 spectra of 524,288 pixels at 8 bytes: four parts of four files.
    write_plan(layout, files(37), files_per_part=4, n_pixels=1 << 19)
    groups = list(read_plans(layout))
    assert [len(group.parts) for group in groups] == [4, 4, 2]
    assert len({group.name for group in groups}) == 3


def test_later_plans_come_after_earlier_ones(layout):
    for number in range(12):
        write_plan(layout, files(1, f"{number}-{{}}"), files_per_part=4, n_pixels=140)
    groups = list(read_plans(layout))
    assert [g.parts[0].files[0].path for g in groups] == [f"{n}-0" for n in range(12)]
    assert sorted(g.name for g in groups) == [g.name for g in groups]


def test_an_archive_without_a_plan_has_no_groups(layout):
    assert list(read_plans(layout)) == []


def test_a_plan_that_was_cut_short_by_a_kill_does_not_count(layout):
    write_plan(layout, files(3), files_per_part=4, n_pixels=140)
    before = list(read_plans(layout))
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from specoracle.durable import appearing\n"
        "with appearing(Path(sys.argv[1])) as partial:\n"
        '    partial.write_text(\'{"plan": 2, "parts_per\')\n'
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = layout.plans / "0002.jsonl"
    done = subprocess.run([sys.executable, "-c", code, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(layout.plans.iterdir())) == 2
    assert list(read_plans(layout)) == before
    write_plan(layout, files(2, "more-{}"), files_per_part=4, n_pixels=140)
    assert path.exists()
    assert json.loads(path.read_text().splitlines()[0])["plan"] == 2
    assert len(list(read_plans(layout))) == 2


def test_a_part_is_the_same_when_it_has_been_packed():
    odd = SurveyFile(
        "/data", b"caf\xe9/H\n<b>.fits".decode("utf-8", "surrogateescape"), 1, 2
    )
    part = Part("0001-000000", (*files(3), odd))
    back = unpacked(packed(part))
    assert back == part
    assert {type(file) for file in back.files} == {SurveyFile}
    assert back.files[-1].location.endswith("caf\udce9/H\n<b>.fits")
