"""Bad input: a clear message with file and row, no traceback, and nothing dropped in silence."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.model import Problem
from kg.project import SKELETON, write_project
from kg.store.graph import Graph
from tests.fire.support import UNPRIVILEGED, Ran, run_kg, spawn_kg
from tests.projects import rewrite

TABLE = "data/clusters.csv"
HEADER = "id,name,place,enterprises,selected,source_id\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The skeleton, content with any number of clusters from one on."""
    write_project(tmp_path / "my")
    rewrite(tmp_path / "my/data/expectations.toml", "equals = 3", "at_least = 1")
    return tmp_path / "my"


def add(project: Path, row: str | bytes) -> None:
    with (project / TABLE).open("ab") as file:
        file.write(row if isinstance(row, bytes) else row.encode())


def build(project: Path) -> Ran:
    ran = run_kg("build", project, "--output", project / "out")
    assert ran.code in (0, 1, 3)
    assert (project / "out/latest").exists() == (ran.code != 3)
    return ran


def problems(project: Path) -> list[Problem]:
    """What a build finds, which must stand in problems.csv too."""
    result = kg.build(project, output=project / "out")
    assert result.exit_code == (1 if result.problems else 0), result.violations
    with (project / "out/latest/problems.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(result.problems)
    return list(result.problems)


def release(project: Path) -> Graph:
    return kg.open(project / "out")


def labels(project: Path) -> set[str]:
    with release(project) as graph:
        return {str(row["label"]) for row in graph.query("SELECT ?label { ?c a ckg:Cluster ; rdfs:label ?label }")}


def recode(encoding: str) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_text("utf-8").encode(encoding))


def text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16"])
def test_another_encoding_is_read_and_said(project: Path, encoding: str) -> None:
    kg.build(project, output=project / "out")
    before = labels(project)
    recode(encoding)(project / TABLE)
    ran = build(project)
    named = "UTF-16" if encoding == "utf-16" else "GB18030"
    assert (ran.code, f"clusters.csv: {named!r} the table is not UTF-8: it was read as {named}" in ran.out) == (1, True)
    assert labels(project) == before


def test_one_row_in_another_encoding_does_not_turn_the_others_into_noise(project: Path) -> None:
    add(project, b"c4," + "丙市".encode("gb18030") + b",p0101,,,notice\n")
    [problem] = problems(project)
    assert (problem.file, problem.line, problem.reason) == ("clusters.csv", 5, "the row holds bytes that are not UTF-8")
    assert "甲市集成电路产业集群" in labels(project)


def test_a_byte_order_mark_is_no_part_of_the_first_column(project: Path) -> None:
    for path in [*project.rglob("*.csv"), *project.rglob("*.toml"), *project.rglob("*.ttl")]:
        recode("utf-8-sig")(path)
    assert problems(project) == []


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings(project: Path, ending: str) -> None:
    (project / TABLE).write_bytes((project / TABLE).read_bytes().replace(b"\n", ending.encode()))
    assert problems(project) == []
    assert len(labels(project)) == 3


