"""`kg review` in a real terminal: what a person decides is in the graph after the next build."""

import csv
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kg
from tests.articles import write_project
from tests.test_cli import run

NEWS = "烟台市先进结构材料产业集群由万华化学领头，力争到2027年营业收入突破5000亿元。\n"
CLAIM = "does the article say so?"
PAIR = "one thing?"
SECONDS = 20


class Screen:
    """`kg review` in a pseudo-terminal of 100 columns."""

    def __init__(self, *arguments: str, cwd: Path):
        self._terminal, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.before = termios.tcgetattr(child)
        self._child = child
        command = [sys.executable, "-c", "from kg.cli import main; main()", "review", *arguments]
        environment = {**os.environ, "NO_COLOR": "1", "USER": "wang"}
        self._process = subprocess.Popen(
            command, stdin=child, stdout=child, stderr=child, cwd=cwd, env=environment, start_new_session=True
        )
        self.text = ""

    def wait_for(self, text: str) -> str:
        """What was shown up to this text, which is taken out."""
        end = time.monotonic() + SECONDS
        while text not in self.text:
            assert time.monotonic() < end, f"{text!r} did not come: {self.text}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                self.text += os.read(self._terminal, 65536).decode("utf-8", "ignore").replace("\r\n", "\n")
        before, _, self.text = self.text.partition(text)
        return before

    def press(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def interrupt(self) -> None:
        """Ctrl-C, where the program still runs."""
        self._process.send_signal(signal.SIGINT)

    def leave(self) -> int:
        """The exit code, once the program has ended; the terminal must be as it was."""
        code = self._process.wait(SECONDS)
        assert termios.tcgetattr(self._child) == self.before
        os.close(self._child)
        os.close(self._terminal)
        return code


Start = Callable[..., Screen]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A built project of which two firms have one name, and of which an article is not sure."""
    folder = write_project(tmp_path / "project", {"news.txt": NEWS.encode()})
    data = folder / "data"
    with (data / "enterprises.csv").open("a", encoding="utf-8") as file:
        file.write("e900,韩都衣舍,seed-article\n")
    catalog = (data / "catalog.toml").read_text("utf-8")
    (data / "catalog.toml").write_text(catalog.replace("threshold = 0.7", "threshold = 0.96"), "utf-8")
    assert kg.build(folder, output=folder / "output").folder is not None
    return folder


@pytest.fixture
def start(project: Path) -> Iterator[Start]:
    started = []

    def begin(*arguments: str) -> Screen:
        started.append(Screen(".", *arguments, cwd=project))
        return started[-1]

    yield begin
    for screen in started:
        screen.interrupt()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def graph_of(project: Path) -> str:
    built = kg.build(project, output=project / "output")
    assert built.folder is not None, built.violations
    assert built.problems == ()
    return (built.folder / "graph.nt").read_text("utf-8")


@pytest.mark.slow
def test_what_a_person_decides_is_in_the_graph_after_the_next_build(project: Path, start: Start) -> None:
    before = graph_of(project)
    screen = start("--by", "li")
    shown = screen.wait_for("[q] quit")
    assert f"1 of 4 · {PAIR}" in shown
    assert "韩都衣舍" in shown
    assert "enterprise/e002" in shown
    assert "enterprise/e900" in shown
    assert "alike in all that is compared" in shown
    screen.press("s")
    shown = screen.wait_for("[q] quit")
    assert f"2 of 4 · {CLAIM}" in shown
    assert "revenue >= 5000亿元 2027" in shown
    assert NEWS.strip()[:30] in shown
    assert "data/articles/news.txt (news), 2024-05-06" in shown
    screen.press("w")
    screen.wait_for("why: ")
    screen.press("读过原文\n")
    screen.wait_for("(why: 读过原文)")
    screen.press("a")
    shown = screen.wait_for("[q] quit")
    assert "万华化学" in shown
    screen.press("r")
    screen.wait_for("4 of 4")
    screen.press("q")
    screen.wait_for("answers: 1 in")
    screen.wait_for("1 left; `kg build` puts them into the graph")
    assert screen.leave() == 0

    (judgement,) = rows(project / "data" / "judgements.csv")
    assert [judgement[name] for name in ("left", "right", "judgement", "who")] == [
        *("enterprise/e002", "enterprise/e900", "same", "li")
    ]
    assert (judgement["left_name"], judgement["right_name"]) == ("韩都衣舍", "韩都衣舍")
    accepted, rejected = rows(project / "data" / "accepted.csv")
    assert (accepted["answer"], accepted["who"], accepted["why"]) == ("accepted", "li", "读过原文")
    assert (rejected["answer"], rejected["object"]) == ("rejected", "万华化学")

    after = graph_of(project)
    assert "enterprise/e900> <https://w3id.org/cluster-kg/ontology#" not in after
    assert "owl#sameAs> <https://w3id.org/cluster-kg/enterprise/e900>" in after
    assert '"5000"^^<http://www.w3.org/2001/XMLSchema#decimal>' not in before
    assert '"5000"^^<http://www.w3.org/2001/XMLSchema#decimal>' in after
    (claim,) = claims_by(project, "li", "prov:wasQuotedFrom <source/news>")
    assert claim == (NEWS.strip(), "0", "42", "figure-beside-subject", "读过原文")


def claims_by(project: Path, who: str, that: str) -> list[tuple[str, ...]]:
    query = f"""PREFIX oa: <http://www.w3.org/ns/oa#> SELECT ?quote ?start ?end ?rule ?why {{
        GRAPH <graph/provenance> {{ ?claim ckg:judgedBy "{who}" ; ckg:rule ?rule ; {that} ; oa:hasTarget ?target .
            ?claim rdfs:comment ?why . ?target oa:hasSelector ?text , ?place .
            ?text oa:exact ?quote . ?place oa:start ?start ; oa:end ?end }} }}"""
    with kg.open(project / "output") as graph:
        return [tuple(str(row[name]) for name in row) for row in graph.query(query)]


@pytest.mark.slow
def test_what_was_answered_is_not_asked_again_and_undo_takes_it_back(project: Path, start: Start) -> None:
    judgements = project / "data" / "judgements.csv"
    empty = judgements.read_bytes()
    first = start()
    first.wait_for("[q] quit")
    first.press("u")
    first.wait_for("2 of 4")
    first.wait_for("[q] quit")
    first.press("z")
    first.wait_for("undone")
    first.wait_for("1 of 4")
    first.wait_for("[q] quit")
    assert judgements.read_bytes() == empty
    first.press("z")
    first.wait_for("nothing to undo")
    first.press("?")
    first.wait_for("they are the same thing")
    for key in ("\x1b[A", "中", "x", "d"):  # an arrow, a Chinese character and an x mean nothing
        first.wait_for("[?] help › ")
        first.press(key)
        time.sleep(0.2)
        first.text += "" if key in "xd" else "[?] help › "  # what means nothing shows nothing
    first.wait_for("2 of 4")
    first.wait_for("[q] quit")
    first.interrupt()
    first.wait_for("answers: 1 in")
    assert first.leave() == 130
    assert [row["judgement"] for row in rows(judgements)] == ["different"]

    second = start()
    shown = second.wait_for("[q] quit")
    assert f"1 of 3 · {CLAIM}" in shown
    second.press("n")
    second.wait_for("2 of 3")
    second.press("\x04")
    second.wait_for("no answers; 3 left")
    assert second.leave() == 0


@pytest.mark.slow
def test_what_follows_from_other_judgements_is_not_asked(project: Path) -> None:
    path = project / "data" / "judgements.csv"
    header = path.read_text("utf-8").partition("\n")[0]
    one, other = "enterprise/e002,enterprise/e003,different", "enterprise/e900,enterprise/e003,same"
    path.write_text(f"{header}\n{one},li,2026-01-02,,,\n{other},wu,2026-01-03,,,\n", "utf-8")
    listed = run("review", ".", "--list", cwd=project)
    assert PAIR not in listed.stdout
    assert listed.returncode == 0


@pytest.mark.slow
def test_contradictory_judgements_are_told_by_the_exit_code(project: Path) -> None:
    path = project / "data" / "judgements.csv"
    header = path.read_text("utf-8").partition("\n")[0]
    one, other = "enterprise/e002,enterprise/e003,same", "enterprise/e003,enterprise/e900,different"
    said = f"{one},li,2026-01-01,,,\n{other},li,2026-01-02,,,\n"
    path.write_text(f"{header}\n{said}enterprise/e002,enterprise/e900,same,wu,2026-01-03,,,\n", "utf-8")
    listed = run("review", ".", "--list", cwd=project)
    assert "contradicts: enterprise/e003 = enterprise/e002 = enterprise/e900, but" in listed.stderr
    assert listed.returncode == 1


def test_without_a_terminal_it_says_so_and_lists(project: Path) -> None:
    done = run("review", ".", cwd=project, stdin="s\n")
    assert done.returncode == 2
    assert (
        done.stderr == "error: this asks questions and needs a terminal; `kg review --list` shows what it would ask\n"
    )
    listed = run("review", ".", "--list", cwd=project)
    assert [line.partition("  ")[0] for line in listed.stdout.splitlines()] == [PAIR, *[CLAIM] * 3]


@pytest.mark.slow
def test_nothing_to_review_is_said(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", {})
    assert run("build", ".", cwd=folder).returncode == 0
    listed = run("review", ".", "--list", cwd=folder)
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "", "nothing to review\n")


@pytest.mark.slow
def test_a_catalog_without_files_for_decisions_is_told_how_to_name_them(project: Path) -> None:
    catalog = project / "data" / "catalog.toml"
    head, _, rest = catalog.read_text("utf-8").partition("[judgements]")
    catalog.write_text(head + "[reading]\n" + rest.partition("[reading]\n")[2], "utf-8")
    done = run("review", ".", "--list", cwd=project)
    assert done.returncode == 2
    assert 'file = "judgements.csv"' in done.stderr
    assert "left,right,judgement,who,when,why,left_name,right_name" in done.stderr


def test_pairs_that_matching_left_open_are_asked_without_a_project(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name,city\n1,苏州华芯电子有限公司,苏州\n2,无锡华芯电子有限公司,无锡\n", "utf-8")
    (tmp_path / "b.csv").write_text("id,name,city\n7,华芯电子有限公司,\n", "utf-8")
    done = run("match", "a.csv", "b.csv", "-o", "links.csv", "--undecided", "open.csv", cwd=tmp_path)
    assert done.returncode == 0
    with (tmp_path / "open.csv").open(encoding="utf-8-sig", newline="") as file:
        (found, *_) = list(csv.DictReader(file))
    assert (found["left_id"], found["left_name"]) == ("1", "苏州华芯电子有限公司")
    screen = Screen("--pairs", "open.csv", cwd=tmp_path)
    shown = screen.wait_for("[q] quit")
    assert "苏州华芯电子有限公司" in shown
    screen.press("s")
    screen.wait_for("[q] quit")
    screen.press("d")
    screen.wait_for("answers: 2 in judgements.csv; 0 left")
    assert screen.leave() == 0
    (row, _) = rows(tmp_path / "judgements.csv")
    assert (row["left"], row["right"], row["who"]) == (found["left_id"], found["right_id"], "wang")
    done = run(
        *("match", "a.csv", "b.csv", "-o", "links.csv", "--judgements", "judgements.csv", "--undecided", "open.csv"),
        cwd=tmp_path,
    )
    assert f"1,{found['right_id']}" in (tmp_path / "links.csv").read_text("utf-8")
