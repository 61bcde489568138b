"""Tables with damage anywhere: read or refused with a sentence, whatever it is."""

import io
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import parse

WAVELENGTH = np.linspace(5000.0, 7000.0, 40)
COLUMNS = {"wavelength": WAVELENGTH, "flux": np.cos(WAVELENGTH), "err": np.full(40, 0.1)}


def of_fits():
    columns = [fits.Column(name, "D", array=values) for name, values in COLUMNS.items()]
    file = io.BytesIO()
    hdu = fits.BinTableHDU.from_columns(columns)
    hdu.header.update({"OBJECT": "HD 1", "RA": "12:00:00", "DEC": 3.5})
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(file)
    return file.getvalue()


def of_parquet():
    file = io.BytesIO()
    pq.write_table(pa.table(COLUMNS), file)
    return file.getvalue()


def of_numpy():
    array = np.zeros(2, [(name, "f8", (40,)) for name in COLUMNS])
    for name, values in COLUMNS.items():
        array[name] = values
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def of_text(delimiter=","):
    rows = zip(*COLUMNS.values(), strict=True)
    lines = [delimiter.join(COLUMNS), *(delimiter.join(map(str, row)) for row in rows)]
    return "\n".join(lines).encode()


def of_ecsv():
    head = "\n".join(f"# - {{name: {name}, datatype: float64}}" for name in COLUMNS)
    return f"# %ECSV 1.0\n# ---\n# datatype:\n{head}\n".encode() + of_text(" ")


def refusal(content):
    try:
        parse(content, "star")
    except LoaderError as reason:
        return str(reason)
    return None


WHOLE = {"fits": of_fits, "parquet": of_parquet, "numpy": of_numpy, "text": of_text}
WHOLE |= {"ecsv": of_ecsv}


@pytest.mark.parametrize("kind", WHOLE)
def test_the_whole_table_is_read(kind):
    for found in parse(WHOLE[kind](), "star"):
        np.testing.assert_array_equal(found.spectrum.wavelength, WAVELENGTH)
        np.testing.assert_allclose(found.spectrum.ivar, 100)


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_table_is_read_or_refused_with_a_sentence(kind, seed):
    rng = np.random.default_rng(seed)
    whole = WHOLE[kind]()
    for _ in range(60):
        damaged = bytearray(whole)
        # Half of the damage lies where tables say what they are.
        for end in (600, len(whole)):
            damaged[rng.integers(min(end, len(whole)))] = rng.integers(256)
        if rng.random() < 0.3:
            del damaged[rng.integers(len(whole)) :]
        message = refusal(bytes(damaged))
        assert message is None or re.match(
            r"star: .*[Ee]xpected .+ got .+", message, re.DOTALL
        ), message
