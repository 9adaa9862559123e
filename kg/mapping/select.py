"""Map plans -> the SELECTs that an engine runs. The rows of a map are `c`, the parent's rows of a join `p`.

`found` are the faults that do occur in the data: only these need a test in each row.
"""

from collections.abc import Collection, Iterable
from typing import TypeAlias

from kg.mapping import dialect, sql
from kg.mapping.plan import Blank, Iri, MapPlan, Statement, Term, term_columns
from kg.mapping.sql import Fault, Pieces, Sql
from kg.mapping.template import Column, columns
from kg.model import Relation

Group: TypeAlias = tuple[tuple[MapPlan, tuple[Statement, ...]], ...]
"""Some statements of some maps; those of one entry read the same rows."""

ROW = "c._row"
OF_PARENT = "p.object"

DIFFERENT = "count(DISTINCT "
"""How an aggregate begins that has to keep all values that it has seen."""


class Projection:
    """The distinct expressions of an inner SELECT: each is computed once a row, however many lines use it."""

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}

    def alias(self, code: str) -> str:
        """Return the name of an expression in the outer SELECT."""
        return self.aliases.setdefault(code, f"v{len(self.aliases)}")

    def pieces(self, made: Pieces) -> Pieces:
        """Return the same text, read from the outer SELECT."""
        return tuple(piece if isinstance(piece, str) else Sql(self.alias(piece.code)) for piece in made)

    def select(self, rows: str) -> str:
        """Return the inner SELECT over `rows`."""
        listed = ", ".join(f"{code} AS {alias}" for code, alias in self.aliases.items())
        return f"SELECT {listed or '1 AS nothing'} FROM {rows}"


def statement_queries(each: MapPlan) -> list[str]:
    """Return the SELECTs of the columns row, subject, predicate, object, graph: one for the map, one a join."""
    direct = [statement for statement in each.statements if statement.join is None]
    joined = [[statement] for statement in each.statements if statement.join is not None]
    return [_statement_query(each, group) for group in (direct, *joined) if group]


def _statement_query(each: MapPlan, statements: list[Statement]) -> str:
    packed = dialect.current().unnested(_packed(statement) for statement in statements)
    inner = (
        f"SELECT {ROW} AS row, {sql.guarded(each.subject, 'c')} AS subject, {packed} AS made "
        f"FROM {rows(each.relation, statements[0], numbered=True)}"
    )
    return (
        f"SELECT row, subject, made.predicate, made.object, made.graph FROM ({inner}) "
        "WHERE subject IS NOT NULL AND made.predicate IS NOT NULL AND made.object IS NOT NULL"
    )


def _packed(statement: Statement) -> str:
    """Return a struct of one statement; a graph map that gives no graph gives no statement (R2RML, section 11.1)."""
    predicate, graph = sql.guarded(statement.predicate, "c"), "CAST(NULL AS STRING)"
    if statement.graph is not None:
        graph = sql.guarded(statement.graph, "c")
        predicate = f"CASE WHEN {graph} IS NOT NULL THEN {predicate} END"
    made = OF_PARENT if statement.join is not None else sql.guarded(statement.object, "c")
    return dialect.current().struct({"predicate": predicate, "object": made, "graph": graph})


def problem_query(relation: Relation, found: Iterable[Fault]) -> str:
    """Return a SELECT of row, value and reason of every value with one of the faults."""
    queries = (
        f"SELECT {ROW} AS row, {fault.value} AS value, {sql.text(fault.reason)} AS reason "
        f"FROM {rows(relation, numbered=True)} WHERE {fault.condition}"
        for fault in found
    )
    return f"{' UNION ALL '.join(queries)} ORDER BY row, reason, value"


def rows(relation: Relation, statement: Statement | None = None, *, numbered: bool = False) -> str:
    """Return the FROM of a map; for a statement with a join, with the objects that the parent's rows give.

    An object is made once a parent's row, not once a pair, and each only once for one key: two rows of the parent
    that give the same object would give the same triple twice.
    """
    child = f"({relation.sql_with_rows if numbered else relation.sql}) AS c"
    if statement is None or statement.join is None:
        return child
    conditions = statement.join.conditions
    keys = [f"{sql.value(parent, 'p')} AS k{number}" for number, (_, parent) in enumerate(conditions)]
    parent_rows = statement.join.relation.sql_with_rows if _is_fresh(statement.object) else statement.join.relation.sql
    made = f"{sql.guarded(statement.object, 'p')} AS object"
    parent = f"SELECT DISTINCT {', '.join((*keys, made))} FROM ({parent_rows}) AS p"
    pairs = (f"{sql.value(of_child, 'c')} = p.k{number}" for number, (of_child, _) in enumerate(conditions))
    return f"{child} JOIN ({parent}) AS p ON {' AND '.join(pairs)}"


