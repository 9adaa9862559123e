"""kg extract --model and --compare against a played server: what is printed, exit codes, the key never shown."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.extract.model_server import KEY, Play, closes, fails, playing, raw, says

ROOT = Path(__file__).parent.parent
CLUSTER = "烟台市先进结构材料产业集群"
TEXT = f"{CLUSTER}主营业务收入超过1000亿元，以万华化学等龙头企业为核心。云帆科创在{CLUSTER}里安了家。\n"
LEADER = {"name": "万华化学", "cluster": CLUSTER, "role": "leader", "quote": "以万华化学等龙头企业为核心"}
MEMBER = {"name": "云帆科创", "cluster": CLUSTER, "role": "member", "quote": f"云帆科创在{CLUSTER}里安了家"}
LIE = {"name": "黑心公司", "cluster": CLUSTER, "role": "leader", "quote": f"由黑心公司牵头\x1b[31m{KEY}"}
CLAIMS = {"clusters": [], "enterprises": [LEADER, MEMBER, LIE], "figures": [], "supports": []}


def run(article: Path, *arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The outcome of `kg extract` for an article; the key is in no output."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("KG_LLM")}
    program = "from kg.cli import main; main()"
    command = [sys.executable, "-c", program, "extract", str(article), *arguments]
    done = subprocess.run(
        command, env={**own, **environment}, capture_output=True, text=True, check=False, cwd=ROOT, encoding="utf-8"
    )
    assert KEY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """An article."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    return path


def played(article: Path, play: Play, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The outcome where the server plays this."""
    with playing(play) as script:
        return run(article, *arguments, environment=script.environment)


def test_the_model_reads_too_and_its_claims_are_marked(article: Path) -> None:
    done = played(article, says(CLAIMS), "--model")
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert any("云帆科创" in line and line.endswith("model:played/model-1 0.7") for line in lines)
    assert any("万华化学" in line and "headed-by" in line for line in lines)
    assert not [line for line in lines if "黑心公司" in line]
    assert "黑心公司" in done.stderr
    assert "the quote is not verbatim in the text" in done.stderr
    assert "\x1b" not in done.stderr


def test_json_has_the_claims_of_both(article: Path) -> None:
    content = json.loads(played(article, says(CLAIMS), "--model", "--json").stdout)
    assert [CLUSTER, "hasMember", "云帆科创"] in content["relations"]
    assert [CLUSTER, "hasLeadEnterprise", "万华化学"] in content["relations"]


def test_side_by_side(article: Path) -> None:
    done = played(article, says(CLAIMS), "--compare")
    text = done.stdout
    assert "both say 1, only the rules 2, only the model 1; rejected 1" in text
    names = ("万华", "云帆", "黑心", "revenue")
    lines = {name: next(line for line in text.splitlines() if name in line) for name in names}
    assert lines["万华"].split()[:3] == ["headed-by", "0.95", "✓"]
    assert lines["云帆"].split()[:3] == ["–", "0.7", "member"]
    assert lines["revenue"].split()[2] == "–"
    assert "not verbatim" in lines["黑心"]
    assert f"“{MEMBER['quote']}”" in text
    assert "\x1b" not in text


def test_side_by_side_as_json(article: Path, tmp_path: Path) -> None:
    content = json.loads(played(article, says(CLAIMS), "--compare", "--json").stdout)
    assert content["model"] == "played/model-1"
    assert [one["name"] for one in content["both"]["enterprises"]] == ["万华化学"]
    assert [one["name"] for one in content["only_model"]["enterprises"]] == ["云帆科创"]
    assert content["only_rules"]["figures"][0]["value"] == 1000
    assert content["rejected"][0]["reason"].endswith("not verbatim in the text")
    played(article, says(CLAIMS), "--compare", "-o", str(tmp_path / "results"))
    assert json.loads((tmp_path / "results" / "a.json").read_text("utf-8")) == content


def test_without_the_option_nothing_is_asked(article: Path) -> None:
    with playing(says(CLAIMS)) as script:
        done = run(article, environment=script.environment)
    assert done.returncode == 0
    assert script.asked == []


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "reading with a model needs KG_LLM_URL"),
        ({"KG_LLM_URL": "http://127.0.0.1:9/v1", "KG_LLM_KEY": KEY}, "needs its name in KG_LLM_MODEL"),
        ({"KG_LLM_URL": f"http://me:{KEY}@127.0.0.1:9/v1", "KG_LLM_MODEL": "m"}, "put the key into KG_LLM_KEY"),
        ({"KG_LLM_URL": f"ftp://{KEY}", "KG_LLM_MODEL": "m"}, "no http(s) address"),
    ],
)
def test_no_server_is_a_usage_error_of_one_sentence(article: Path, variables: Mapping[str, str], said: str) -> None:
    done = run(article, "--model", environment=variables)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("play", "said"),
    [
        (fails(401, f"Incorrect API key provided: {KEY}"), "it does not accept the key in KG_LLM_KEY"),
        (fails(404, "no such model"), "answers 404: no such model"),
        (fails(429, Retry_After="3600"), "asks to wait 3600 s"),
    ],
)
def test_a_server_of_no_use_is_one_sentence_and_exit_code_3(article: Path, play: Play, said: str) -> None:
    for option in ("--model", "--compare"):
        done = played(article, play, option)
        assert done.returncode == 3
        assert done.stdout == ""
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_a_server_that_breaks_off_again_and_again(article: Path) -> None:
    done = played(article, closes, "--model")
    assert done.returncode == 3
    assert "breaks off the connection" in done.stderr


def test_an_answer_that_is_none_is_a_problem_and_the_rules_go_on(article: Path) -> None:
    done = played(article, raw(b"<html>" + KEY.encode()), "--model")
    assert done.returncode == 1
    assert "万华化学" in done.stdout
    assert "the reply is no JSON" in done.stderr
