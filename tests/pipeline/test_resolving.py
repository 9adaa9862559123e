"""Resolution in a build, end to end: which ids of the graph articles mean by names of firms, places and clusters."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import kg
from kg.model import Mentioned
from kg.pipeline.build import Build
from kg.resolve.register import new_id
from kg.view.explain import explain
from tests.articles import write_project

BASE = "https://w3id.org/cluster-kg/"
STRUCTMAT = "烟台市先进结构材料产业集群"
ARTICLES = {
    "legal": f"{STRUCTMAT}由万华化学集团股份有限公司领头。",
    "group": f"{STRUCTMAT}由万华化学集团领头。",
    "shorter": f"{STRUCTMAT}由万华化学股份公司领头。",
    "qingdao": "青岛市轨道交通装备产业集群由海星领头。",
    "linyi": "临沂市生物医药产业集群由海星科技领头。",
    "weifang": "潍坊市元宇宙产业集群由海星领头。",
    "hefei": "合肥市新型显示产业集群由万华化学领头。",
    "beijing": f"{STRUCTMAT}由北京万华化学有限公司领头。",
    "laiwu": "莱芜市2015年工业总产值达到1200亿元。莱芜市先进钢铁材料产业集群2013年营业收入300亿元。",
    "jimo": "即墨市纺织服装产业集群2013年产值达到300亿元。",
    "xuzhou": "江苏省徐州市鼓楼区医疗器械产业集群2023年产值达到300亿元。",
    "nanjing": "鼓楼区软件产业集群2023年产值达到300亿元。这是南京市的消息。",
    "fuzhou": "福州市发布消息。鼓楼区软件产业集群2023年产值达到300亿元。",
    "kaifeng": "开封市鼓楼区和兰考县很忙。鼓楼区文化旅游产业集群2023年产值达到300亿元。",
    "nowhere": "鼓楼区旅游产业集群2023年产值达到300亿元。",
    "jiangsu": "江苏省的消息。鼓楼区物流产业集群2023年产值达到300亿元。",
    "changchun": "长春市的消息。朝阳区2023年工业总产值达到1200亿元，朝阳区软件产业集群产值达到300亿元。",
    "jilin": "吉林市的碳纤维很有名。吉林碳纤维产业集群2023年产值达到300亿元。",
    "jilinsheng": "吉林省轨道交通装备产业集群2023年产值达到300亿元。",
    "huangbohai": "烟台黄渤海新区节能环保产业集群2023年产值达到300亿元。",
    "again": "山东省烟台市黄渤海新区高端装备产业集群2023年产值达到300亿元。",
    "suzhou": "苏州工业园区生物医药产业集群2023年产值达到300亿元。",
    "lingang": "东营临港化工产业集群2023年产值达到300亿元。",
    "ninth": "烟台市生物医药产业集群入选山东省第九批省级战略性新兴产业集群名单，2023年产值达到300亿元。",
    "first": "烟台市生物医药产业集群入选第一批国家级战略性新兴产业集群名单，2023年产值达到310亿元。",
}
ROWS = {
    "enterprises.csv": ("x1,海星,seed-article", "x2,海星,seed-article"),
    "legal_names.csv": ("x2,海星科技股份有限公司,unconfirmed,",),
    "ties.csv": (
        "x1,ndrc1-370200-rail,hasMember,,seed-article",
        "x2,ndrc1-371300-biomed,hasMember,,seed-article",
    ),
    "lists.csv": ("x-list,山东省第九批省级战略性新兴产业集群,shandong-drc,provincial,strategic-emerging,9",),
    "list_sources.csv": ("x-list,s094",),
}
Fact = tuple[str, str, str]


def write(folder: Path, articles: Mapping[str, str]) -> Path:
    project = write_project(folder, {f"{name}.txt": text.encode() for name, text in articles.items()})
    for name, rows in ROWS.items():
        with (project / "data" / name).open("a", encoding="utf-8") as file:
            file.write("".join(f"{row}\n" for row in rows))
    return project


def built(project: Path) -> Build:
    result = kg.build(project, output=project / "output")
    assert result.folder is not None, result.violations
    assert result.problems == ()
    return result


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return built(write(tmp_path_factory.mktemp("resolving") / "project", ARTICLES))


@pytest.fixture(scope="module")
def graph(result: Build) -> Iterator[kg.Graph]:
    assert result.folder is not None
    with kg.open(result.folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def facts(graph: kg.Graph) -> Mapping[str, Mapping[Fact, str]]:
    """What each article says in the graph, with the remark of its claim."""
    query = """SELECT ?article ?s ?p ?o ?remark { GRAPH <graph/provenance> {
        ?claim prov:wasQuotedFrom ?article ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o
        OPTIONAL { ?claim rdfs:comment ?remark } } }"""
    found: dict[str, dict[Fact, str]] = {name: {} for name in ARTICLES}
    for row in graph.query(query):
        article, subject, predicate, value = (str(row[name]).removeprefix(BASE) for name in ("article", "s", "p", "o"))
        local = predicate.removeprefix("ontology#").rpartition("#")[2].rpartition("/")[2]
        found[article.removeprefix("source/")][subject, local, value] = str(row["remark"] or "")
    return found


@pytest.fixture(scope="module")
def review(result: Build) -> Mapping[str, list[dict[str, str]]]:
    assert result.folder is not None
    with (result.folder / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row for row in rows if row["article"] == name] for name in ARTICLES}


def told(facts: Mapping[Fact, str], predicate: str) -> dict[str, str]:
    """The objects of a predicate, with the remarks."""
    return {value: remark for (_, one, value), remark in facts.items() if one == predicate}


def reasons(rows: list[dict[str, str]], predicate: str) -> list[str]:
    return [row["reason"] for row in rows if row["predicate"] == predicate]


@pytest.mark.parametrize("article", ["legal", "group", "shorter"])
def test_a_known_firm_is_known_by_its_other_forms(article: str, facts: Mapping[str, Mapping[Fact, str]]) -> None:
    assert list(told(facts[article], "hasLeadEnterprise")) == ["enterprise/e003"]
    assert not [subject for subject, _, _ in facts[article] if subject.startswith("enterprise/text-")]


def test_a_firm_that_was_told_by_parts_of_its_name_says_so_and_gets_the_name(
    facts: Mapping[str, Mapping[Fact, str]], graph: kg.Graph
) -> None:
    reason = told(facts["group"], "hasLeadEnterprise")["enterprise/e003"]
    assert reason.startswith("万华化学集团: same core 万华")
    assert reason.endswith(f"both belong to {STRUCTMAT}")
    assert ("enterprise/e003", "altLabel", "万华化学集团") in facts["group"]
    assert [row["o"] for row in graph.query("SELECT ?o { <enterprise/e003> rdfs:label ?o }")] == ["万华化学"]


def test_the_reason_is_shown_beside_the_sentence(graph: kg.Graph) -> None:
    shown = explain(graph, "万华化学")
    assert f"“{ARTICLES['group']}”" in shown
    assert "万华化学集团: same core 万华; " in shown


def test_two_firms_of_one_short_name_are_told_by_their_cluster_or_left_to_a_person(
    facts: Mapping[str, Mapping[Fact, str]], review: Mapping[str, list[dict[str, str]]]
) -> None:
    assert list(told(facts["qingdao"], "hasLeadEnterprise")) == ["enterprise/x1"]
    assert list(told(facts["linyi"], "hasLeadEnterprise")) == ["enterprise/x2"]
    assert told(facts["weifang"], "hasLeadEnterprise") == {}
    [reason] = reasons(review["weifang"], "hasLeadEnterprise")
    assert reason.startswith("海星: it may be enterprise/x1 (the name is the same")
    assert " or enterprise/x2 (" in reason


def test_a_short_name_in_another_province_and_sector_is_left_to_a_person(
    facts: Mapping[str, Mapping[Fact, str]], review: Mapping[str, list[dict[str, str]]]
) -> None:
    assert told(facts["hefei"], "hasLeadEnterprise") == {}
    [reason] = reasons(review["hefei"], "hasLeadEnterprise")
    assert "enterprise/e003 (the name is the same; the tables have it in 烟台市, not in 合肥市)" in reason


def test_a_firm_of_another_city_is_no_known_one(
    facts: Mapping[str, Mapping[Fact, str]], review: Mapping[str, list[dict[str, str]]]
) -> None:
    assert told(facts["beijing"], "hasLeadEnterprise") == {}
    assert "not in 北京市" in reasons(review["beijing"], "hasLeadEnterprise")[0]


@pytest.mark.parametrize(
    ("article", "places"),
    [
        ("laiwu", {"370116", "370117"}),
        ("jimo", {"370215"}),
        ("xuzhou", {"320302"}),
        ("nanjing", {"320106"}),
        ("fuzhou", {"350102"}),
        ("kaifeng", {"410204"}),
        ("changchun", {"220104"}),
        ("jilin", {"220200"}),
        ("jilinsheng", {"220000"}),
        ("suzhou", {"320576"}),
        ("lingang", {"zone-dongying-lingang"}),
    ],
)
def test_a_place_is_the_one_that_is_meant(
    article: str, places: set[str], facts: Mapping[str, Mapping[Fact, str]]
) -> None:
    assert set(told(facts[article], "locatedIn")) == {f"place/{key}" for key in places}


def test_a_unit_that_is_no_more_says_what_it_is_now_and_keeps_its_figures(
    facts: Mapping[str, Mapping[Fact, str]], review: Mapping[str, list[dict[str, str]]]
) -> None:
    reason = "莱芜市 (371200, listed until 2014) is now 莱芜区 (370116) and 钢城区 (370117)"
    assert set(told(facts["laiwu"], "locatedIn").values()) == {reason}
    assert list(told(facts["laiwu"], "inCity")) == ["place/370100"]
    assert not [subject for subject, _, _ in facts["laiwu"] if subject.startswith("place/")]
    assert reason in reasons(review["laiwu"], "hasFigure")[0]


def test_a_place_that_nothing_tells_is_for_review_and_what_is_sure_is_kept(
    facts: Mapping[str, Mapping[Fact, str]], review: Mapping[str, list[dict[str, str]]]
) -> None:
    for predicate in ("locatedIn", "inCity", "inProvince"):
        assert told(facts["nowhere"], predicate) == {}
    [reason] = reasons(review["nowhere"], "locatedIn")
    assert reason.startswith("鼓楼区 may be 南京市鼓楼区 (320106) or 徐州市鼓楼区 (320302) or 福州市鼓楼区 (350102) or")
    assert list(told(facts["jiangsu"], "inProvince")) == ["place/320000"]
    [reason] = reasons(review["jiangsu"], "locatedIn")
    assert reason.startswith("鼓楼区 may be 南京市鼓楼区 (320106) or 徐州市鼓楼区 (320302): ")


def test_figures_of_a_place_are_those_of_the_one_that_is_meant(facts: Mapping[str, Mapping[Fact, str]]) -> None:
    assert ("place/220104", "hasFigure") in {one[:2] for one in facts["changchun"]}
    assert "place/110105" not in {one[0] for one in facts["changchun"]}


def test_a_zone_in_no_table_is_a_zone_of_its_own_in_its_host(
    facts: Mapping[str, Mapping[Fact, str]], graph: kg.Graph
) -> None:
    (zone,) = told(facts["huangbohai"], "locatedIn")
    assert zone.startswith("place/text-")
    assert list(told(facts["again"], "locatedIn")) == [zone]
    assert list(told(facts["huangbohai"], "inCity")) == ["place/370600"]
    query = f"""SELECT ?label ?host ?province {{ <{zone}> a ckg:Zone ; rdfs:label ?label ;
        schema:containedInPlace ?host ; ckg:inProvince ?province }}"""
    [row] = graph.query(query)
    assert [str(row[name]) for name in ("label", "host", "province")] == [
        "烟台黄渤海新区",
        f"{BASE}place/370600",
        f"{BASE}place/370000",
    ]
    assert ("place/370600", "label") not in {one[:2] for one in facts["huangbohai"]}


def test_clusters_of_one_name_and_different_lists_stay_apart_and_are_linked(
    facts: Mapping[str, Mapping[Fact, str]],
) -> None:
    known = "cluster/ndrc1-370600-biomed"
    own = next(subject for subject, predicate, _ in facts["ninth"] if predicate == "partOfList")
    assert own.startswith("cluster/text-")
    assert {(own, "partOfList", "list/x-list"), (own, "counterpart", known), (known, "counterpart", own)} <= set(
        facts["ninth"]
    )
    assert {subject for subject, predicate, _ in facts["ninth"] if predicate == "hasFigure"} == {own}
    assert {subject for subject, predicate, _ in facts["first"] if predicate == "hasFigure"} == {known}


@pytest.mark.slow
def test_an_article_taken_out_takes_its_facts_and_no_others(tmp_path: Path, result: Build) -> None:
    gone = {"again", "beijing", "fuzhou"}
    less = built(write(tmp_path / "less", {name: text for name, text in ARTICLES.items() if name not in gone}))
    before, after = (
        set((one.folder / "graph.nt").read_text("utf-8").splitlines()) if one.folder else set()
        for one in (result, less)
    )
    assert after < before
    lost = {line.split(" ")[0].removeprefix(f"<{BASE}").removesuffix(">").partition("/")[0] for line in before - after}
    assert lost <= {"cluster", "figure", "source", "place"}


@pytest.mark.slow
def test_what_people_judged_comes_before_what_names_tell(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {name: ARTICLES[name] for name in ("weifang", "group", "ninth")})
    firms = [new_id(Mentioned("enterprise", name, None, ("370000",))) for name in ("海星", "万华化学集团")]
    rows = f"{firms[0]},enterprise/x2,same,Li,2026-05-06,,,\n{firms[1]},enterprise/e003,different,Li,2026-05-06,,,\n"
    judged = project / "data" / "judgements.csv"
    judged.write_text("left,right,judgement,who,when,why,left_name,right_name\n" + rows, "utf-8")
    result = built(project)
    assert result.folder is not None
    with kg.open(result.folder) as graph:
        leads = {
            str(row["firm"]).removeprefix(BASE)
            for row in graph.query(
                """SELECT ?firm { GRAPH <graph/provenance> { ?claim rdf:predicate ckg:hasLeadEnterprise ;
                    rdf:object ?firm ; prov:wasQuotedFrom ?article } }"""
            )
        }
    assert leads == {"enterprise/x2", firms[1]}


CODE, WRONG = "91350100M000100Y43", "91350100M000100Y44"


@pytest.mark.slow
def test_a_firm_is_told_by_its_official_code_and_a_code_that_cannot_be_one_is_a_problem(tmp_path: Path) -> None:
    texts = {
        "coded": f"{STRUCTMAT}由星河实业有限公司（统一社会信用代码：{CODE}）领头。",
        "wrong": f"{STRUCTMAT}由星空实业有限公司（统一社会信用代码：{WRONG}）领头。",
    }
    project = write_project(tmp_path, {f"{name}.txt": text.encode() for name, text in texts.items()})
    table, catalog = project / "data" / "legal_names.csv", project / "data" / "catalog.toml"
    head, *rows = table.read_text("utf-8").splitlines()
    coded = [f"{row},{CODE if row.startswith('e003,') else ''}" for row in rows]
    table.write_text("\n".join([f"{head},code", *coded]) + "\n", encoding="utf-8")
    named = 'dataset = "legal_names"\n'
    catalog.write_text(catalog.read_text("utf-8").replace(named, f'{named}code = "code"\n', 1), encoding="utf-8")
    result = kg.build(project, output=project / "output")
    assert [(one.value, one.reason) for one in result.problems] == [
        (f"星空实业有限公司 {WRONG}", "the check character should be 3 (GB 32100-2015); the code is not used")
    ]
    assert result.folder is not None
    with kg.open(result.folder) as graph:
        found = {str(row["name"]) for row in graph.query("SELECT ?name { <enterprise/e003> skos:altLabel ?name }")}
    assert found == {"星河实业有限公司"}
