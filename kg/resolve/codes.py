"""The unified social credit code (GB 32100-2015): 17 characters of 31, and a check character over them."""

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table 1: digits and capitals without I, O, S, V, Z; the place of a character is its value."""

LENGTH = 18
_BASE = len(ALPHABET)
WEIGHTS = tuple(pow(3, place, _BASE) for place in range(LENGTH - 1))
"""GB 32100-2015, 5.2: the weight of place i is 3^(i-1) mod 31."""

_FORM = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def normalised(code: str) -> str:
    """Return a code as it is compared: capitals, without spaces and hyphens.

    >>> normalised(" 9137 0600-ma3 ")
    '91370600MA3'
    """
    return re.sub(r"[\s\-]", "", code).upper()


def check_character(body: str) -> str:
    """Return the check character of the first 17 characters.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % _BASE]


def fault(code: str) -> str:
    """Return why a normalised code is not valid, or nothing.

    >>> fault("91350100M000100Y43")
    ''
    >>> fault("91350100M000100Y44")
    'the check character should be 3 (GB 32100-2015)'
    """
    if len(code) != LENGTH:
        return f"a unified social credit code has {LENGTH} characters, this one {len(code)}"
    if not _FORM.fullmatch(code):
        bad = next(character for character in code if character not in ALPHABET)
        return f"the character {bad!r} cannot stand in a unified social credit code (GB 32100-2015)"
    expected = check_character(code[:-1])
    return "" if code[-1] == expected else f"the check character should be {expected} (GB 32100-2015)"


def is_valid_sql(code: str) -> str:
    """Return SQL that is true for a valid code: the same rule as `fault`, in functions that every engine has."""
    terms = [
        f"(instr('{ALPHABET}', substr({code}, {place}, 1)) - 1) * {weight}" for place, weight in enumerate(WEIGHTS, 1)
    ]
    last = f"(instr('{ALPHABET}', substr({code}, {LENGTH}, 1)) - 1)"
    return (
        f"(length({code}) = {LENGTH} AND NOT regexp_matches({code}, '[^{ALPHABET}]')"
        f" AND ({' + '.join(terms)} + {last}) % {_BASE} = 0)"
    )