ROWS: dict[str, tuple[str | bytes, str]] = {
    "ragged, too short": ("c4,x\n", "the row has 2 fields, the header 6"),
    "ragged, too long": ("c4,x,p0101,1,2025-01-01,notice,more\n", "the row has 7 fields, the header 6"),
    "bad number": ("c4,x,p0101,12O,,notice\n", "column 'enterprises': not a valid xsd:integer"),
    "number with a comma": ('c4,x,p0101,"1,200",,notice\n', "column 'enterprises': not a valid xsd:integer"),
    "bad date": ("c4,x,p0101,,2025-02-30,notice\n", "column 'selected': not a valid xsd:date"),
    "another form of date": ("c4,x,p0101,,2025/6/30,notice\n", "column 'selected': not a valid xsd:date"),
    "NUL": (b"c4,a\0b,p0101,,,notice\n", "the row holds a NUL character"),
    "half a character": (b"c4,\xed\xa0\x80,p0101,,,notice\n", "the row holds bytes that are not UTF-8"),
    "no id": (",x,p0101,1,,notice\n", "the row gives no triple: id is empty"),
    "unknown source": ("c4,x,p0101,,,nobody\n", "is no id of the dataset sources: the row counts as unsourced"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_is_a_problem_with_its_number(project: Path, name: str) -> None:
    row, reason = ROWS[name]
    add(project, row)
    ran = build(project)
    assert ran.code == 1
    assert "clusters.csv row 5:" in ran.out
    assert reason in ran.out
    assert labels(project) >= {"甲市集成电路产业集群", "乙市生物医药产业集群", "乙市新型显示产业集群"}


def test_two_rows_that_say_the_same_are_one_fact_with_two_rows(project: Path) -> None:
    add(project, (project / TABLE).read_text("utf-8").splitlines()[1] + "\n")
    assert problems(project) == []
    with release(project) as graph:
        rows = {row for fact in graph.entity("甲市集成电路产业集群").facts for one in fact.backings for row in one.rows}
    assert rows == {"clusters.csv#row=2", "clusters.csv#row=5"}


def test_one_id_for_two_things_is_found_by_the_shapes(project: Path) -> None:
    add(project, "c1,另一个集群,p0101,,,notice\n")
    ran = build(project)
    assert (ran.code, "clusters.csv row 2, clusters.csv row 5" in ran.err) == (3, True)


@pytest.mark.parametrize(("column", "rule"), [("p0101", "ckg:locatedIn (Class)"), ("place/p0101", "Class")])
def test_an_unknown_place_is_found_by_the_shapes(project: Path, column: str, rule: str) -> None:
    add(project, f"c4,丙集群,{column}x,,,notice\n")
    ran = build(project)
    assert (ran.code, "clusters.csv row 5" in ran.err, rule in ran.err) == (3, True, True)


def test_a_table_without_rows_is_a_problem(project: Path) -> None:
    (project / TABLE).write_text(HEADER)
    rewrite(project / "data/expectations.toml", "at_least = 1", "equals = 0")
    assert problems(project) == [Problem("read", "clusters.csv", 1, "", "the table has no rows")]


WHOLE = {
    "nothing": (b"", r"/clusters.csv: is empty; a table needs a header row"),
    "blank header": (b"\nc1,x\n", r"/clusters.csv:1: row 1 is blank"),
    "column without a name": (b"id,,place\n", r"/clusters.csv:1: column 2 has no name"),
    "two columns of one name": (b"id,name,ID\n", r"/clusters.csv:1: two columns have one name"),
    "semicolons": (b"id;name;place\n", r"it has: id;name;place"),
    "quote that never ends": (f'{HEADER}c1,"abc,p0101,,,notice\n'.encode(), r"/clusters.csv:2: the quotes are broken"),
    "a zip file": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xb5\x55\x30\xff\xfe", r"/clusters.csv"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_table_that_is_of_no_use_stops_the_build(project: Path, name: str) -> None:
    data, message = WHOLE[name]
    (project / TABLE).write_bytes(data)
    ran = build(project)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error: ") or "\nerror: " in ran.err
    assert message in ran.err


def test_a_huge_field_is_read_whole(project: Path) -> None:
    add(project, f"c4,{'长' * 800_000},p0101,,,notice\n")
    assert problems(project) == []
    assert max(map(len, labels(project))) == 800_000


HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"quotes\" and 'quotes' \\ and \\u0041 \\",
    "two\nlines\r\nand\ttabs",
    "\u202eright to left\u202c \u200f\u2066",
    "\x1b[31mred\x07\x08\x7f",
    '=HYPERLINK("https://example.org")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\ufffe\uffff\U0001f600\u0000"[:3],
    "{id} \\{ }",
    "%00 %s ${x} {{x}}",
    "' ; DROP TABLE quads --",
)


def test_hostile_labels_stay_texts(project: Path) -> None:
    with (project / TABLE).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([f"h{n}", label, "p0101", "", "", "notice"] for n, label in enumerate(HOSTILE))
    ran = build(project)
    assert labels(project) >= set(HOSTILE)
    assert "\x1b" not in ran.text
    for page in (project / "out/latest/graph.html", project / "out/latest/report.html"):
        html = page.read_text("utf-8")
        assert "<img src=x" not in html
        assert "<script>alert" not in html


def test_a_spreadsheet_sees_no_formula(project: Path) -> None:
    with (project / TABLE).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([f"=h{n}", label, "p0101", "", "", "notice"] for n, label in enumerate(HOSTILE))
    build(project)
    tables = [*(project / "out/latest").glob("*.csv"), *(project / "out/latest/tables").glob("*.csv")]
    assert len(tables) > 4
    for table in tables:
        with table.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
        assert [cell for cell in cells if cell.startswith("-") and not cell[1:].replace(".", "").isdigit()] == []


def test_an_id_that_would_break_an_iri_is_percent_encoded(project: Path) -> None:
    broken = 'c 4<>"{}|\\^`%/?#[]@\n'
    with (project / TABLE).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([broken, "丙集群", "p0101", "", "", "notice"])
    assert problems(project) == []
    with release(project) as graph:
        [row] = graph.query('SELECT ?c { ?c rdfs:label "丙集群"@zh }')
    assert str(row["c"]).startswith("https://example.org/my-graph/cluster/c%204%3C%3E%22%7B%7D%7C%5C%5E%60%25%2F%3F%23")


def linked(target: str) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return change


def replaced_by(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


LINE = (SKELETON / "data" / "catalog.toml").read_text("utf-8").split('file = "clusters.csv"')[0].count("\n") + 1
"""The line on which the catalog names the table."""

FILES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "table missing": (TABLE, Path.unlink, f"catalog.toml:{LINE}: clusters.csv does not exist"),
    "table is a folder": (TABLE, replaced_by(Path.mkdir), f"catalog.toml:{LINE}: clusters.csv is no file"),
    "table is a pipe": (TABLE, replaced_by(os.mkfifo), f"catalog.toml:{LINE}: clusters.csv is no file"),
    "link out of the project": (TABLE, linked("/etc/passwd"), f"catalog.toml:{LINE}: clusters.csv leads out of"),
    "link to nothing": (TABLE, linked("nothing.csv"), f"catalog.toml:{LINE}: clusters.csv does not exist"),
    "link to itself": (TABLE, linked("clusters.csv"), f"catalog.toml:{LINE}: 'clusters.csv' cannot be a file"),
    "mapping is a folder": ("ontology/mapping/clusters.rml.ttl", replaced_by(Path.mkdir), f"catalog.toml:{LINE + 1}:"),
    "mapping in GB18030": ("ontology/mapping/clusters.rml.ttl", recode("gb18030"), "clusters.rml.ttl:1: is not UTF-8"),
    "nothing in the mapping": (
        "ontology/mapping/clusters.rml.ttl",
        text("# nothing\n"),
        "clusters.rml.ttl: no triples map: nothing here has rml:logicalSource",
    ),
    "mapping of claims missing": ("ontology/mapping/claims.rml.ttl", Path.unlink, "claims.rml.ttl: cannot be read"),
    "shapes in GB18030": ("ontology/shapes.ttl", recode("gb18030"), "shapes.ttl:1: is not UTF-8"),
    "nothing in the shapes": (
        "ontology/shapes.ttl",
        text("# nothing\n"),
        "shapes.ttl: no shape here has a target",
    ),
    "ontology that is no Turtle": (
        "ontology/terms.ttl",
        text("\n\n<a> <b>\n"),
        "terms.ttl:3: is not valid Turtle",
    ),
    "ontology in GB18030": ("ontology/terms.ttl", recode("gb18030"), "terms.ttl:1: is not UTF-8"),
    "query in GB18030": ("ontology/queries/clusters.rq", recode("gb18030"), "clusters.rq:1: is not UTF-8"),
    "check in GB18030": (
        "ontology/checks/statements-without-claim.rq",
        recode("gb18030"),
        "statements-without-claim.rq:1: is not UTF-8",
    ),
    "check that is no SELECT": (
        "ontology/checks/statements-without-claim.rq",
        text("ASK {}"),
        "statements-without-claim.rq: a check must be a SELECT",
    ),
    "counts in GB18030": ("data/expectations.toml", recode("gb18030"), "expectations.toml: is not UTF-8"),
    "counts that are no tables": (
        "data/expectations.toml",
        text("expect = [3]"),
        "expectations.toml: expect must be an array of tables",
    ),
    "count that is no number": (
        "data/expectations.toml",
        text('[[expect]]\nid = "x"\nquery = "ASK {}"\nequals = 1\n'),
        "expectations.toml: expectation x: the query must give one row",
    ),
    "catalog in GB18030": ("data/catalog.toml", recode("gb18030"), "catalog.toml: is not UTF-8"),
    "catalog missing": ("data/catalog.toml", Path.unlink, "no catalog.toml in"),
    "sources without their column": (
        "data/sources.csv",
        lambda path: rewrite(path, "id,grade", "key,grade"),
        "sources.csv:1: evidence needs the column 'id' here; it has: key, grade",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used_stops_the_build(project: Path, name: str) -> None:
    file, change, message = FILES[name]
    change(project / file)
    ran = build(project)
    assert (ran.code, ran.out) == (3, "")
    assert message in ran.err


@pytest.mark.parametrize("path", ["../../../../etc/passwd", "/etc/passwd"])
@pytest.mark.parametrize("place", ["catalog", "mapping"])
def test_a_path_out_of_the_project_is_refused_unread(project: Path, path: str, place: str) -> None:
    file = project / ("data/catalog.toml" if place == "catalog" else "ontology/mapping/clusters.rml.ttl")
    rewrite(file, '"clusters.csv"', f'"{path}"')
    ran = build(project)
    assert (ran.code, "leads out of the project" in ran.err, "/bin/" in ran.err) == (3, True, False)


@pytest.mark.slow
def test_a_table_that_may_not_be_read(project: Path) -> None:
    (project / TABLE).chmod(0)
    process = spawn_kg("build", project, "--output", project / "out", before=UNPRIVILEGED)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "clusters.csv: cannot be read: Permission denied" in err) == (3, True), err
    assert "Traceback" not in err


def test_a_mapping_that_reads_another_table_would_name_wrong_rows(project: Path) -> None:
    rewrite(project / "ontology/mapping/clusters.rml.ttl", '"clusters.csv"', '"places.csv"')
    rewrite(project / "ontology/mapping/clusters.rml.ttl", '"cluster/{id}"', '"cluster/{key}"')
    mapping = project / "ontology/mapping/clusters.rml.ttl"
    mapping.write_text(mapping.read_text("utf-8").partition("# 指向")[0].rstrip(" ,\n") + " .\n", "utf-8")
    assert "reads places.csv, but dataset clusters is clusters.csv" in build(project).err


SLOW_MAP = """
    rml:predicateObjectMap [ rml:predicate my:near ; rml:objectMap [
        rml:parentTriplesMap <#Other> ; rml:joinCondition [ rml:child "place" ; rml:parent "place" ] ] ] .

<#Other> a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ rml:path "clusters.csv" ] ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "other/{id}/{name}" ] .
"""


def limit(project: Path, seconds: int) -> None:
    rewrite(project / "data/catalog.toml", 'title = { zh = "我的', f'time_limit = {seconds}\ntitle = {{ zh = "我的')


@pytest.mark.slow
def test_a_mapping_that_would_take_forever_is_stopped(project: Path) -> None:
    limit(project, 2)
    add(project, "".join(f"x{n},集群{n},p0101,,,notice\n" for n in range(50_000)))
    mapping = project / "ontology/mapping/clusters.rml.ttl"
    mapping.write_text(mapping.read_text("utf-8").rstrip().removesuffix(".") + ";" + SLOW_MAP, "utf-8")
    ran = build(project)
    assert ran.code == 3
    assert "clusters.rml.ttl: took more than 2 seconds and was stopped; does each join name" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize("place", ["check", "shape", "count"])
def test_a_rule_that_would_take_forever_is_stopped(project: Path, place: str) -> None:
    limit(project, 2)
    add(project, "".join(f"x{n},集群{n},p0101,,,notice\n" for n in range(3_000)))
    endless = "?a rdfs:label ?la . ?b rdfs:label ?lb . ?c rdfs:label ?lc . FILTER(?la < ?lb && ?lb < ?lc && ?lc < ?la)"
    if place == "check":
        (project / "ontology/checks/slow.rq").write_text(f"SELECT ?a {{ {endless} }}")
    elif place == "count":
        query = f'[[expect]]\nid = "slow"\nquery = "SELECT (COUNT(*) AS ?n) {{ {endless} }}"\nequals = 0\n'
        (project / "data/expectations.toml").write_text(query)
    else:
        path = "[ sh:zeroOrMorePath ( ckg:locatedIn [ sh:inversePath ckg:locatedIn ] ) ]"
        slow = (
            f"my:Slow a sh:NodeShape ; sh:targetClass ckg:Cluster ; sh:property [ sh:path {path} ; sh:maxCount 3 ] .\n"
        )
        with (project / "ontology/shapes.ttl").open("a") as file:
            file.write(slow)
    ran = run_in_process_of_its_own(project)
    assert ran.code == 3
    assert "validation took more than 2 seconds and was stopped" in ran.err


def run_in_process_of_its_own(project: Path) -> Ran:
    """The thread that cannot be stopped ends with its process."""
    process = spawn_kg("build", project, "--output", project / "out")
    out, err = process.communicate(timeout=60)
    assert not (project / "out/latest").exists()
    assert "Traceback" not in err
    return Ran(process.returncode, out, err)
