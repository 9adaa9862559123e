"""Map plans -> the SELECTs that an engine runs. The rows of a map are `c`, the parent's rows of a join `p`."""

from collections.abc import Collection, Iterable

from kg.mapping import sql
from kg.mapping.plan import Blank, Iri, Join, MapPlan, Statement, Term, term_columns
from kg.mapping.sql import Fault, Pieces, Sql
from kg.mapping.template import Column, columns
from kg.model import Relation

ROW = "c._row"


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
    join = statements[0].join
    packed = ", ".join(_packed(statement) for statement in statements)
    inner = (
        f"SELECT {ROW} AS row, {sql.guarded(each.subject, 'c')} AS subject, unnest([{packed}]) AS made "
        f"FROM {rows(each.relation, join, numbered=True)}"
    )
    return (
        f"SELECT row, subject, made.predicate, made.object, made.graph FROM ({inner}) "
        "WHERE subject IS NOT NULL AND made.predicate IS NOT NULL AND made.object IS NOT NULL"
    )


def _packed(statement: Statement) -> str:
    """Return a struct of one statement; a graph map that gives no graph gives no statement (R2RML, section 11.1)."""
    predicate = sql.guarded(statement.predicate, "c")
    graph = "NULL::VARCHAR" if statement.graph is None else sql.guarded(statement.graph, "c")
    if statement.graph is not None:
        predicate = f"CASE WHEN {graph} IS NOT NULL THEN {predicate} END"
    return f"{{predicate: {predicate}, object: {sql.guarded(statement.object, _table(statement))}, graph: {graph}}}"


def problem_query(relation: Relation, found: Iterable[Fault]) -> str:
    """Return a SELECT of row, value and reason of every value with one of the faults."""
    return " UNION ALL ".join(
        f"SELECT {ROW} AS row, {fault.value} AS value, {sql.text(fault.reason)} AS reason "
        f"FROM {rows(relation, numbered=True)} WHERE {fault.condition}"
        for fault in found
    )


def rows(relation: Relation, join: Join | None = None, *, numbered: bool = False) -> str:
    """Return the FROM of a map, with the parent's rows when there is a join."""
    child = f"({relation.sql_with_rows if numbered else relation.sql}) AS c"
    if join is None:
        return child
    pairs = (f"{sql.value(child, 'c')} = {sql.value(parent, 'p')}" for child, parent in join.conditions)
    return f"{child} JOIN ({join.relation.sql_with_rows}) AS p ON {' AND '.join(pairs)}"


def faults_of(each: MapPlan) -> tuple[Fault, ...]:
    """Return the distinct faults of a map's own values; those of a parent's subject are found in the parent."""
    terms = [each.subject]
    for statement in each.statements:
        terms += [statement.predicate, *([statement.graph] if statement.graph else [])]
        terms += [statement.object] if statement.join is None else []
    return tuple(dict.fromkeys(fault for term in terms for fault in sql.faults(term, "c")))


def needs_row(each: MapPlan) -> bool:
    """Return whether a map makes a blank node a row."""
    terms = (each.subject, *(statement.object for statement in each.statements))
    return any(isinstance(term, Blank) and term.parts is None for term in terms)


def key(each: MapPlan) -> str:
    """Return an expression that is different for two rows only if their subjects are: the column itself where that is enough."""
    parts = each.subject.parts
    if parts is None:
        return ROW
    named = columns(parts)
    if len(named) == 1 and not (isinstance(each.subject, Iri) and each.subject.base is not None):
        return sql.column(Column(named[0]), "c")
    return sql.concatenation(sql.term(each.subject, "c"))


def present(terms: Iterable[Term], found: Collection[Fault]) -> tuple[str, ...]:
    """Return the conditions under which a row gives all of `terms`; only the faults `found` do occur."""
    named = dict.fromkeys(name for term in terms for name in term_columns(term))
    bad = dict.fromkeys(fault for term in terms for fault in sql.faults(term, "c") if fault in found)
    return (
        *(f"{sql.column(Column(name), 'c')} IS NOT NULL" for name in named),
        *(f"NOT ({fault.condition})" for fault in bad),
    )