def faults_of(each: MapPlan) -> tuple[Fault, ...]:
    """Return the distinct faults of a map's own values; those of a parent's subject are found in the parent."""
    own = [each.subject, *(term for statement in each.statements for term in own_terms(statement))]
    return tuple(dict.fromkeys(fault for term in own for fault in sql.faults(term, "c")))


def is_numbered(each: MapPlan) -> bool:
    """Return whether a map makes a blank node a row, and so needs the numbers of the rows."""
    own = [each.subject, *(term for statement in each.statements for term in own_terms(statement))]
    return any(map(_is_fresh, own))


def _is_fresh(term: Term) -> bool:
    """Return whether each row makes a blank node of its own."""
    return isinstance(term, Blank) and term.parts is None


def key(each: MapPlan) -> str | None:
    """Return an expression that differs for two rows only if their subjects do; None when it always does."""
    parts = each.subject.parts
    if parts is None:
        return None
    named = columns(parts)
    if len(named) == 1 and not (isinstance(each.subject, Iri) and each.subject.base is not None):
        return sql.column(Column(named[0]), "c")
    return sql.concatenation(sql.term(each.subject, "c"))


Sure: TypeAlias = Collection[tuple[MapPlan, Statement]]
"""Statements that are given by every row that gives a line of their group."""


def file_query(alone: Iterable[Group], shared: Iterable[Group], found: Collection[Fault], *, ordered: bool) -> str:
    """Return the SELECT of all lines of a file: a text of several lines a row for groups that cannot repeat a triple.

    Groups that can are made distinct line by line; an ordered file is made line by line altogether.
    """
    queries = [single(group, found) if ordered or is_joined(group) else together(group, found) for group in alone]
    queries += [distinct(group, found) for group in shared]
    everything = " UNION ALL ".join(f"({query})" for query in queries) or "SELECT '' AS line WHERE false"
    return f"{everything} ORDER BY line" if ordered else everything


def together(group: Group, found: Collection[Fault], sure: Sure = ()) -> str:
    """Return a SELECT of one text a row: all its lines, those of `sure` statements first.

    The rows that give no line are left out beforehand, by conditions on the columns: a filter on the finished text
    would be pushed down and make the text twice. A text is copied once where one of its lines is sure to be there.
    """
    projection = Projection()
    fixed: list[Pieces] = []
    others: list[Pieces] = []
    for each, statement in ((each, statement) for each, statements in group for statement in statements):
        made = _line_pieces(each, statement, projection, found)
        (fixed if (each, statement) in sure else others).append(made)
    numbered = any(is_numbered(each) for each, _ in group)
    inner = projection.select(f"{rows(group[0][0].relation, numbered=numbered)} WHERE {some_line(group, found)}")
    text = sql.lines(fixed, others) if fixed else f"concat_ws(chr(10), {', '.join(map(sql.line, others))})"
    return f"SELECT {text} AS line FROM ({inner})"


def sorted_rows(each: MapPlan, lines: Iterable[list[Statement]], found: Collection[Fault]) -> str:
    """Return a SELECT of one text a row, the rows by subject: its lines as given, those of one list sorted."""
    projection, texts = Projection(), []
    for statements in lines:
        made = [_line(each, statement, projection, found) for statement in statements]
        texts.append(made[0] if len(made) == 1 else f"array_to_string(list_sort([{', '.join(made)}]), chr(10))")
    group = ((each, tuple(statement for some in lines for statement in some)),)
    source = f"{rows(each.relation, numbered=is_numbered(each))} WHERE {some_line(group, found)}"
    subject = projection.alias(sql.concatenation(pieces(each.subject, found)))
    inner = f"{projection.select(source)} ORDER BY {subject}"
    return f"SELECT concat_ws(chr(10), {', '.join(texts)}) AS line FROM ({inner})"


def distinct(group: Group, found: Collection[Fault]) -> str:
    """Return a SELECT of one line a row, each line once."""
    return f"SELECT DISTINCT line FROM ({single(group, found)})"


