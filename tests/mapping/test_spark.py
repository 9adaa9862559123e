"""Spark says what DuckDB says, byte for byte: on the standard's cases, hostile tables, typed values, a real master.

DuckDB's output is the yardstick: that it is right is what the other tests of this folder show. One session serves all
tests but those of the command line, and many mappings go through it as one plan, as each job of Spark has its price.
"""

import gzip
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from pyspark.sql import SparkSession

from kg.errors import KgError, MappingError
from kg.mapping import words
from kg.mapping.dialect_spark import SparkDialect, java
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.output import Form, TooManyProblemsError
from kg.mapping.plan import Plan, plan
from kg.mapping.rml import Mapping, parse
from kg.mapping.spark_engine import SparkEngine
from kg.model import Relation
from kg.pipeline.inputs import read_mapping
from kg.pipeline.sources import Opener
from kg.read.spark import SparkTables, spark_session
from kg.read.tables import open_table
from kg.read.typed import typed_column, typed_relation
from kg.spark import told
from tests.mapping import test_cases, test_conformance
from tests.mapping.spark_cluster import SECONDS, Cluster, cluster, enterprises, map_command, mapping_text
from tests.mapping.support import BASE, planned, table, triples_map
from tests.mapping.test_words import examples

pytestmark = pytest.mark.slow

Mapped = Sequence[tuple[Mapping, dict[str, Relation]]]
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
CHUNK = 25
"""How many cases of the standard make one plan."""


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """A session on two cores of this machine, set for small tables: compiling queries takes longer than running them.

    The tests of the command line have Spark's own settings.
    """
    with spark_session("local[2]") as made:
        for name, value in SMALL.items():
            made.conf.set(name, value)
        yield made


