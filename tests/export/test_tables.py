"""Tables open in a spreadsheet as they are meant: Chinese readable, ids beside names, and no cell a formula."""

import csv
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.export.tables import Number, safe_text, write_csv, write_facts, write_problems, write_tables
from kg.model import Problem
from kg.vocabulary import CKG, PROVENANCE_GRAPH
from tests.export import small


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tables(folder: Path, quads: list[ox.Quad]) -> Path:
    assert write_tables(small.release(folder, quads), folder / "tables") == []
    return folder / "tables"


def test_a_class_has_a_table_with_labels_beside_ids(tmp_path: Path) -> None:
    [cluster] = rows(tables(tmp_path, small.graph()) / "Cluster.csv")
    assert cluster == {
        "id": "cluster/c1",
        "label_zh": "烟台市先进结构材料产业集群",
        "label_en": "Yantai materials",
        "confirmation": "confirmation/confirmed",
        "confirmation_label": "已证实",
        "hasLeadEnterprise": "enterprise/e1",
        "hasLeadEnterprise_label": "万华化学",
        "inCity": "place/370600",
        "inCity_label": "烟台市",
        "note": "one | two",
        "sources": "s1 | s2",
        "confirmations": "confirmed | confirmed-by-repost",
        "rows": "clusters.csv#row=2 | clusters.csv#row=10",
    }
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == [
        "City.csv",
        "Cluster.csv",
        "Confirmation.csv",
        "Enterprise.csv",
        "Source.csv",
    ]


def test_the_columns_stand_in_a_fixed_order(tmp_path: Path) -> None:
    with (tables(tmp_path, small.graph()) / "City.csv").open(encoding="utf-8-sig") as file:
        assert file.readline() == "id,label_zh,label_en,latitude,sources,confirmations,rows\n"


def test_excel_is_told_that_it_is_utf8(tmp_path: Path) -> None:
    content = (tables(tmp_path, small.graph()) / "City.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfid,")
    assert content.count(b"\r\n") == content.count(b"\n") == 2


def test_every_fact_has_a_row_for_each_source(tmp_path: Path) -> None:
    write_facts(small.release(tmp_path, small.graph()), tmp_path / "facts.csv")
    lead = [row for row in rows(tmp_path / "facts.csv") if row["predicate"] == "ckg:hasLeadEnterprise"]
    assert [(row["source"], row["confirmation"], row["rows"]) for row in lead] == [
        ("s1", "confirmed", "clusters.csv#row=2"),
        ("s2", "confirmed-by-repost", "clusters.csv#row=10"),
    ]
    assert [lead[0][name] for name in ("subject_label", "predicate_label", "value_label", "grade")] == [
        "烟台市先进结构材料产业集群",
        "龙头企业",
        "万华化学",
        "news",
    ]


