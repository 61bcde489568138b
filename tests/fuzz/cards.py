"""Header cards as bytes: found and replaced in place, without asking whether they hold."""

CARD, BLOCK = 80, 2880


def header_starts(content):
    """Where headers begin, as far as the first card of each tells."""
    words = (b"SIMPLE  ", b"XTENSION")
    starts = range(0, len(content), BLOCK)
    return [start for start in starts if content[start : start + 8] in words]


def header_cards(content, start):
    """Place of the first card of each keyword, in the header that begins at ``start``."""
    places = {}
    for place in range(start, len(content) - CARD + 1, CARD):
        keyword = content[place : place + 8].rstrip()
        if keyword == b"END":
            break
        places.setdefault(keyword.decode("latin-1"), place)
    return places


def with_card(content, place, card):
    """Return the content with the card at ``place`` replaced."""
    return content[:place] + card[:CARD].ljust(CARD) + content[place + CARD :]


def with_value(content, keyword, value, start=0):
    """Return the content with another value on a card; the same where there is none."""
    place = header_cards(content, start).get(keyword)
    if place is None:
        return content
    card = content[place : place + 8] + b"= " + value.encode("latin-1")
    return with_card(content, place, card)
