import contextlib
import io

import numpy as np
import pytest
from astropy.io.votable import from_table
from astropy.table import Table

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load
from specoracle.spectra.air import air_to_vacuum

WAVELENGTH = np.linspace(6260.0, 6770.0, 30)
FLUX = np.linspace(1.0, 2.0, 30)

HEAD = b'<?xml version="1.0"?>\n'
BODY = b"""<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE><TABLE><FIELD name="a" datatype="double" ucd="em.wl" unit="Angstrom"/>
<FIELD name="b" datatype="double" ucd="phot.flux.density"/>
<PARAM name="OBJECT" datatype="char" arraysize="*" value="%s"/>
<DATA><TABLEDATA><TR><TD>6560</TD><TD>1</TD></TR><TR><TD>6561</TD><TD>2</TD></TR>
</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
"""


def votable(kind="binary", **about):
    table = Table({"x": WAVELENGTH, "y": FLUX, "s": np.full(30, 0.5)})
    table["x"].unit = "nm"
    document = from_table(table, table_id="t")
    element = document.get_first_table()
    for field, ucd in zip(
        element.fields,
        ("em.wl", "phot.flux.density;em.opt", "stat.error;phot.flux"),
        strict=True,
    ):
        field.ucd = ucd
    unit = about.pop("unit", "Angstrom")
    for name, value in about.items():
        setattr(element.fields[0], name, value)
    file = io.BytesIO()
    document.to_xml(file, tabledata_format=kind)
    # astropy warns of Angstrom when it writes, though most spectra are in it.
    return file.getvalue().replace(b'unit="nm"', f'unit="{unit}"'.encode())


def one(tmp_path, content):
    path = tmp_path / "star.vot"
    path.write_bytes(content)
    (observation,) = load(path)
    return observation


def refusal(tmp_path, content):
    with pytest.raises(LoaderError, match=r"^star\.vot: ") as caught:
        one(tmp_path, content)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["tabledata", "binary", "binary2"])
def test_columns_go_by_their_ucds_in_every_serialisation(tmp_path, kind):
    spectrum = one(tmp_path, votable(kind)).spectrum
    np.testing.assert_array_equal(spectrum.wavelength, WAVELENGTH)
    np.testing.assert_array_equal(spectrum.flux, FLUX)
    np.testing.assert_array_equal(spectrum.ivar, np.full(30, 4.0))


@pytest.mark.parametrize(
    "about", [{"description": "Air wavelength"}, {"ucd": "em.wl;obs.atmos"}]
)
def test_a_description_or_ucd_says_that_wavelengths_are_in_air(tmp_path, about):
    spectrum = one(tmp_path, votable(**about)).spectrum
    np.testing.assert_array_equal(spectrum.wavelength, air_to_vacuum(WAVELENGTH))


def test_a_unit_is_converted(tmp_path):
    spectrum = one(tmp_path, votable(unit="nm")).spectrum
    np.testing.assert_allclose(spectrum.wavelength, 10 * WAVELENGTH, rtol=1e-14)


def test_a_frequency_becomes_a_wavelength_in_vacuum(tmp_path):
    observation = one(tmp_path, votable(unit="THz", ucd="em.freq", description="air"))
    # λ = c/ν, with c = 299 792 458 m/s exactly; the order is turned round.
    expected = 299_792_458e10 / (WAVELENGTH[::-1] * 1e12)
    np.testing.assert_allclose(observation.spectrum.wavelength, expected, rtol=1e-13)


def test_parameters_fill_the_catalogue_as_plain_text(tmp_path):
    observation = one(tmp_path, HEAD + BODY % b"&lt;b&gt;BT CMi")
    assert observation.catalogue == {"object_name": "<b>BT CMi"}


LAUGHS = b"<!DOCTYPE lolz [\n<!ENTITY a 'ha'>\n" + b"".join(
    b"<!ENTITY %c '%s'>\n" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'


@pytest.mark.parametrize(
    ("declaration", "entity"),
    [(LAUGHS + b"]>\n", b"&j;"), (OUTSIDE, b"&a;"), (b"<!DOCTYPE VOTABLE>\n", b"x")],
    ids=["billion laughs", "external entity", "harmless"],
)
def test_a_document_type_is_refused_before_anything_is_parsed(
    tmp_path, declaration, entity
):
    message = refusal(tmp_path, HEAD + declaration + BODY % entity)
    assert "without a document type, got <!DOCTYPE" in message


def test_data_elsewhere_are_not_fetched(tmp_path):
    elsewhere = tmp_path / "data.bin"
    elsewhere.write_bytes(np.arange(4, dtype=">f8").tobytes())
    start, end = BODY.index(b"<TABLEDATA>"), BODY.index(b"</DATA>")
    stream = b'<BINARY><STREAM a="&gt;>" href = "file://%s"/></BINARY>'
    content = BODY[:start] + stream % str(elsewhere).encode() + BODY[end:]
    message = refusal(tmp_path, HEAD + content.replace(b"%s", b"x"))
    assert "holds its data, got a STREAM that names another place" in message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<TABLE>", b'<TABLE nrows="99999999999">'),
        (b'datatype="double" ucd="em', b'datatype="double" arraysize="9999x9999" ucd="em'),
    ],
)
def test_more_than_the_bytes_can_hold_is_refused(tmp_path, old, new):
    message = refusal(tmp_path, HEAD + (BODY % b"x").replace(old, new))
    assert "expected a VOTable as large as it says" in message


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95])
def test_a_votable_cut_short_is_refused(tmp_path, share):
    content = votable()
    refusal(tmp_path, content[: int(share * len(content))])


def test_damage_anywhere_is_refused_or_read_and_never_breaks(tmp_path):
    rng = np.random.default_rng(3)
    content = bytearray(votable())
    for _ in range(150):
        damaged = bytearray(content)
        for place in rng.integers(0, len(content), 4):
            damaged[place] = rng.integers(256)
        with contextlib.suppress(LoaderError):
            one(tmp_path, bytes(damaged))
