"""PostgreSQL, MariaDB and SQLite as sources, against real servers; and where secrets come from and do not go."""

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import pymysql
import pytest
from adbc_driver_postgresql import dbapi

from kg.errors import KgError, MappingError, ReadError
from kg.model import Problem
from kg.pipeline.mapfile import map_file
from kg.read.databases import parse_address
from kg.read.registry import open_source
from kg.read.source import Opened, Source
from kg.read.tables import connect
from tests.mapping.support import PREFIXES
from tests.read.servers import PASSWORD, Server, mariadb, postgresql

XSD = "http://www.w3.org/2001/XMLSchema#"
BASE = "http://example.com/"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    made = connect(threads=1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with postgresql() as server:
        with dbapi.connect(f"postgresql://kg:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}/postgres") as database:
            with database.cursor() as cursor:
                cursor.execute(
                    'CREATE TABLE firms ("ID" int, small smallint, big bigint, real real, double double precision, '
                    "amount numeric(10,2), listed boolean, founded date, seen timestamp, zoned timestamptz, at time, "
                    "logo bytea, name text, key uuid, tags int[])"
                )
                cursor.execute(
                    "INSERT INTO firms VALUES (1, 2, 9007199254740993, 1.1, 1e22, 1.50, true, '2024-01-02', "
                    "'2024-01-02 03:04:05.5', '2024-01-02 03:04:05+08', '03:04:05', '\\xdeadbeef', '张\"三', "
                    "'00000000-0000-0000-0000-000000000001', '{1}'), (2, NULL, NULL, 'NaN', '-Infinity', "
                    "NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL)"
                )
            database.commit()
        yield server


@pytest.fixture(scope="module")
def maria() -> Iterator[Server]:
    with mariadb() as server:
        with (
            pymysql.connect(host="127.0.0.1", port=server.port, user="root", autocommit=True) as root,
            root.cursor() as cursor,
        ):
            for statement in (
                "CREATE DATABASE register CHARACTER SET utf8mb4",
                "CREATE TABLE register.firms (id int, listed boolean, tiny tinyint(1), big bigint unsigned, "
                "single float, `double` double, amount decimal(10,2), founded date, seen datetime(3), at time(1), "
                "logo varbinary(9), name varchar(99), about text, year year, bits bit(3))",
                "INSERT INTO register.firms VALUES (1, 1, 7, 18446744073709551615, 1.1, 1e22, 1.50, '2024-01-02', "
                "'2024-01-02 03:04:05.5', '03:04:05', x'00ff', '张三', '', 2024, b'101')",
                "INSERT INTO register.firms (id) VALUES (2)",
            ):
                cursor.execute(statement)
            cursor.execute("CREATE USER reader@'127.0.0.1' IDENTIFIED BY %s", [PASSWORD])
            cursor.execute("GRANT SELECT, INSERT ON register.* TO reader@'127.0.0.1'")
        yield server


def read(
    connection: duckdb.DuckDBPyConnection, opened: Opened
) -> tuple[list[dict[str, object]], dict[str, str], tuple[Problem, ...]]:
    relation = opened.relation
    names = [*relation.columns, *(name for _, name in relation.forms), *(name for _, name in relation.typed_by)]
    rows = [dict(zip(names, row, strict=True)) for row in connection.execute(relation.sql).fetchall()]
    assert [row[0] for row in connection.execute(relation.sql_with_rows).fetchall()] == list(range(1, len(rows) + 1))
    return rows, {name: iri.removeprefix(XSD) for name, iri in relation.datatypes}, opened.problems


def source(tmp_path: Path, address: str, iterator: str, formulation: str = "") -> Source:
    return Source(Path(address), tmp_path, address, formulation, iterator)


@pytest.mark.slow
def test_postgresql(
    connection: duckdb.DuckDBPyConnection, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_SECRET", PASSWORD)
    address = f"postgresql://kg:${{DB_SECRET}}@127.0.0.1:{postgres.port}/postgres"
    opened = open_source(connection, source(tmp_path, address, "public.firms"))
    rows, datatypes, problems = read(connection, opened)
    assert rows[0] == {
        "ID": "1", "small": "2", "big": "9007199254740993", "real": "1.1", "double": "1.0E22", "amount": "1.50",
        "listed": "true", "founded": "2024-01-02", "seen": "2024-01-02T03:04:05.5", "zoned": "2024-01-01T19:04:05Z",
        "at": "03:04:05", "logo": "DEADBEEF", "name": '张"三', "key": "00000000-0000-0000-0000-000000000001",
        "real (canonical)": "1.1E0", "double (canonical)": "1.0E22", "amount (canonical)": "1.5",
    }  # fmt: skip
    assert [rows[1][name] for name in ("real", "double", "name", "amount", "listed")] == ["NaN", "-INF", "", None, None]
    assert datatypes == {
        "ID": "integer", "small": "integer", "big": "integer", "real": "double", "double": "double",
        "amount": "decimal", "listed": "boolean", "founded": "date", "seen": "dateTime", "zoned": "dateTime",
        "at": "time", "logo": "hexBinary",
    }  # fmt: skip
    file = "127.0.0.1/postgres public.firms"
    assert problems == (
        Problem("read", file, None, "tags", "column 'tags' has the type _int4, which is not read: cast it in a query"),
    )
    query = 'SELECT "ID" + 1 AS next FROM firms ORDER BY 1 DESC;'
    assert read(connection, open_source(connection, source(tmp_path, address, query)))[0] == [
        {"next": "3"},
        {"next": "2"},
    ]
    writing = "WITH gone AS (DELETE FROM firms RETURNING *) SELECT * FROM gone"
    with pytest.raises(ReadError, match="read-only transaction"):
        open_source(connection, source(tmp_path, address, writing, "SQLQuery"))
    with pytest.raises(ReadError, match="two columns called 'a'"):
        open_source(connection, source(tmp_path, address, "SELECT 1 AS a, 2 AS a"))


@pytest.mark.slow
def test_mariadb(
    connection: duckdb.DuckDBPyConnection, maria: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_SECRET", PASSWORD)
    address = f"mariadb://reader:${{DB_SECRET}}@127.0.0.1:{maria.port}/register"
    rows, datatypes, problems = read(connection, open_source(connection, source(tmp_path, address, "firms")))
    assert rows[0] == {
        "id": "1", "listed": "true", "tiny": "7", "big": "18446744073709551615", "single": "1.1", "double": "1.0E22",
        "amount": "1.50", "founded": "2024-01-02", "seen": "2024-01-02T03:04:05.5", "at": "03:04:05", "logo": "00FF",
        "name": "张三", "about": "", "year": "2024", "bits": "05",
        "single (canonical)": "1.1E0", "double (canonical)": "1.0E22", "amount (canonical)": "1.5",
    }  # fmt: skip
    assert set(rows[1].values()) == {"2", None}
    assert (datatypes, problems) == (
        {
            "id": "integer", "listed": "boolean", "tiny": "integer", "big": "integer", "single": "double",
            "double": "double", "amount": "decimal", "founded": "date", "seen": "dateTime", "at": "time",
            "logo": "hexBinary", "year": "integer", "bits": "hexBinary",
        },
        (),
    )  # fmt: skip
    with pytest.raises(ReadError, match="READ ONLY transaction"):
        open_source(connection, source(tmp_path, address, "INSERT INTO firms (id) VALUES (3)", "SQLQuery"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_secret_is_in_no_message_log_or_result(
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A mapping in RML that names the variable; right and wrong passwords, a wrong table, no server."""
    caplog.set_level(logging.DEBUG)
    user, name, server = ("kg", "postgres", "postgres") if kind == "postgresql" else ("reader", "register", "maria")
    port = request.getfixturevalue(server).port
    wrong = "falsches-口令"

    def run(secret: str, table: str, at: int) -> str:
        monkeypatch.setenv("DB_SECRET", secret)
        database = f'd2rq:jdbcDSN "jdbc:{kind}://127.0.0.1:{at}/{name}" ; d2rq:username "{user}" ; '
        database += 'd2rq:password "${DB_SECRET}" ] ; rml:referenceFormulation rml:SQL2008Table'
        (tmp_path / "m.rml.ttl").write_text(
            f"@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .\n{PREFIXES}"
            f"<#m> rml:logicalSource [ rml:source [ a d2rq:Database ; {database} ; "
            f'rml:iterator "{table}" ] ; rml:subjectMap [ rml:template "firm/{{amount}}" ] ; '
            'rml:predicateObjectMap [ rml:predicate ex:amount ; rml:objectMap [ rml:reference "amount" ] ] .',
            encoding="utf-8",
        )
        try:
            map_file(tmp_path / "m.rml.ttl", tmp_path / "o.nt", base=BASE)
        except KgError as error:
            return f"{error} {error!r} {error.__cause__}"
        return (tmp_path / "o.nt").read_text(encoding="utf-8")

    made = run(PASSWORD, "firms", port)
    assert made == f'<{BASE}firm/1.50> <{BASE}amount> "1.5"^^<{XSD}decimal> .\n'
    told = [run(wrong, "firms", port), run(PASSWORD, "nowhere", port), run(PASSWORD, "firms", 1)]
    assert all("127.0.0.1" in one for one in told)
    for secret in (PASSWORD, wrong):
        assert not [one for one in (made, *told, caplog.text) if secret in one or quote(secret, safe="") in one]


@pytest.mark.parametrize(
    "place",
    [
        'rml:source "postgresql://u:geheim@h/db"',
        'rml:source "mysql://h/db?password=geheim"',
        'rml:source [ <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#jdbcDSN> "jdbc:mysql://h/db" ; '
        '<http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#username> "u" ; '
        '<http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#password> "geheim" ]',
    ],
)
def test_a_password_in_a_mapping_is_refused(place: str, tmp_path: Path) -> None:
    path = tmp_path / "m.rml.ttl"
    path.write_text(f'{PREFIXES}<#m> rml:logicalSource [ {place} ] ; rml:subjectMap [ rml:template "{{a}}" ] .')
    with pytest.raises(MappingError, match="a password stands in the mapping: write") as caught:
        map_file(path, tmp_path / "o.nt", base=BASE)
    assert "geheim" not in str(caught.value)


def test_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("Pass_Word", "p@ss/w:rd")
    monkeypatch.setenv("HOST", "db.example")
    address = parse_address("postgresql://me:${Pass_Word}@${HOST}:5433/register?sslmode=require")
    assert address.url == "postgresql://me:p%40ss%2Fw%3Ard@db.example:5433/register?sslmode=require"
    assert "p@ss" not in repr(address)
    assert address.without_secrets("no p@ss/w:rd\nnor p%40ss%2Fw%3Ard") == "no *** nor ***"
    with pytest.raises(ReadError, match="the environment variable NOT_SET is not set"):
        parse_address("mysql://me:${NOT_SET}@h/db")
    with pytest.raises(ReadError, match="its host or port is wrong"):
        parse_address("mysql://h:99999999/db")


def test_sqlite(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE t (id INTEGER, n REAL, ok BOOLEAN, day DATE, seen TIMESTAMP, a DECIMAL(5,2), b BLOB, any)"
        )
        database.execute(
            "INSERT INTO t VALUES (1, 1.5, 1, '2024-01-02', '2024-01-02 03:04:05.500', 1.5, x'00ff', '中')"
        )
        database.execute(
            "INSERT INTO t VALUES (2, 1e22, 0, NULL, NULL, 2, NULL, 7), (3, NULL, NULL, NULL, NULL, NULL, NULL, '')"
        )
    database.close()
    rows, datatypes, problems = read(connection, open_source(connection, Source(path, tmp_path, iterator="t")))
    assert rows[0] == {
        "id": "1", "n": "1.5", "ok": "true", "day": "2024-01-02", "seen": "2024-01-02T03:04:05.5", "a": "1.5",
        "b": "00FF", "any": "中", "n (canonical)": "1.5E0", "a (canonical)": "1.5", "any (canonical)": "中",
        "any (datatype)": XSD + "string",
    }  # fmt: skip
    assert [row["any (datatype)"] for row in rows] == [XSD + "string", XSD + "integer", XSD + "string"]
    assert (rows[2]["any"], rows[2]["n"], problems) == ("", None, ())
    assert datatypes == {
        "id": "integer", "n": "double", "ok": "boolean", "day": "date", "seen": "dateTime", "a": "decimal",
        "b": "hexBinary",
    }  # fmt: skip
    query = Source(path, tmp_path, iterator="SELECT max(id) AS most FROM t")
    assert read(connection, open_source(connection, query))[0] == [{"most": "3"}]


@pytest.mark.parametrize(
    ("iterator", "formulation", "message"),
    [
        ("none", "", "none cannot be read: no such table"),
        ("", "", "needs the name of a table, or a query"),
        ("ATTACH 'other.db' AS o", "SQLQuery", "a query cannot be read: not authorized"),
        ("DELETE FROM t", "SQLQuery", "a query cannot be read: not authorized"),
        ("SELECT 1 AS a, 2 AS A", "", "the query gives two columns called 'a'; name each with AS"),
    ],
)
def test_sqlite_says_no(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, iterator: str, formulation: str, message: str
) -> None:
    path = tmp_path / "r.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (a)")
    database.close()
    with pytest.raises(ReadError, match=message):
        open_source(connection, Source(path, tmp_path, iterator=iterator, formulation=formulation))


def test_what_is_no_sqlite(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "r.db").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(ReadError, match="file is not a database"):
        open_source(connection, Source(tmp_path / "r.db", tmp_path, iterator="t"))
