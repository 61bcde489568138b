from typer.testing import CliRunner

from specoracle.cli.main import app


def test_a_comparison_is_made_and_grows(tmp_path):
    words = [
        *("replay", str(tmp_path), "--pool", "a", "--n", "100", "--prevalence", "0.2"),
        *("--budget", "20", "--batch-size", "20", "--classifier", "linear"),
        *("--seeds", "1", "--workers", "1"),
    ]
    for presets, n_done in (("random", 0), ("random,margin", 1)):
        done = CliRunner().invoke(app, [*words, "--presets", presets])
        assert done.exit_code == 0, done.output
        assert f"{n_done} of them done before" in done.output
    table = (tmp_path / "comparison.md").read_text(encoding="utf-8")
    assert table.count("| margin | 1 |") == 2  # asked and held out
    assert (tmp_path / "comparison.html").stat().st_size > 100_000