def test_who_let_a_fact_in_stands_in_its_row(tmp_path: Path) -> None:
    claim, told = "claim/2", (("judgedBy", "Li"), ("judgedOn", "2026-05-06"))
    judged = [small.quad(claim, small.ckg(name), ox.Literal(text), PROVENANCE_GRAPH) for name, text in told]
    write_facts(small.release(tmp_path, [*small.graph(), *judged]), tmp_path / "facts.csv")
    found = [row for row in rows(tmp_path / "facts.csv") if row["judged_by"]]
    assert [(row["source"], row["judged_by"], row["judged_on"], row["remark"]) for row in found] == [
        ("s2", "Li", "2026-05-06", "")
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=", "＠x"])
def test_formulas_become_text(text: str) -> None:
    assert safe_text(text).startswith("'")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_begins_a_formula(text: str) -> None:
    safe = safe_text(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert safe.isprintable() or "\0" not in safe


def test_negative_numbers_stay_numbers_and_texts_like_them_do_not(tmp_path: Path) -> None:
    quads = [
        small.quad("a", small.TYPE, small.ckg("Figure")),
        small.quad("a", small.ckg("value"), small.typed("-1.5", "decimal")),
        small.quad("a", small.ckg("text"), ox.Literal("-1.50")),
        small.quad("a", small.ckg("bad"), small.typed("-2+cmd", "decimal")),
        small.quad("a", small.ckg("both"), small.typed("-1", "integer")),
        small.quad("a", small.ckg("both"), small.typed("-2", "integer")),
    ]
    [figure] = rows(tables(tmp_path, quads) / "Figure.csv")
    assert [figure[name] for name in ("value", "text", "bad", "both")] == ["-1.5", "'-1.50", "'-2+cmd", "'-1 | -2"]


def test_hostile_texts_come_back_from_their_cells(tmp_path: Path) -> None:
    quads = [small.quad(f"x{n}", small.LABEL, small.zh(text)) for n, text in enumerate(small.HOSTILE)]
    quads += [small.quad(f"x{n}", small.TYPE, small.ckg("Cluster")) for n in range(len(small.HOSTILE))]
    found = {row["id"]: row["label_zh"] for row in rows(tables(tmp_path, quads) / "Cluster.csv")}
    assert found == {f"x{n}": safe_text(text) for n, text in enumerate(small.HOSTILE)}


def test_classes_of_one_name_get_files_of_their_own(tmp_path: Path) -> None:
    classes = (
        "https://schema.org/Place",
        CKG + "place",
        "https://other.example/Place",
        "https://e.example/a%2Fb:c",
    )
    quads = [small.quad(f"x{n}", small.TYPE, ox.NamedNode(one)) for n, one in enumerate(classes)]
    names = {path.name for path in tables(tmp_path, quads).iterdir()}
    assert {"schema-Place.csv", "ckg-place.csv"} < names
    assert len({name.casefold() for name in names}) == 4
    assert all(name.isascii() and name.count("/") == 0 for name in names)


def test_a_property_may_have_the_name_of_another_column(tmp_path: Path) -> None:
    quads = [
        small.quad("a", small.TYPE, small.ckg("Cluster")),
        small.quad("a", small.ckg("sources"), ox.Literal("mine")),
        small.quad("a", small.ckg("id"), ox.Literal("7")),
    ]
    [row] = rows(tables(tmp_path, quads) / "Cluster.csv")
    assert (row["id"], row["id_"], row["sources"], row["sources_"]) == ("a", "7", "", "mine")


def test_problems_are_a_table_too(tmp_path: Path) -> None:
    problems = [
        Problem("map", "places.csv", 12, "=cmd()", "no place of this key"),
        Problem("map", "places.csv", 2, "x\ny", "no such level"),
        Problem("read", "烟台.csv", None, "", "empty"),
    ]
    write_problems(problems, tmp_path / "problems.csv")
    assert [list(row.values()) for row in rows(tmp_path / "problems.csv")] == [
        ["map", "places.csv", "2", "x\ny", "no such level"],
        ["map", "places.csv", "12", "'=cmd()", "no place of this key"],
        ["read", "烟台.csv", "", "", "empty"],
    ]


def test_no_problems_leave_a_header(tmp_path: Path) -> None:
    write_problems([], tmp_path / "problems.csv")
    assert (tmp_path / "problems.csv").read_bytes() == b"\xef\xbb\xbfstage,file,line,value,reason\r\n"


def test_a_spreadsheet_reads_no_formula(tmp_path: Path) -> None:
    """openpyxl takes a text that begins with = for a formula, as a spreadsheet does."""
    write_csv(tmp_path / "x.csv", ["text", "number"], [["=1+1", Number("-1")], ["@x", Number("2")]])
    sheet = openpyxl.Workbook().create_sheet()
    for row in rows(tmp_path / "x.csv"):
        sheet.append(list(row.values()))
    assert [cell.data_type for row in sheet.iter_rows() for cell in row] == ["s", "s", "s", "s"]
