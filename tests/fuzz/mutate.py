"""Damage to survey files: one function a kind, each ``(content, rng) -> content``.

`FITS_KINDS` take and give the bytes of a FITS file; `GZIP_KINDS` take those and give what
is left of them gzipped. Everything that is drawn comes from ``rng``.
"""

import gzip
import zlib

import numpy as np
from cards import BLOCK, CARD, header_cards, header_starts, with_card, with_value

LIES = [
    *("0", "1", "2", "3", "5", "-1", "140", "3907", "3908", "3909", "65536", "2147483648"),
    *("1000000000000", "9223372036854775807", "1" + 30 * "0", "5.0", "T", "'5'", ""),
]
ODD_VALUES = [
    *("1D5", "1e5", "NaN", "Inf", "T", "''", "'unclosed", "(1, 2)", "", "1 2", "0x10"),
    *("99999999999999999999", "1E999", "-", ".5", "+.5E3", "1.", "007", "-9999", "-9999.0"),
    *("'a''b'", "'   '", "'x' junk", "5 junk", "5/6", "'/'", "/", "'caf\xe9'", "1_000"),
    *("'<script>alert(1)</script>'", "'a\nb'", "'\0'", "12345678901234567890.5E-10", "T F"),
]
CARDS = [
    *("BSCALE  = 2.0", "BZERO   = 1000.0", "BLANK   = 7", "GROUPS  = T", "PCOUNT  = 80"),
    *("GCOUNT  = 2", "EXTEND  = F", "SIMPLE  = F", "ZIMAGE  = T", "THEAP   = 10"),
    *("TSCAL1  = 2.0", "TZERO1  = 5.0", "TNULL1  = 0", "TDIM1   = '(2,1954)'"),
    *("TSCAL2  = 0.5", "TZERO3  = -1.0", "TDISP1  = 'F8.3'", "TUNIT1  = 'Jy'"),
    *("TFORM1  = '3908D'", "TFORM1  = '1954E'", "TFORM2  = '3908J'", "TFORM3  = '3908I'"),
    *("TFORM1  = 'E3908'", "TFORM1  = '1PE(9)'", "TTYPE2  = 'FLUX'", "TTYPE1  = 'flux'"),
    *("TTYPE3  = 'LOGLAM'", "EXTNAME = 'coadd'", "EXTNAME = 'OTHER'", "EXTEN0  = 'Flux'"),
    *("EXTEN0  = 'Wavelength'", "COEFF0  = 3.9", "COEFF1  = 1.0", "COEFF1  = -0.0001"),
    *("COEFF1  = 0.0", "COEFF0  = 999999.0", "TELESCOP= 'SDSS'", "TELESCOP= 'lamost'"),
    *("ORIGIN  = 'LAMOST'", "PLANID  = 'A B/../C'", "FIBERID = 250.0", "SPID    = T"),
    *(
        "CONTINUE  'more'",
        "HIERARCH LAMOST FLUX = 5",
        "HISTORY = 5",
        "RA = 5",
        "ra      = 5",
    ),
    *("CHECKSUM= 'AAAAAAAAAAAAAAAA'", "DATASUM = '1'", "INHERIT = T", "END     = 5"),
]
OTHER_FILES = [
    *(b"", b"\0", b"S", b"SIMPLE", b"SIMPLE  =                    T", b"\x1f\x8b", b"\x1f"),
    *(b"<!DOCTYPE html><html><body>404 Not Found</body></html>", b"wavelength,flux\n1,2\n"),
    *(b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"{}", b"\xff" * 3000),
    *(b"SIMPLE" + b" " * 5000, b"SIMPLE  = " + b"\0" * 9000, b"\x1f\x8b\x08" + bytes(40)),
]


def cut_anywhere(content, rng):
    return content[: rng.integers(len(content))]


def bits_in_a_header(content, rng):
    start = int(rng.choice(header_starts(content) or [0]))
    places = header_cards(content, start).values()
    stop = min(max(places, default=0) + 3 * CARD, len(content))
    return _flipped(content, start, stop, rng)