def is_joined(group: Group) -> bool:
    """Return whether the rows of a group are pairs of rows."""
    return any(statement.join is not None for _, statements in group for statement in statements)


def single(group: Group, found: Collection[Fault]) -> str:
    """Return a SELECT of one line a row."""
    queries = []
    for each, statements in group:
        projection = Projection()
        lines = dialect.current().unnested(_line(each, statement, projection, found) for statement in statements)
        source = rows(each.relation, statements[0], numbered=is_numbered(each))
        queries.append(f"SELECT {lines} AS line FROM ({projection.select(source)})")
    return f"SELECT line FROM ({' UNION ALL '.join(queries)}) WHERE line IS NOT NULL"


def _line(each: MapPlan, statement: Statement, projection: Projection, found: Collection[Fault]) -> str:
    """Return the SQL of a line of N-Triples (N-Quads when there is a graph), NULL when a term is missing."""
    return sql.line(_line_pieces(each, statement, projection, found))


def _line_pieces(each: MapPlan, statement: Statement, projection: Projection, found: Collection[Fault]) -> Pieces:
    """Return the pieces of a line, of the columns of the outer SELECT."""
    made: list[str | Sql] = [Sql(projection.alias(sql.concatenation(pieces(each.subject, found))))]
    for term in terms(statement):
        made += [" ", *projection.pieces((Sql(OF_PARENT),) if term is None else pieces(term, found))]
    return (*made, " .")


def pieces(term: Term, found: Collection[Fault]) -> Pieces:
    """Return a term, guarded where one of its faults occurs."""
    guard = any(fault in found for fault in sql.faults(term, "c"))
    return (Sql(sql.guarded(term, "c")),) if guard else sql.term(term, "c")


def count_query(relation: Relation, aggregates: Iterable[str]) -> str:
    """Return a SELECT of aggregates over one relation."""
    return f"SELECT {', '.join(aggregates)} FROM {rows(relation)}"


def key_counts(each: MapPlan) -> tuple[str, ...]:
    """Return aggregates that are equal only if no two rows have one subject; equal hashes err to the safe side.

    The hash of NULL is a number like any other, so a row without a key is left out by itself.
    """
    by = key(each)
    if by is None:
        return ()
    return f"count({by})", f"{DIFFERENT}{dialect.current().hashed(by)}) FILTER (WHERE {by} IS NOT NULL)"


def fault_count(fault: Fault) -> str:
    """Return the aggregate that counts the values with a fault."""
    return f"count(*) FILTER (WHERE {fault.condition})"


def line_count(each: MapPlan, statement: Statement, found: Collection[Fault]) -> str:
    """Return the aggregate that counts the lines of a statement without a join."""
    return f"count(*) FILTER (WHERE {given((each.subject, *own_terms(statement)), found)})"


def row_count(group: Group, found: Collection[Fault]) -> str:
    """Return the aggregate that counts the rows with a line."""
    return f"count(*) FILTER (WHERE {some_line(group, found)})"


def some_line(group: Group, found: Collection[Fault]) -> str:
    """Return the condition that a row gives at least one line."""
    options = []
    for each, statements in group:
        objects = dict.fromkeys(given(own_terms(statement), found) for statement in statements)
        options.append(f"({given((each.subject,), found)} AND ({' OR '.join(objects)}))")
    return " OR ".join(options)


def given(terms: Iterable[Term], found: Collection[Fault]) -> str:
    """Return the condition that a row gives all of `terms`."""
    named = dict.fromkeys(name for term in terms for name in term_columns(term))
    bad = dict.fromkeys(fault for term in terms for fault in sql.faults(term, "c") if fault in found)
    conditions = [f"{sql.column(Column(name), 'c')} IS NOT NULL" for name in named]
    conditions += [f"NOT ({fault.condition})" for fault in bad]
    return " AND ".join(conditions) or "true"


def terms(statement: Statement) -> list[Term | None]:
    """Return the terms of a statement after its subject, as they stand in a line; None for what a parent gives."""
    made = None if statement.join is not None else statement.object
    return [statement.predicate, made, *([] if statement.graph is None else [statement.graph])]


def own_terms(statement: Statement) -> list[Term]:
    """Return the terms of a statement that its own rows give."""
    return [term for term in terms(statement) if term is not None]
