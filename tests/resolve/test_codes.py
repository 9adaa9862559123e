"""GB 32100-2015: the check character, and what is wrong with a code."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve import codes

VALID = "91350100M000100Y43"  # the example of GB 32100-2015, annex
bodies = st.text(codes.ALPHABET, min_size=17, max_size=17)


def test_the_example_of_the_standard_is_valid() -> None:
    assert codes.fault(VALID) == ""


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (VALID[:-1] + "4", "the check character should be 3"),
        (VALID[:-1], "18 characters, this one 17"),
        ("O" + VALID[1:], "'O' cannot stand"),
        ("", "18 characters, this one 0"),
    ],
)
def test_a_bad_code_has_a_reason(code: str, reason: str) -> None:
    assert reason in codes.fault(code)


@given(bodies, st.integers(0, 16), st.sampled_from(codes.ALPHABET))
def test_any_one_changed_character_is_found(body: str, at: int, other: str) -> None:
    code = body + codes.check_character(body)
    changed = code[:at] + other + code[at + 1 :]
    assert codes.fault(code) == ""
    assert (codes.fault(changed) == "") == (changed == code)


@given(st.text(codes.ALPHABET + "OIZ", min_size=16, max_size=19), st.booleans())
def test_sql_and_python_agree(code: str, make_valid: bool) -> None:
    if make_valid and len(code) >= 17 and not set(code) - set(codes.ALPHABET):
        code = code[:17] + codes.check_character(code[:17])
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {codes.is_valid_sql('code')} FROM (SELECT ? AS code)", [code]).fetchone()
    assert found == (codes.fault(code) == "",)


def test_spaces_hyphens_and_small_letters_do_not_matter() -> None:
    assert codes.normalised("9135 0100-m000100y43 ") == VALID