def bits_in_the_data(content, rng):
    return _flipped(content, len(content) // 4, len(content), rng)


def bytes_overwritten(content, rng):
    start, size = rng.integers(len(content)), int(2 ** rng.uniform(0, 13))
    filling = [bytes(size), b"\xff" * size, b" " * size, rng.bytes(size)]
    filled = content[:start] + filling[rng.integers(4)] + content[start + size :]
    return filled[: len(content)]


def blocks_lost_or_repeated(content, rng):
    place = BLOCK * int(rng.integers(len(content) // BLOCK + 1))
    block = content[place : place + BLOCK]
    rest = content[place + BLOCK :]
    return content[:place] + [b"", block + block, block[::-1]][rng.integers(3)] + rest


def bytes_lost_or_inserted(content, rng):
    place, size = rng.integers(len(content)), int(rng.integers(1, 9))
    if rng.random() < 0.5:
        return content[:place] + content[place + size :]
    return content[:place] + rng.bytes(size) + content[place:]


def line_ends_converted(content, rng):
    before, after = [(b"\n", b"\r\n"), (b"\r\n", b"\n"), (b"\r", b"\n")][rng.integers(3)]
    return content.replace(before, after)


def sizes_that_lie(content, rng):
    start = int(rng.choice(header_starts(content) or [0]))
    keys = ["NAXIS", "NAXIS1", "NAXIS2", "PCOUNT", "GCOUNT", "TFIELDS"]
    keys = [key for key in keys if key in header_cards(content, start)]
    for key in rng.choice(keys or ["NAXIS"], size=rng.integers(1, 3)):
        content = with_value(content, str(key), f"{rng.choice(LIES):>20}", start)
    return content


def wrong_bitpix(content, rng):
    start = int(rng.choice(header_starts(content) or [0]))
    values = [8, 16, 32, 64, -32, -64, -16, -8, 0, 7, 128, 10**12]
    return with_value(content, "BITPIX", f"{rng.choice(values):>20}", start)


def numbers_that_are_none(content, rng):
    values = np.array(
        [np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45, -0.0, 0.0, -1.0, 1e-20, 1e20], ">f4"
    )
    place = int(rng.integers(len(content) // 4, len(content) - 4)) // 4 * 4
    size = int(2 ** rng.uniform(0, 12.5))
    filling = rng.choice(values, size=1 if rng.random() < 0.7 else size)
    run = np.resize(filling, size).astype(">f4").tobytes()
    return (content[:place] + run + content[place + len(run) :])[: len(content)]


def cards_moved(content, rng):
    start = int(rng.choice(header_starts(content) or [0]))
    places = list(header_cards(content, start).values())
    one, other = (int(place) for place in rng.choice(places, size=2))
    moved = content[one : one + CARD]
    if rng.random() < 0.5:  # exchanged; else the one is there twice
        content = with_card(content, one, content[other : other + CARD])
    return with_card(content, other, moved)


def cards_that_change_the_rest(content, rng):
    start = int(rng.choice(header_starts(content) or [0]))
    places = header_cards(content, start)
    card = str(rng.choice(CARDS)).encode("latin-1")
    own = places.get(card[:8].decode().rstrip())
    return with_card(content, own or int(rng.choice(list(places.values())[2:])), card)


def values_garbled(content, rng):
    start = int(rng.choice(header_starts(content) or [0]))
    keys = sorted(header_cards(content, start))
    wanted = ["LMJD", "PLANID", "SPID", "FIBERID", "COEFF0", "RA", "DEC", "Z", "CLASS"]
    wanted += ["SUBCLASS", "SNRR", "DATE-OBS", "EXTEN0", "TELESCOP", "TTYPE1", "TFORM1"]
    choice = [key for key in wanted if key in keys] if rng.random() < 0.7 else keys
    value = str(rng.choice(ODD_VALUES))
    value = f"{value:>20}" if rng.random() < 0.5 else value
    return with_value(content, str(rng.choice(choice or keys)), value, start)


def keywords_garbled(content, rng):
    start = int(rng.choice(header_starts(content) or [0]))
    place = int(rng.choice(list(header_cards(content, start).values())))
    card = content[place : place + CARD]
    changed = [
        card.lower(),
        b" " + card,
        card.replace(b"= ", b"=", 1),
        card.replace(b"= ", b"  ", 1),
        card.replace(b"=", b"==", 1),
        card.replace(b" ", b"\0"),
        card.replace(b" ", b"\t"),
        b"\xe9" + card[1:],
    ]
    return with_card(content, place, changed[rng.integers(len(changed))])


def ends_lost_or_early(content, rng):
    start = int(rng.choice(header_starts(content) or [0]))
    places = list(header_cards(content, start).values())
    if rng.random() < 0.5:
        return with_card(content, int(rng.choice(places)), b"END")
    return with_card(content, places[-1] + CARD, b"COMMENT the end is lost")


def something_behind(content, rng):
    tails = [content, rng.bytes(5000), bytes(1), bytes(BLOCK), b"SIMPLE  =", content[:700]]
    return content + tails[rng.integers(len(tails))]


def something_else(content, rng):
    if rng.random() < 0.2:
        return rng.bytes(rng.integers(9000))
    return OTHER_FILES[rng.integers(len(OTHER_FILES))]


def gzip_cut(content, rng):
    packed = gzip.compress(content, 6, mtime=0)
    return packed[: rng.integers(2, len(packed))]


def gzip_bits(content, rng):
    packed = gzip.compress(content, 6, mtime=0)
    return _flipped(packed, 2, len(packed), rng)


def gzip_trailer_wrong(content, rng):
    packed = gzip.compress(content, 1, mtime=0)
    trailer = int.from_bytes(packed[-8:], "little") ^ (1 << int(rng.integers(64)))
    return packed[:-8] + trailer.to_bytes(8, "little")


def gzip_bytes_lost(content, rng):
    packed = gzip.compress(content, 1, mtime=0)
    place, size = rng.integers(10, len(packed)), int(2 ** rng.uniform(0, 12))
    return packed[:place] + packed[place + size :]


def gzip_in_members(content, rng):
    """As bgzip, pigz and cat make them: whole, but of several pieces."""
    cuts = sorted(int(cut) for cut in rng.integers(0, len(content), size=3))
    bounds = zip([0, *cuts], [*cuts, len(content)], strict=True)
    packed = b"".join(gzip.compress(content[a:b], 1, mtime=0) for a, b in bounds)
    tails = [b"", b"", bytes(512), b"junk", b"\x1f\x8b", gzip.compress(b"")]
    return packed + tails[rng.integers(len(tails))]


def gzip_of_another_kind(content, rng):
    """Every level, stored blocks, a name, a comment and a header checksum: all whole."""
    level, strategy = int(rng.integers(0, 10)), int(rng.choice([0, 2, 3, 4]))
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 1 + int(rng.integers(9)), strategy)
    body = packer.compress(content[:9999]) + packer.flush(zlib.Z_FULL_FLUSH)
    body += packer.compress(content[9999:]) + packer.flush()
    flags = int(rng.integers(32))
    head = b"\x1f\x8b\x08" + bytes([flags]) + rng.bytes(6)
    head += b"\x05\x00extra" if flags & 4 else b""
    head += b"spec\xe9.fits\0" if flags & 8 else b""
    head += b"a comment\0" if flags & 16 else b""
    head += (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little") if flags & 2 else b""
    tail = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    return head + body + tail


def gzip_twice(content, rng):
    return gzip.compress(gzip.compress(content, 1, mtime=0), 1, mtime=0)


def undamaged(content, rng):
    return content


def _flipped(content, start, stop, rng):
    """Flip 1 to 8 bits between two bytes."""
    damaged = bytearray(content)
    for place in rng.integers(start, max(stop, start + 1), size=rng.integers(1, 9)):
        damaged[place] ^= 1 << int(rng.integers(8))
    return bytes(damaged)


FITS_KINDS = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        undamaged,
        cut_anywhere,
        bits_in_a_header,
        bits_in_the_data,
        bytes_overwritten,
        blocks_lost_or_repeated,
        bytes_lost_or_inserted,
        line_ends_converted,
        sizes_that_lie,
        wrong_bitpix,
        numbers_that_are_none,
        cards_moved,
        cards_that_change_the_rest,
        values_garbled,
        keywords_garbled,
        ends_lost_or_early,
        something_behind,
        something_else,
    )
}
"""Damage to a FITS file, by name; some of it is afterwards gzipped as it is."""

GZIP_KINDS = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        gzip_cut,
        gzip_bits,
        gzip_trailer_wrong,
        gzip_bytes_lost,
        gzip_in_members,
        gzip_of_another_kind,
        gzip_twice,
    )
}
"""Damage to a gzip stream, by name."""

ODD_NAMES = [
    *("new\nline", "carriage\rreturn", 'quote"d', "comma,ed", "tab\tbed", "caf\xe9", "星"),
    *(" blank ", "[a-z]*?", "-dash", "%s{0}", "<b>", "\x1b[31mred", "\udce9", "back\\s"),
    *("a" * 200, "'", ";rm", "$HOME", "\u202ertl", "\u2400", "=1+1", "#hash", "@at"),
]
"""Names that files may have on a Unix disk; the one that is no UTF-8 among them."""