def line(each: MapPlan, statement: Statement, projection: Projection, found: Collection[Fault]) -> str:
    """Return the SQL of a line of N-Triples (N-Quads when there is a graph), NULL when a term is missing."""
    subject = projection.alias(_code(each.subject, "c", found))
    terms = [statement.predicate, statement.object, *([] if statement.graph is None else [statement.graph])]
    pieces: list[str | Sql] = [Sql(subject)]
    for term in terms:
        table = _table(statement) if term is statement.object else "c"
        pieces += [" ", *projection.pieces(_pieces(term, table, found))]
    return sql.line((*pieces, " ."))


def lines_query(maps: Iterable[tuple[MapPlan, Iterable[Statement]]], found: Collection[Fault]) -> str:
    """Return a SELECT that gives one text a row: all lines of the maps, which read one relation.

    The rows that give no line are left out beforehand, by conditions on the columns: a filter on the finished text
    would be pushed down and make the text twice.
    """
    projection = Projection()
    chosen = [(each, tuple(statements)) for each, statements in maps]
    lines = [line(each, statement, projection, found) for each, statements in chosen for statement in statements]
    numbered = any(needs_row(each) for each, _ in chosen)
    some = " OR ".join(f"({condition})" for each, of in chosen for condition in [_any_present(each, of, found)])
    inner = projection.select(f"{rows(chosen[0][0].relation, numbered=numbered)} WHERE {some}")
    return f"SELECT concat_ws(chr(10), {', '.join(lines)}) AS line FROM ({inner})"


def distinct_query(maps: Iterable[tuple[MapPlan, Iterable[Statement]]], found: Collection[Fault]) -> str:
    """Return a SELECT DISTINCT of the lines of statements that could give one triple twice."""
    queries = []
    for each, statements in maps:
        projection = Projection()
        listed = tuple(statements)
        lines = ", ".join(line(each, statement, projection, found) for statement in listed)
        source = rows(each.relation, listed[0].join, numbered=needs_row(each))
        queries.append(f"SELECT unnest([{lines}]) AS line FROM ({projection.select(source)})")
    return f"SELECT DISTINCT line FROM ({' UNION ALL '.join(queries)}) WHERE line IS NOT NULL"


def count_query(relation: Relation, counts: Iterable[str], *, numbered: bool) -> str:
    """Return a SELECT of aggregates over one relation."""
    return f"SELECT {', '.join(counts)} FROM {rows(relation, numbered=numbered)}"


def key_counts(each: MapPlan) -> tuple[str, str]:
    """Return the aggregates that are equal only if no two rows have one subject; hashes can only err to the safe side."""
    return f"count({key(each)})", f"count(DISTINCT hash({key(each)}))"


def fault_count(fault: Fault) -> str:
    """Return the aggregate that counts the values with a fault."""
    return f"count(*) FILTER (WHERE {fault.condition})"


def line_count(each: MapPlan, statement: Statement, found: Collection[Fault]) -> str:
    """Return the aggregate that counts the rows with a line for a statement."""
    conditions = present((each.subject, *_terms(statement)), found)
    return f"count(*) FILTER (WHERE {' AND '.join(conditions)})" if conditions else "count(*)"


def row_count(maps: Iterable[tuple[MapPlan, Iterable[Statement]]], found: Collection[Fault]) -> str:
    """Return the aggregate that counts the texts of `lines_query`."""
    some = " OR ".join(f"({_any_present(each, statements, found)})" for each, statements in maps)
    return f"count(*) FILTER (WHERE {some})"


def _any_present(each: MapPlan, statements: Iterable[Statement], found: Collection[Fault]) -> str:
    subject = present((each.subject,), found)
    options = [present(_terms(statement), found) for statement in statements]
    some = " OR ".join(f"({' AND '.join(option)})" for option in dict.fromkeys(options))
    return " AND ".join((*subject, f"({some})" if all(options) else "true"))


def _terms(statement: Statement) -> tuple[Term, ...]:
    return (statement.predicate, statement.object, *([] if statement.graph is None else [statement.graph]))


def _pieces(term: Term, table: str, found: Collection[Fault]) -> Pieces:
    """Return a term, guarded only where one of its faults does occur. A join's parent is not counted, so it is guarded."""
    of_term = sql.faults(term, table)
    suspect = bool(of_term) if table == "p" else any(fault in found for fault in of_term)
    return (Sql(sql.guarded(term, table)),) if suspect else sql.term(term, table)


def _code(term: Term, table: str, found: Collection[Fault]) -> str:
    return sql.concatenation(_pieces(term, table, found))


def _table(statement: Statement) -> str:
    return "c" if statement.join is None else "p"
