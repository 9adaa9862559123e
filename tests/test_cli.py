"""The command line as a user meets it: a process of its own, its output, its exit code, and never a traceback."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import kg
from tests.projects import rewrite, write_project


def run(*arguments: str | Path, cwd: Path | None = None, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs `kg` with these arguments."""
    command: Sequence[str] = [sys.executable, "-c", "from kg.cli import main; main()", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small project and its release."""
    folder = write_project(tmp_path_factory.mktemp("cli"))
    done = run("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_build_shows_its_stages_and_ends_with_a_summary(tmp_path: Path) -> None:
    folder = write_project(tmp_path)
    done = run("build", cwd=folder)
    assert [line.split()[2] for line in done.stderr.splitlines()] == ["read", "map", "validate", "publish"]
    for word in ("entities", "triples", "claims", "sources", "problems", "kg query --list", "kg explain"):
        assert word in done.stdout
    assert (folder / "output/latest/graph.nt").is_file()
    assert "nothing changed" in run("build", cwd=folder).stdout


def test_build_with_problems_exits_1(tmp_path: Path) -> None:
    folder = write_project(tmp_path)
    rewrite(folder / "data/towns.csv", "1200", "viele")
    done = run("build", cwd=folder)
    assert done.returncode == 1
    assert "towns.csv row 2: 'viele'" in done.stdout


def test_build_that_is_not_valid_exits_3_and_says_why(tmp_path: Path) -> None:
    folder = write_project(tmp_path)
    rewrite(folder / "data/towns.csv", "1200", "-1")
    done = run("build", cwd=folder)
    assert done.returncode == 3
    assert "✗ A number of people is not negative" in done.stderr
    assert "甲镇 <https://example.org/town/a>" in done.stderr
    assert "towns.csv row 2" in done.stderr
    assert "nothing was published" in done.stderr
    assert not (folder / "output/latest").exists()


def test_build_with_a_bad_catalog_exits_3_with_one_sentence(tmp_path: Path) -> None:
    folder = write_project(tmp_path)
    rewrite(folder / "data/catalog.toml", "licence =", "license =")
    done = run("build", cwd=folder)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "did you mean 'licence'" in done.stderr


def test_query_takes_text_stdin_file_and_name(built: Path, tmp_path: Path) -> None:
    text = "ASK { ?s a ckg:Place }"
    (tmp_path / "one.rq").write_text(text)
    for argument, stdin in ((text, None), ("-", text), (tmp_path / "one.rq", None)):
        assert run("query", argument, "-r", built, stdin=stdin).stdout == "true\n"
    assert "甲镇" in run("query", "towns", "-r", built).stdout
    assert "towns  镇" in run("query", "--list", "-r", built).stdout
    assert "towns  towns" in run("query", "--list", "--lang", "en", "-r", built).stdout


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xlsx"])
def test_query_writes_formats(built: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"out.{form}"
    assert run("query", "towns", "-r", built, "-f", form, "-o", target).returncode == 0
    if form == "xlsx":
        import openpyxl

        rows = list(openpyxl.load_workbook(target).worksheets[0].values)
        assert rows[1] == ("https://example.org/town/a", "甲镇")
    else:
        assert "甲镇" in target.read_text("utf-8")


def test_query_json_is_the_standards(built: Path) -> None:
    found = json.loads(run("query", "towns", "-r", built, "-f", "json").stdout)
    assert found["head"]["vars"] == ["town", "label"]
    assert found["results"]["bindings"][0]["label"] == {"type": "literal", "value": "甲镇", "xml:lang": "zh"}


def test_construct_and_describe_give_turtle(built: Path) -> None:
    for text in ("CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s rdfs:label ?l }", "DESCRIBE <town/a>"):
        assert '"甲镇"@zh' in run("query", text, "-r", built).stdout


def test_a_syntax_error_shows_the_place(built: Path) -> None:
    done = run("query", "SELECT ?s WHERE {\n ?s a ckg:Place . FILTER( }", "-r", built)
    assert done.returncode == 2
    assert "line 2, column 27" in done.stderr
    caret = done.stderr.splitlines()[-1]
    assert caret.strip() == "^"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query", "twons"], "did you mean"),
        (["explain", "甲"], "did you mean 甲镇"),
        (["query", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"], "SERVICE is not allowed"),
        (["query", "INSERT DATA { <a> <b> <c> }"], ""),
        (["query", "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "--timeout", "1", "-f", "csv"], "stopped"),
        (["view", "-o", "x.html", "--focus", "nobody"], "nobody"),
        (["export", "nonsense", "-o", "x"], "no format 'nonsense'"),
    ],
)
def test_usage_errors_exit_2(built: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    done = run(*arguments, "-r", built, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr


def test_no_release_is_said(tmp_path: Path) -> None:
    done = run("query", "ASK {}", cwd=tmp_path)
    assert done.returncode == 2
    assert "run `kg build` first" in done.stderr


def test_a_closed_pipe_is_no_error(built: Path) -> None:
    shell = (
        """"$0" -c 'from kg.cli import main; main()' query 'SELECT ?s ?p ?o { ?s ?p ?o }' -r "$1" -f csv | head -1"""
    )
    command = ["bash", "-c", shell, sys.executable, str(built)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("s,p,o\n", "")


def test_map_runs_one_mapping(built: Path, tmp_path: Path) -> None:
    mapping = built / "ontology/mapping/towns.rml.ttl"
    target = tmp_path / "out.nt"
    done = run("map", mapping, "-o", target, "--data", built / "data", "--base", "https://example.org/")
    assert (done.returncode, done.stderr) == (0, f"5 triples in {target}\n")
    assert len(target.read_text("utf-8").splitlines()) == 5
    done = run("map", mapping, "-o", target)
    assert done.returncode == 3
    assert "its source 'towns.csv' is in none of" in done.stderr


@pytest.mark.slow
def test_validate_says_valid_or_what_is_wrong(built: Path, tmp_path: Path) -> None:
    for name in ("graph.ttl", "graph.trig", "graph.nt", "graph.jsonld", "graph.rdf"):
        done = run("validate", built / "output/latest" / name, "--project", built)
        assert (done.returncode, done.stdout) == (0, "valid\n"), (name, done.stderr)
    bad = tmp_path / "bad.ttl"
    bad.write_text("<https://example.org/x> a <https://w3id.org/cluster-kg/ontology#Place> .")
    done = run("validate", bad, "--project", built)
    assert done.returncode == 1
    assert "A place has a label" in done.stdout
    bad.write_text("<https://example.org/x> a .")
    done = run("validate", bad, "--project", built)
    assert done.returncode == 2
    assert "is not valid Turtle" in done.stderr
    empty = tmp_path / "empty.nt"
    empty.touch()
    assert run("validate", empty, "--project", built).returncode == 1


def test_export_and_view_write_files(built: Path, tmp_path: Path) -> None:
    assert "turtle" in run("export", "-r", built).stdout
    assert run("export", "turtle", "-o", tmp_path / "x.ttl", "-r", built).returncode == 0
    assert (tmp_path / "x.ttl").read_bytes() == (built / "output/latest/graph.ttl").read_bytes()
    assert run("view", "-o", tmp_path / "x.html", "--focus", "甲镇", "-r", built).returncode == 0
    assert "甲镇" in (tmp_path / "x.html").read_text("utf-8")


def test_importing_kg_is_cheap() -> None:
    heavy = "{'rdflib', 'networkx', 'pandas', 'duckdb', 'pyvis', 'rich', 'pyshacl'}"
    done = subprocess.run(
        [sys.executable, "-c", f"import kg, sys; print(sorted({heavy} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
    assert kg.__version__


def test_match_and_dedupe_link_companies(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "id,name,city\na1,青岚生物科技集团股份有限公司,烟台市\na2,浩川电子有限公司,济南市\n", "utf-8"
    )
    (tmp_path / "b.csv").write_text("id,name,city\nb1,青岚生物,烟台\nb2,远澜电子,济南\n", "utf-8")
    done = run("match", "a.csv", "b.csv", "-o", "links.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "1 rows in links.csv; 0 pairs are left open\n")
    assert (tmp_path / "links.csv").read_text("utf-8").splitlines()[1].startswith("a1,b1,0.9")
    both = (tmp_path / "a.csv").read_text("utf-8") + "b1,青岚生物,烟台\n"
    (tmp_path / "both.csv").write_text(both, "utf-8")
    assert run("dedupe", "both.csv", "-o", "firms.csv", cwd=tmp_path).returncode == 0
    firms = [line.split(",")[:2] for line in (tmp_path / "firms.csv").read_text("utf-8").splitlines()[1:]]
    assert firms == [["a1", "a1"], ["a2", "a2"], ["b1", "a1"]]
    (tmp_path / "c.csv").write_text("key,name\n1,x\n", "utf-8")
    done = run("match", "a.csv", "c.csv", "-o", "links.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "id" in done.stderr