@pytest.fixture
def tables(session: SparkSession, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> SparkTables:
    """The tables of one test, in a folder whose name Hadoop would take for a pattern."""
    return SparkTables(session, connection, tmp_path / "tables {a,b} [c] 中")


@pytest.fixture
def agree(
    session: SparkSession, connection: duckdb.DuckDBPyConnection, tables: SparkTables, tmp_path: Path
) -> Callable[[Mapped], bytes]:
    """What runs mappings on both engines, compares files and problems, and returns the sorted file."""

    def compare(mapped: Mapped) -> bytes:
        copies: dict[Relation, Relation] = {}
        for relation in (each for _, relations in mapped for each in relations.values()):
            copies[relation] = copies.get(relation) or tables.copy(relation)
        over = [(mapping, {key: copies[each] for key, each in relations.items()}) for mapping, relations in mapped]
        wanted = DuckdbEngine(connection).write(_together(mapped), tmp_path / "duckdb.nq", ordered=True)
        made = SparkEngine(session).write(_together(over), tmp_path / "spark.nq", ordered=True)
        assert (tmp_path / "spark.nq").read_bytes() == (tmp_path / "duckdb.nq").read_bytes()
        assert made == wanted
        return (tmp_path / "spark.nq").read_bytes()

    return compare


def _together(mapped: Mapped) -> Plan:
    return Plan(tuple(each for mapping, relations in mapped for each in plan(mapping, relations, unsafe=True).maps))


@pytest.mark.shared
@pytest.mark.parametrize("first", range(0, len(test_conformance.names) or 1, CHUNK))
def test_cases_of_the_standard(
    first: int, connection: duckdb.DuckDBPyConnection, agree: Callable[[Mapped], bytes], tmp_path: Path
) -> None:
    """What is wrong with a mapping is found before any engine is asked; all other cases are here."""
    mapped = []
    for name in test_conformance.names[first : first + CHUNK]:
        if name not in test_conformance.MAPPING_ERRORS:
            file = test_conformance.CASES / name / "mapping.ttl"
            mapping = read_mapping(file, base=BASE)
            mapped.append((mapping, Opener(connection, file, tmp_path).relations(mapping)[0]))
    assert agree(mapped)


def test_golden_cases(connection: duckdb.DuckDBPyConnection, agree: Callable[[Mapped], bytes], tmp_path: Path) -> None:
    mapped = []
    for folder in sorted(path for path in test_cases.CASES.iterdir() if not (path / "expected.err").exists()):
        file = next(folder.glob("mapping.*"))
        mapping = read_mapping(file, base=BASE)
        mapped.append((mapping, Opener(connection, file, tmp_path).relations(mapping)[0]))
    assert agree(mapped)


def test_typed_values(connection: duckdb.DuckDBPyConnection, agree: Callable[[Mapped], bytes]) -> None:
    connection.execute("""CREATE TABLE typed AS SELECT * FROM (VALUES
        (1, TIMESTAMP '2024-02-29 23:59:59.120', 0.1::DOUBLE, true, 1.50::DECIMAL(9,2), TIMESTAMPTZ '2024-01-01 0:00Z'),
        (2, TIMESTAMP '0044-03-15 00:00:00', 1e300::DOUBLE, false, -0.00::DECIMAL(9,2), NULL),
        (3, NULL, 'NaN'::DOUBLE, NULL, 1234567.89::DECIMAL(9,2), TIMESTAMPTZ '1969-12-31 23:59:59.999999+08'),
        (4, NULL, '-inf'::DOUBLE, NULL, NULL, NULL), (5, NULL, 5e-324::DOUBLE, NULL, 3, NULL),
        (6, NULL, 100::DOUBLE, NULL, NULL, NULL)) AS t(k, moment, size, yes, price, zoned)""")
    described = connection.execute("DESCRIBE typed").fetchall()
    columns = [typed_column(name, name, kind) for name, kind, *_ in described]
    relation = typed_relation("typed.parquet", filter(None, columns), "typed", "rowid + 2")
    pairs = [f'rml:predicate ex:{name} ; rml:objectMap [ rml:reference "{name}" ]' for name, *_ in described]
    mapping = parse(triples_map('rml:template "{k}/{size}"', *pairs), file="m.ttl", base=BASE)
    made = agree([(mapping, {mapping.sources[0].key: relation})]).decode()
    for one in ('"2024-02-29T23:59:59.12', '"1.0E2"^^', '"-INF"^^', '"NaN"^^', '"true"^^', "#dateTime>", "#decimal>"):
        assert one in made


def test_hostile_values(connection: duckdb.DuckDBPyConnection, agree: Callable[[Mapped], bytes]) -> None:
    control = "".join(map(chr, (*range(1, 0x20), 0x7F, 0x85, 0x2028, 0xFFFE, 0xFFFF)))
    texts = [control, "a b*c~d+e%", "中/国 𠮷", "'\"\\n\\u0041", "${env:HOME} ${spark.app.name}", "--", "x" * 300_000]
    texts += [c * 100_000 for c in ("%20", " ", "\\", "𠮷中", "a ")]
    texts += [f"http://a.example/{one}" for one in texts] + ["http://a.example/" + "%20" * 100_000]
    texts += ["zh" + "-abcde" * 50_000, "9" * 100_000, "0" * 60 + "7", "-0", "+5", "18446744073709551616", "1" * 38]
    rows = [(str(number), one) for number, one in enumerate(texts)]
    objects = [
        'rml:objectMap [ rml:reference "v" ]',
        'rml:objectMap [ rml:template "x/{v}" ]',
        'rml:objectMap [ rml:template "x/{v}" ; rml:termType rml:URI ]',
        'rml:objectMap [ rml:reference "v" ; rml:termType rml:IRI ]',
        'rml:objectMap [ rml:template "{v}" ; rml:termType rml:BlankNode ]',
        'rml:objectMap [ rml:reference "k" ; rml:languageMap [ rml:reference "v" ] ]',
        'rml:objectMap [ rml:reference "k" ; rml:datatypeMap [ rml:reference "v" ] ]',
        'rml:objectMap [ rml:template "${{spark.app.name}} \' \\\\\\\\ {v}" ; rml:termType rml:Literal ]'.replace(
            "{{", "\\\\{"
        ).replace("}}", "\\\\}"),
        *(
            f'rml:objectMap [ rml:reference "v" ; rml:datatype xsd:{name} ]'
            for name in ("long", "unsignedLong", "decimal", "double", "date", "hexBinary", "anyURI", "language")
        ),
    ]
    pairs = [f"rml:predicate ex:p{number} ; {one}" for number, one in enumerate(objects)]
    mapping = parse(triples_map('rml:template "{k}"', *pairs), file="m.ttl", base=BASE)
    relation = table(connection, ["k", "v", "a`b${c}\"d'"], [(*row, "1") for row in rows])
    assert agree([(mapping, {mapping.sources[0].key: relation})]).count(b"\n") > 5 * len(texts)


def test_java_reads_the_rules_as_python_does(session: SparkSession) -> None:
    dialect = SparkDialect()
    cases = [(words.LEXICAL_FORMS[name], value, valid) for name, value, valid in examples()]
    iris = (
        "http://a/中?q#r",
        "http://a b",
        "urn:x",
        "a:",
        "http://[::1]:80/a%20b",
        "http://a/%2",
        "//a",
        "http://a@b:1",
    )
    cases += [(words.ABSOLUTE_IRI, value, re.fullmatch(words.ABSOLUTE_IRI, value) is not None) for value in iris]
    tags = (
        "zh-Hans-CN",
        "a-english",
        "x-a",
        "i-klingon",
        "en-a-bbb-x-a-ccc",
        "de-1996-u-co-phonebk",
        "zh-",
        "en-abcde",
    )
    cases += [(words.LANGUAGE_TAG, value, re.fullmatch(words.LANGUAGE_TAG, value) is not None) for value in tags]
    conditions = (dialect.full_match(dialect.text(value), pattern) for pattern, value, _ in cases)
    [found] = session.sql(f"SELECT array({', '.join(conditions)})").collect()
    assert found[0] == [valid for *_, valid in cases]
    assert java(r"(?:[a()*]|%\))*x(?:bc)+") == r"(?:[a()*]|%\))*+x(?:bc)++"


SOUND = {
    "quotes.csv": 'a,b\n1,"x ""y"", z"\n2,""\n,\n"3", 中𠮷 \n',
    "breaks.csv": 'a,b\n1,"x\ny"\n2,"x\ry"\n3,"x,\n\'y"\n',
    "windows.csv": 'a,b\r\n1,"x,y"\r\n2,z\r\n',
    "windows-breaks.csv": 'a,b\r\n1,"x\r\ny"\r\n2,"\rz"\r\n',
    "mark.csv": "\ufeffa,b\n1,x\n",
    "tabs.tsv": 'a\tb\n1\t"x\ty"\n2\tp,q\n',
    "none.csv": "a,b\n",
    "no-end.csv": "a,b\n1,x",
}
ODD = {
    "blank.csv": "a,b\n1,x\n\n2,y\n",
    "ragged.csv": "a,b\n1\n2,y,z\n",
    "stray.csv": 'a,b\n1,x"y\n2,"y"z\n',
    "after.csv": 'a,b\n1,"x\n"z\n',
    "open.csv": 'a,b\n1,"x\n2,y\n',
    "mixed.csv": "a,b\r\n1,x\n2,y\r\n",
    "returns.csv": 'a,b\n\r," \n""中"\n',
    "nul.csv": "a,b\n1,x\0\n",
    "latin.csv": "a,b\n1,\udce9\n",
    "small{1}.csv": "a,b\n1,x\n",
    "table.txt": "a,b\n1,x\n",
}


@pytest.mark.parametrize("name", SOUND)
def test_workers_read_what_duckdb_reads(
    name: str, session: SparkSession, connection: duckdb.DuckDBPyConnection, tables: SparkTables, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(SOUND[name].encode())
    relation, problems = open_table(connection, path)
    read = tables.read(path, small=0)
    assert read is not None
    assert not problems
    assert read.columns == relation.columns
    found = session.sql(f"{read.sql_with_rows} ORDER BY _row").collect()
    assert list(map(tuple, found)) == connection.execute(f"{relation.sql_with_rows} ORDER BY 1").fetchall()


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_left_to_the_driver(name: str, tables: SparkTables, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(ODD[name].encode("utf-8", "surrogateescape"))
    assert tables.read(path, small=0) is None
    assert tables.read(path) is None


def test_rows_are_numbered_across_splits(session: SparkSession, tables: SparkTables, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("k,v\n" + "".join(f"{number},{'x' * (number % 50)}\n" for number in range(2, 3002)))
    session.conf.set("spark.sql.files.maxPartitionBytes", "5000")
    try:
        read = tables.read(path, small=0)
    finally:
        session.conf.unset("spark.sql.files.maxPartitionBytes")
    assert read is not None
    [(rows, wrong)] = session.sql(f"SELECT count(*), count_if(_row <> k) FROM ({read.sql_with_rows})").collect()
    [(splits,)] = session.sql("SELECT count(DISTINCT split) FROM table_0").collect()
    assert (rows, wrong) == (3000, 0)
    assert splits > 5


def test_parts_make_the_file(
    session: SparkSession, connection: duckdb.DuckDBPyConnection, tables: SparkTables, tmp_path: Path
) -> None:
    path = enterprises(tmp_path / "enterprises.csv", rows=2000)
    read = tables.read(path, small=0)
    assert read is not None
    made, out = planned(mapping_text(), read), tmp_path / "parts"
    engine, wanted = SparkEngine(session), tmp_path / "wanted.nt"
    expected = DuckdbEngine(connection).write(
        planned(mapping_text(), open_table(connection, path)[0]), wanted, ordered=True
    )
    for _ in range(2):  # the second time, a former run's parts are replaced
        assert engine.write(made, out, Form(parts=1), ordered=True) == expected
    assert [part.name for part in sorted(out.iterdir())][:1] == ["part-00000.nt"]
    assert b"".join(part.read_bytes() for part in sorted(out.iterdir())) == wanted.read_bytes()
    unordered = engine.write(made, tmp_path / "any.nt.gz")
    assert unordered == expected
    lines = gzip.decompress((tmp_path / "any.nt.gz").read_bytes()).splitlines(keepends=True)
    assert b"".join(sorted(lines)) == wanted.read_bytes()
    packed = tmp_path / "packed.nt.gz"
    assert engine.write(made, packed, Form(parts=1), ordered=True) == expected
    assert b"".join(gzip.decompress(part.read_bytes()) for part in sorted(packed.iterdir())) == wanted.read_bytes()
    with pytest.raises(MappingError, match=r"\.gz only"):
        engine.write(made, tmp_path / "packed.nt.zst", Form(parts=1))
    with pytest.raises(TooManyProblemsError):
        engine.write(made, tmp_path / "stopped.nt", Form(most_problems=0))
    assert not (tmp_path / "stopped.nt").exists()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(MappingError, match="more than the parts of a former run"):
        engine.write(made, out, Form(parts=1))
    assert (out / "notes.txt").exists()
    assert not list(tmp_path.glob(".partial*"))


def test_a_failed_run_leaves_the_old_file(session: SparkSession, tables: SparkTables, tmp_path: Path) -> None:
    out = tmp_path / "out.nt"
    out.write_text("old")
    relation = Relation("t.csv", ("k",), "SELECT k FROM no_such_view", "SELECT 1 AS _row, k FROM no_such_view")
    with pytest.raises(MappingError, match=r"Spark could not carry it out: .*no_such_view"):
        SparkEngine(session).write(planned(triples_map('rml:template "{k}" ; rml:class ex:C'), relation), out)
    assert [path.name for path in tmp_path.glob("*out*")] == ["out.nt"]
    assert out.read_text() == "old"


def test_when_the_jvm_is_gone_there_is_a_sentence() -> None:
    with pytest.raises(MappingError, match="its JVM has ended"), told(MappingError):
        raise ConnectionRefusedError


def test_without_java_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KgError, match="there is no java on the PATH"), spark_session("local[1]"):
        pass


def test_without_pyspark_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(KgError, match=r"pip install 'cluster-kg\[spark\]'"), spark_session("local[1]"):
        pass


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hostile table of 100 thousand rows with its mapping, and the sorted file that DuckDB makes of it."""
    folder = tmp_path_factory.mktemp("bulk")
    enterprises(folder / "enterprises.csv", rows=100_000)
    (folder / "map.ttl").write_text(mapping_text(), "utf-8")
    with duckdb.connect() as connection:
        relation, _ = open_table(connection, folder / "enterprises.csv")
        report = DuckdbEngine(connection).write(planned(mapping_text(), relation), folder / "duckdb.nt", ordered=True)
    assert report.triples > 500_000
    return folder


def test_the_command_on_this_machine(wanted: Path) -> None:
    assert map_command(wanted, "local[2]", "local.nt").wait(SECONDS) == 1
    assert "not a valid xsd:date" in (wanted / "local.nt.log").read_text("utf-8")
    assert (wanted / "local.nt").read_bytes() == (wanted / "duckdb.nt").read_bytes()


def test_a_master_that_is_none_is_told(wanted: Path) -> None:
    assert map_command(wanted, "spark://nowhere", "none.nt").wait(SECONDS) == 3
    told = (wanted / "none.nt.log").read_text("utf-8")
    assert "error: Spark does not start on spark://nowhere: org.apache.spark.SparkException: Invalid master" in told
    assert not list(wanted.glob("*none.nt"))


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master with two workers."""
    with cluster(tmp_path_factory.mktemp("spark")) as made:
        yield made


def test_a_master_with_two_workers(workers: Cluster, wanted: Path) -> None:
    assert map_command(wanted, workers.master, "cluster.nt").wait(SECONDS) == 1
    assert (wanted / "cluster.nt").read_bytes() == (wanted / "duckdb.nt").read_bytes()
    assert workers.executors() == 2, "both had a part in it"


def test_a_worker_killed_in_the_middle(workers: Cluster, wanted: Path) -> None:
    with map_command(wanted, workers.master, "killed.nt") as running:
        workers.wait_for(lambda: any((wanted / ".partial-killed.nt.parts").rglob("part-*")))
        workers.kill_worker()
        assert running.poll() is None, "the job is at work"
        assert running.wait(SECONDS) == 1
    assert (wanted / "killed.nt").read_bytes() == (wanted / "duckdb.nt").read_bytes()
    assert not list(wanted.glob(".partial*"))
