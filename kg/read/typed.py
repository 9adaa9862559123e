"""Columns that have types -> a `Relation` of text: as the source writes values, and as their natural RDF literals.

The natural datatypes are those of the RML-IO registry (https://kg-construct.github.io/rml-io-registry/), lexical forms
are canonical (XML Schema 1.1 part 2, the canonical mappings).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.model import Relation
from kg.vocabulary import XSD

NUMBER = "_row"

FORM, TYPE = " (canonical)", " (datatype)"
"""What the names of the columns beside a column end in: none of a source does."""

_PLAIN_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"

SCALARS = {
    "BOOLEAN": "boolean",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "BIGNUM"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "double"),
    "DECIMAL": "decimal",
    "DATE": "date",
    "TIME": "time",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "dateTime"),
    "TIMESTAMP WITH TIME ZONE": "dateTime",
    "BLOB": "hexBinary",
    **dict.fromkeys(("VARCHAR", "UUID", "ENUM", "BIT", "INTERVAL", "JSON", "TIME WITH TIME ZONE"), ""),
}
"""The types of DuckDB, and their natural datatypes; those left out hold several values."""


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """One column: SQL of its text, and what its values are. `types` is SQL too, of one datatype IRI a value."""

    name: str
    text: str
    datatype: str = ""
    form: str = ""
    types: str = ""


def typed_relation(file: str, columns: Iterable[TypedColumn], source: str, number: str) -> Relation:
    """Return the relation of typed columns over `source`, rows numbered by the expression `number`."""
    all_of = tuple(columns)
    forms = tuple((each.name, each.name + FORM) for each in all_of if each.form)
    typed_by = tuple((each.name, each.name + TYPE) for each in all_of if each.types)
    listed = [f"{each.text} AS {identifier(each.name)}" for each in all_of]
    listed += [f"{each.form} AS {identifier(each.name + FORM)}" for each in all_of if each.form]
    listed += [f"{each.types} AS {identifier(each.name + TYPE)}" for each in all_of if each.types]
    selected = ", ".join(listed)
    return Relation(
        file,
        tuple(each.name for each in all_of),
        f"SELECT {selected} FROM {source}",
        f"SELECT {number} AS {NUMBER}, {selected} FROM {source}",
        tuple((each.name, XSD + each.datatype) for each in all_of if each.datatype),
        forms,
        typed_by,
    )


def typed_column(name: str, code: str, duckdb_type: str) -> TypedColumn | None:
    """Return a column of one of DuckDB's types, `code` being the SQL of its values; None for one of several values."""
    kind = re.sub(r"\(.*", "", duckdb_type) if not duckdb_type.endswith("[]") else ""
    if kind not in SCALARS:
        return None
    datatype, written = SCALARS[kind], f"{code}::VARCHAR"
    if datatype == "double":
        return TypedColumn(name, plain_double(written), "double", canonical_double(written))
    if datatype == "decimal":
        return TypedColumn(name, written, "decimal", canonical_decimal(written))
    if kind == "TIMESTAMP WITH TIME ZONE":
        written = f"replace(({code} AT TIME ZONE 'UTC')::VARCHAR, ' ', 'T') || 'Z'"
    elif datatype == "dateTime":
        written = f"replace({code}::VARCHAR, ' ', 'T')"
    elif datatype == "hexBinary":
        written = f"hex({code})"
    return TypedColumn(name, written, datatype)


def plain_double(written: str) -> str:
    """Return the SQL of a double as people write it, which templates take: 1.5; large and small ones as 1.0E22."""
    return f"CASE WHEN regexp_matches({written}, '{_PLAIN_NUMBER}') THEN {written} ELSE {canonical_double(written)} END"


def canonical_double(written: str) -> str:
    """Return the SQL of the canonical form of a double, given the SQL of its shortest decimal form: 100.0 is 1.0E2."""
    number = f"lower({written})"
    mantissa = f"ltrim(split_part({number}, 'e', 1), '-+')"
    exponent = f"coalesce(try_cast(split_part({number}, 'e', 2) AS INTEGER), 0)"
    whole, fraction = f"split_part({mantissa}, '.', 1)", f"split_part({mantissa}, '.', 2)"
    digits = f"ltrim({whole} || {fraction}, '0')"
    shift = f"{exponent} + len({whole}) - 1 - (len({whole} || {fraction}) - len({digits}))"
    sign = f"CASE WHEN starts_with({number}, '-') THEN '-' ELSE '' END"
    rest = f"coalesce(nullif(rtrim(substr({digits}, 2), '0'), ''), '0')"
    return (
        f"CASE WHEN {written} IS NULL THEN NULL WHEN contains({number}, 'nan') THEN 'NaN' "
        f"WHEN contains({number}, 'inf') THEN {sign} || 'INF' WHEN {digits} = '' THEN {sign} || '0.0E0' "
        f"ELSE {sign} || {digits}[1] || '.' || {rest} || 'E' || ({shift})::VARCHAR END"
    )


def canonical_decimal(written: str) -> str:
    """Return the SQL of the canonical form of a decimal: 1.50 is 1.5, and 42.0 is 42."""
    trimmed = f"rtrim(rtrim({written}, '0'), '.')"
    return (
        f"CASE WHEN contains({written}, '.') THEN coalesce(nullif(nullif({trimmed}, ''), '-0'), '0') ELSE {written} END"
    )


def without_zeros(written: str) -> str:
    """Return the SQL of a time without zeros at the end of its fraction."""
    return f"CASE WHEN contains({written}, '.') THEN rtrim(rtrim({written}, '0'), '.') ELSE {written} END"


def identifier(name: str) -> str:
    """Return a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """Return a quoted SQL string."""
    return "'" + text.replace("'", "''") + "'"
