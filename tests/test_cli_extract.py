"""kg extract: files, folders and stdin; a readable view or JSON; a bad file is told of and loses no other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = "烟台市先进结构材料产业集群主营业务收入超过1000亿元，以万华化学、泰和新材等龙头企业为核心。\n版权所有 某某网\n"
KEYS = ["clusters", "enterprises", "figures", "relations"]


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The outcome of `kg extract` with these arguments."""
    command = [sys.executable, "-m", "kg.cli", "extract", *map(str, arguments)]
    program = "import sys; from kg.cli import main; sys.argv = sys.argv[1:]; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *command[2:]], input=stdin, capture_output=True, check=False, cwd=ROOT
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles, one in a folder below, and a broken one."""
    (tmp_path / "dev").mkdir()
    (tmp_path / "seed.txt").write_text(TEXT, "utf-8")
    (tmp_path / "dev" / "01.txt").write_bytes(TEXT.encode("gb18030"))
    (tmp_path / "dev" / "02.pdf").write_bytes(b"%PDF-1.4 broken")
    return tmp_path


def test_readable_view_has_sentence_rule_and_confidence(folder: Path) -> None:
    done = run(folder / "seed.txt")
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "“烟台市先进结构材料产业集群主营业务收入超过1000亿元" in text
    assert "revenue >= 1000 亿元" in text
    assert "headed-by 0.95" in text
    assert "版权所有" not in text


def test_verbose_tells_what_was_cut_and_why(folder: Path) -> None:
    text = run(folder / "seed.txt", "--verbose").stdout.decode()
    line = next(line for line in text.splitlines() if "版权所有" in line)
    assert line.rstrip().endswith(")")


def test_json_of_one_file_is_one_object(folder: Path) -> None:
    done = run(folder / "seed.txt", "--json")
    content = json.loads(done.stdout)
    assert list(content) == KEYS
    assert content["clusters"][0]["name"] == "烟台市先进结构材料产业集群"
    assert ["烟台市先进结构材料产业集群", "hasLeadEnterprise", "泰和新材"] in content["relations"]


def test_json_of_several_is_an_object_by_file_and_a_bad_one_loses_no_other(folder: Path) -> None:
    done = run(folder, "--json")
    content = json.loads(done.stdout)
    assert sorted(content) == [str(folder / "dev" / "01.txt"), str(folder / "seed.txt")]
    assert done.returncode == 1
    assert "02.pdf" in done.stderr.decode()


def test_a_folder_of_results_is_laid_out_as_the_articles_are(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "results"
    run(folder, "--output", target)
    found = sorted(path.relative_to(target).as_posix() for path in target.rglob("*.json"))
    assert found == ["dev/01.json", "seed.json"]
    assert list(json.loads((target / "seed.json").read_text("utf-8"))) == KEYS


def test_stdin(folder: Path) -> None:
    done = run("-", "--json", stdin=TEXT.encode("gb18030"))
    assert json.loads(done.stdout)["figures"][0]["value"] == 1000


def test_min_confidence_leaves_out_and_says_so(folder: Path) -> None:
    done = run(folder / "seed.txt", "--min-confidence", "0.99")
    assert "nothing was read in it" in done.stdout.decode()
    assert "less sure than 0.99 left out" in done.stdout.decode()
    assert json.loads(run(folder / "seed.txt", "--json", "--min-confidence", "0.99").stdout)["clusters"] == []


def test_a_file_of_no_use_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    for arguments in ((tmp_path / "a.txt",), (tmp_path / "a.txt", "--json"), (tmp_path / "none.txt",)):
        done = run(*arguments)
        assert done.returncode == 1
        assert done.stdout == b""
        assert b"Traceback" not in done.stderr
        assert done.stderr


def test_no_file_is_a_usage_error() -> None:
    assert run().returncode == 2


def test_matches_tells_what_an_entry_of_the_lexicon_finds(folder: Path) -> None:
    rule = run(folder / "seed.txt", "--matches", "headed-by").stdout.decode()
    assert "2 matches" in rule
    assert "泰和新材" in rule
    assert "产业集群" in run(folder / "seed.txt", "--matches", "clusters.heads").stdout.decode()


def test_matches_of_an_unknown_entry_is_one_clear_line(folder: Path) -> None:
    done = run(folder / "seed.txt", "--matches", "clusters.nothing")
    assert done.returncode == 2
    assert done.stderr.decode() == "error: lexicon clusters: clusters.nothing: no such entry\n"
