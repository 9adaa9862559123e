"""What two firms are compared by: a list of features, each with levels, weights and a sentence.

A weight is a log-odds: what the level adds to the logarithm of the odds that the two rows are one firm. The first level
that holds counts; where none holds the feature says nothing. Conditions are SQL over `l` and `r`, two rows of
`kg.resolve.names`; a sentence may hold `{l.column}`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.resolve.dialect import Dialect, text

NEVER = -99.0
"""The weight of what rules a pair out whatever else agrees."""

ALWAYS = 50.0

BIAS = -6.0
"""The log-odds of a pair that shares a block and of which nothing else is known."""

CODE, CORE = "code", "core"


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison."""

    when: str
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One comparison: its levels from the strongest to the weakest."""

    name: str
    levels: tuple[Level, ...]


def features(dialect: Dialect, *, one_table: bool = False) -> tuple[Feature, ...]:
    """Return all comparisons, in the order in which a reason gives them; some weigh otherwise inside one table."""
    return (
        _code(),
        _core(dialect),
        _rarity(),
        _number(),
        _trade(dialect, one_table=one_table),
        _activity(),
        _place(),
        _aside(),
        _branch(),
        _form(),
        _address(),
    )


def _code() -> Feature:
    return Feature(
        CODE,
        (
            Level("l.code = r.code", ALWAYS, "same official code {l.code}"),
            Level("l.code <> r.code", NEVER, "different official codes {l.code} and {r.code}"),
        ),
    )


def _core(dialect: Dialect) -> Feature:
    shorter = "least(length(l.key), length(r.key))"
    edits = dialect.edits("l.core_shape", "r.core_shape")
    swapped = (
        f"length(l.key) = length(r.key) AND {edits} <= 2 AND {dialect.sorted_characters('l.key')} = "
        f"{dialect.sorted_characters('r.key')}"
    )
    starts = "(left(l.key, length(r.key)) = r.key OR left(r.key, length(l.key)) = l.key)"
    ends = "(right(l.key, length(r.key)) = r.key OR right(r.key, length(l.key)) = l.key)"
    cores = "{l.core} and {r.core}"
    return Feature(
        CORE,
        (
            Level("l.key = r.key AND length(l.key) >= 4", 6.5, "same core {l.core}"),
            Level("l.key = r.key AND length(l.key) = 3", 5.5, "same core {l.core}"),
            Level("l.key = r.key AND length(l.key) = 2", 4.5, "same core {l.core}"),
            Level("l.key = r.key", 1.0, "same core {l.core}"),
            Level("l.body = r.body AND length(l.body) >= 4", 5.0, "same name inside place and legal form, {l.body}"),
            Level(f"{shorter} >= 4 AND {starts}", 4.0, f"one core begins with the other, {cores}"),
            Level(f"{shorter} = 3 AND {starts}", 3.0, f"one core begins with the other, {cores}"),
            Level(f"{shorter} = 2 AND {starts}", 1.0, f"one core begins with the other, {cores}"),
            Level(f"{shorter} >= 3 AND {swapped}", 4.0, f"two characters of the cores swapped, {cores}"),
            Level(f"{shorter} >= 4 AND {edits} = 1", 4.0, f"cores one character apart, {cores}"),
            Level(f"{shorter} = 3 AND {edits} = 1", 2.5, f"cores one character apart, {cores}"),
            Level(f"{shorter} >= 3 AND {ends}", 3.0, f"one core ends with the other, {cores}"),
            Level(f"{shorter} = 2 AND {ends}", 1.0, f"one core ends with the other, {cores}"),
            Level("true", -8.0, f"different cores {cores}"),
        ),
    )


def _rarity() -> Feature:
    """A rare core tells more: few firms share it. `often` is the number of names with that core in the tables."""
    often = "greatest(l.often, r.often)"
    same = "l.key = r.key"
    return Feature(
        "rarity",
        (
            Level(f"{same} AND {often} <= 3", 2.0, "hardly any other name has it"),
            Level(f"{same} AND {often} <= 12", 1.0, "few names have it"),
            Level(f"{same} AND {often} > 100", -1.0, "many names have it"),
        ),
    )


def _trade(dialect: Dialect, *, one_table: bool) -> Feature:
    """Two legal names whose trades differ are two firms; a name without legal form may have left a word out.

    Between two tables it has one partner at most; in one table it stands beside all firms of its group.
    """
    left_out, held = (3.5, 2.0) if one_table else (0.0, 0.0)
    inside = f"({dialect.contains('l.main', 'r.main')} OR {dialect.contains('r.main', 'l.main')})"
    edits = dialect.edits("l.trade_shape", "r.trade_shape")
    whole = (
        f"least(length(l.body), length(r.body)) >= 5 AND l.number = r.number AND l.key <> r.key "
        f"AND {dialect.edits('l.body_shape', 'r.body_shape')} = 1"
    )
    apart = "trade {l.trade} and {r.trade}"
    return Feature(
        "trade",
        (
            Level("l.trade = '' AND r.trade = ''", 1.5, "no trade word on either side"),
            Level("l.trade = r.trade", 3.5, "same trade {l.trade}"),
            Level("l.body = r.body", 3.0, "same core and trade together"),
            Level(whole, 3.0, "core and trade together one character apart, {l.body} and {r.body}"),
            Level(
                "left(l.body, 2) = left(r.body, 2) AND length(l.body) = length(r.body) AND length(l.body) = 4 "
                f"AND l.key <> r.key AND {dialect.edits('l.body_shape', 'r.body_shape')} = 1",
                3.5,
                "core and trade together one character apart, {l.body} and {r.body}",
            ),
            Level(
                "(length(l.key) < length(r.key) AND l.main <> '' AND r.main = '') "
                "OR (length(r.key) < length(l.key) AND r.main <> '' AND l.main = '')",
                -5.0,
                f"different trades, {apart}",
            ),
            Level(
                "l.key = r.key AND ((l.trade = '' AND l.form <> '') OR (r.trade = '' AND r.form <> ''))",
                -5.0,
                "a name in full without the trade {l.trade}{r.trade}",
            ),
            Level("l.trade = '' OR r.trade = ''", -2.6 - left_out, "trade only on one side, {l.trade}{r.trade}"),
            Level(
                "l.main = r.main AND l.main <> '' AND l.key <> r.key",
                -1.5,
                f"same trade but for general words, {apart}",
            ),
            Level("l.main = r.main AND l.main <> ''", 2.5, f"same trade but for general words, {apart}"),
            Level("l.main = r.main", -2.5, f"different general words, {apart}"),
            Level("l.main = '' OR r.main = ''", -0.5 - left_out, f"trade only on one side, {apart}"),
            Level(
                f"{inside} AND l.odd = r.odd AND (l.form = '' OR r.form = '')",
                0.5 - held,
                f"one trade holds the other, {apart}",
            ),
            Level(f"{inside} AND l.odd = r.odd", -2.0 - held, f"one trade holds the other, {apart}"),
            Level(f"{inside} AND (l.form = '' OR r.form = '')", -4.5 - held, f"one trade holds the other, {apart}"),
            Level(f"{inside}", -6.0 - held, f"one trade holds the other, {apart}"),
            Level(
                f"greatest(length(l.trade), length(r.trade)) >= 3 AND {edits} = 1",
                1.5 if not one_table else -5.5,
                f"trade words one character apart, {apart}",
            ),
            Level("true", -8.0, f"different trades, {apart}"),
        ),
    )


def _number() -> Feature:
    return Feature("number", (Level("l.number <> r.number", -6.0, "different numbers {l.number} and {r.number}"),))


def _activity() -> Feature:
    """A word such as 销售 or 物流 names a member firm of its own, unless the other name gives no trade at all."""
    return Feature(
        "activity",
        (
            Level("l.activity = r.activity", 0.0, ""),
            Level("l.trade = '' OR r.trade = ''", -2.0, "{l.activity}{r.activity} may be another firm of the group"),
            Level("true", -7.0, "{l.activity}{r.activity} is another firm of the group"),
        ),
    )


def _place() -> Feature:
    return Feature(
        "place",
        (
            Level("l.city = r.city", 2.5, "same city {l.city}"),
            Level("l.city <> r.city", -8.0, "different cities {l.city} and {r.city}"),
            Level("l.province <> r.province", -8.0, "different provinces"),
            Level("l.province = r.province", 1.0, "same province"),
            Level("true", 0.0, "no city on one side"),
        ),
    )


def _aside() -> Feature:
    """A second place marks a firm of a group in another place (中芯国际(北京))."""
    return Feature("second place", (Level("l.aside <> r.aside", -5.0, "second place {l.aside}{r.aside} on one side"),))


def _branch() -> Feature:
    return Feature(
        "branch",
        (
            Level("l.branch <> r.branch", NEVER, "branch {l.branch}{r.branch} is not its head office"),
            Level("l.branch <> ''", 0.0, "same branch {l.branch}"),
        ),
    )


def _form() -> Feature:
    companies = "('limited', 'shares', 'foreign')"
    return Feature(
        "legal form",
        (
            Level("l.form = r.form AND l.grp = r.grp AND l.form <> ''", 0.8, "same legal form"),
            Level("l.kind = r.kind", 0.3, ""),
            Level("l.kind <> r.kind AND 'institute' IN (l.kind, r.kind)", -4.0, "an institute on one side"),
            Level("l.kind = '' OR r.kind = ''", 0.0, "no legal form on one side"),
            Level(f"l.kind IN {companies} AND r.kind IN {companies}", 0.0, "legal forms {l.form} and {r.form}"),
            Level("true", -5.0, "legal forms {l.form} and {r.form}"),
        ),
    )


def _address() -> Feature:
    return Feature("address", (Level("l.address = r.address AND l.address <> ''", 4.0, "same address"),))


def weight_sql(compared: Sequence[Feature]) -> str:
    """Return SQL: the log-odds of a pair."""
    return " + ".join((f"({BIAS})", *map(_weight, compared)))


def reason_sql(compared: Sequence[Feature]) -> str:
    """Return SQL: the sentences of a pair."""
    return f"concat_ws('; ', {', '.join(map(_reason, compared))})"


def probability_sql(weight: str) -> str:
    """Return SQL: a log-odds as a score from 0 to 1, with four digits."""
    return f"round(1 / (1 + exp(-({weight}))), 4)"


def _weight(feature: Feature) -> str:
    cases = " ".join(f"WHEN {level.when} THEN {level.weight}" for level in feature.levels)
    return f"CASE {cases} ELSE 0 END"


def _reason(feature: Feature) -> str:
    cases = " ".join(f"WHEN {level.when} THEN {_sentence(level.reason)}" for level in feature.levels)
    return f"CASE {cases} END"


def _sentence(template: str) -> str:
    """Return SQL: a sentence with its columns filled in; NULL for none.

    >>> _sentence("same core {l.core}")
    "'same core ' || l.core"
    """
    pieces = re.split(r"\{([lr]\.\w+)\}", template)
    parts = [text(piece) if place % 2 == 0 else piece for place, piece in enumerate(pieces) if piece]
    return " || ".join(parts) if parts else "NULL"
