"""Judgements in a build: ids that are one become one, nothing is lost, and a line taken out takes all of it back."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import kg
from kg.model import Mentioned
from kg.pipeline.build import Build
from kg.resolve.register import new_id
from tests.articles import write_project

HEADER = "left,right,judgement,who,when,why,left_name,right_name\n"
FIRST, SECOND, THIRD = "enterprise/e001", "enterprise/e002", "enterprise/e003"
SAME = f"{FIRST},{SECOND},same,Li,2026-05-06T08:00:00,one address,浪潮集团,韩都衣舍\n"
NEWS = "济南市信息技术服务产业集群由浪潮集团领头，力争到2027年营业收入突破500亿元。\n"

Say = Callable[..., Build]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", {"news.txt": NEWS.encode()})


@pytest.fixture
def say(project: Path) -> Say:
    """Builds the project with these judgements."""

    def build(*rows: str) -> Build:
        (project / "data" / "judgements.csv").write_text(HEADER + "".join(rows), "utf-8")
        built = kg.build(project, output=project / "output")
        assert built.folder is not None, built.violations
        return built

    return build


def lines(built: Build) -> set[str]:
    assert built.folder is not None
    return set((built.folder / "graph.nt").read_text("utf-8").splitlines())


def reasons(built: Build) -> list[str]:
    return [f"{problem.file}:{problem.line} {problem.reason}" for problem in built.problems]


def asked(built: Build, query: str) -> list[tuple[str, ...]]:
    assert built.folder is not None
    with kg.open(built.folder) as graph:
        return sorted(tuple(str(row[name]) for name in row) for row in graph.query(query))


def test_two_ids_that_are_one_are_one_thing_with_all_that_was_said_of_them(say: Say) -> None:
    built = say(SAME)
    assert built.problems == ()
    found = asked(
        built,
        f"SELECT ?p ?o {{ <{FIRST}> ?p ?o FILTER(?p IN (rdfs:label, skos:altLabel, owl:sameAs)) }}",
    )
    base = "https://w3id.org/cluster-kg/"
    assert found == [
        ("http://www.w3.org/2000/01/rdf-schema#label", "浪潮集团"),
        ("http://www.w3.org/2002/07/owl#sameAs", base + SECOND),
        ("http://www.w3.org/2004/02/skos/core#altLabel", "韩都衣舍"),
        ("http://www.w3.org/2004/02/skos/core#altLabel", "韩都衣舍电子商务集团股份有限公司"),
    ]
    assert asked(built, f"SELECT ?s ?p {{ ?s ?p <{SECOND}> FILTER(?p != owl:sameAs) }}") == []
    ties = asked(built, f"SELECT ?p {{ ?s ?p <{FIRST}> FILTER(?p IN (ckg:hasLeadEnterprise, ckg:hasMember)) }}")
    assert [tie.rpartition("#")[2] for (tie,) in ties] == ["hasLeadEnterprise", "hasMember"]
    assert built.folder is not None
    with kg.open(built.folder) as graph:
        assert graph.entity(SECOND).iri == graph.entity(FIRST).iri == base + FIRST


@pytest.mark.slow
def test_claims_keep_their_sources_and_rows_and_the_judgement_names_who_made_it(say: Say) -> None:
    built = say(SAME)
    claim = "GRAPH <graph/provenance> { ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; "
    rows = asked(
        built,
        f"SELECT ?source ?row {{ {claim} prov:wasDerivedFrom ?source ; ckg:locator ?row "
        f"FILTER(?s = <{FIRST}> && ?p = skos:altLabel) }} }}",
    )
    base = "https://w3id.org/cluster-kg/"
    assert rows == [
        (base + "source/seed-article", base + "data/enterprises.csv#row=3"),
        (base + "source/unsourced", base + "data/legal_names.csv#row=3"),
    ]
    judged = asked(
        built,
        f"SELECT ?source ?row ?who ?day ?why {{ {claim} prov:wasDerivedFrom ?source ; ckg:locator ?row ; "
        "ckg:judgedBy ?who ; ckg:judgedOn ?day ; rdfs:comment ?why FILTER(?p = owl:sameAs) } }",
    )
    where = (base + "source/curation", base + "data/judgements.csv#row=2")
    assert judged == [(*where, "Li", "2026-05-06", "one address")]


@pytest.mark.slow
def test_a_judgement_taken_out_restores_the_graph(say: Say) -> None:
    before = lines(say())
    assert lines(say(SAME)) != before
    assert lines(say()) == before


@pytest.mark.slow
def test_a_project_that_names_no_judgements_builds_the_same_graph(say: Say, project: Path) -> None:
    before = lines(say())
    catalog = project / "data" / "catalog.toml"
    head, _, rest = catalog.read_text("utf-8").partition("[judgements]")
    catalog.write_text(head + "[reading]\n" + rest.partition("[reading]\n")[2], "utf-8")
    built = kg.build(project, output=project / "output")
    assert lines(built) == before
    assert built.problems == ()


@pytest.mark.slow
def test_the_earliest_judgement_says_which_id_stays(say: Say) -> None:
    built = say(f"{THIRD},{FIRST},same,Li,2026-05-07,,,\n", f"{SECOND},{THIRD},same,Li,2026-05-06,,,\n")
    names = asked(built, "SELECT ?id ?name { ?id a ckg:Enterprise ; rdfs:label ?name }")
    assert next((iri.rpartition("/")[2], name) for iri, name in names) == ("e002", "韩都衣舍")


@pytest.mark.slow
def test_a_second_legal_name_is_another_name(say: Say) -> None:
    legal = "<https://schema.org/legalName>"
    before = {one[0]: one[1] for one in asked(say(), f"SELECT ?id ?name {{ ?id {legal} ?name }}")}
    built = say(f"{THIRD},enterprise/e004,same,Li,2026-05-06,,,\n")
    base = "https://w3id.org/cluster-kg/"
    assert asked(built, f"SELECT ?name {{ <{THIRD}> {legal} ?name }}") == [(before[base + THIRD],)]
    others = asked(built, f"SELECT ?name {{ <{THIRD}> skos:altLabel ?name }}")
    assert (before[base + "enterprise/e004"],) in others
    assert asked(built, "SELECT ?p ?o { <enterprise/e004> ?p ?o }") == []


@pytest.mark.slow
def test_what_a_thing_has_once_stays_with_the_id_it_was_said_of(say: Say, project: Path) -> None:
    clusters = project / "data" / "clusters.csv"
    header, first, second, *_ = clusters.read_text("utf-8").splitlines()
    ids = [f"cluster/{row.split(',')[0]}" for row in (first, second)]
    told = clusters.read_text("utf-8")
    place, field = header.split(",").index("confirmation"), header.split(",").index("field")
    changed = [row.split(",") for row in (first, second)]
    for row, confirmation in zip(changed, ("confirmed", "doubtful"), strict=True):
        row[place] = confirmation
        row[field : field + 2] = ["it", "itservice"]
    for old, new in zip((first, second), changed, strict=True):
        told = told.replace(old, ",".join(new))
    clusters.write_text(told, "utf-8")
    built = say(f"{ids[0]},{ids[1]},same,Li,2026-05-06,,,\n")
    found = [asked(built, f"SELECT ?o {{ <{one}> ckg:confirmation ?o }}") for one in ids]
    assert [one[0][0].rpartition("/")[2] for one in found] == ["confirmed", "doubtful"]


@pytest.mark.slow
def test_different_is_in_the_graph_and_changes_no_id(say: Say) -> None:
    before, built = lines(say()), say(f"{FIRST},{SECOND},different,Li,2026-05-06,,,\n")
    (line,) = lines(built) - before
    assert "owl#differentFrom" in line
    assert before <= lines(built)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (f"{FIRST},enterprise/x9,same,Li,2026-05-06,,,\n", "nothing in the graph has the id enterprise/x9"),
        (f"{FIRST},{SECOND},same,Li,2026-05-06,,海尔,\n", "enterprise/e001 was called 海尔 when it was judged"),
        (f"{FIRST},place/370600,same,Li,2026-05-06,,,\n", "are things of different kinds"),
        (f"{FIRST},{SECOND},maybe,Li,2026-05-06,,,\n", "must be one of same, different, unsure"),
    ],
)
def test_what_cannot_be_applied_is_a_problem_and_changes_nothing(say: Say, rows: str, reason: str) -> None:
    before, built = lines(say()), say(rows)
    assert [one for one in reasons(built) if reason in one and one.startswith("judgements.csv:2 ")] == reasons(built)
    assert len(built.problems) == 1
    assert lines(built) == before


def test_a_circle_that_contradicts_itself_is_told_and_the_different_holds(say: Say) -> None:
    rows = (
        f"{FIRST},{SECOND},same,Li,2026-05-06,,,\n",
        f"{SECOND},{THIRD},same,Li,2026-05-07,,,\n",
        f"{THIRD},{FIRST},different,Wu,2026-05-08,,,\n",
    )
    built = say(*rows)
    (told,) = reasons(built)
    assert f"contradicts: {FIRST} = {SECOND} = {THIRD}, but {THIRD} is not {FIRST} (Wu, 2026-05-08)" in told
    assert built.exit_code == 1


def claims_of(built: Build, predicate: str) -> Sequence[tuple[str, ...]]:
    claim = f"?claim rdf:predicate {predicate} ; rdf:object ?o ; prov:wasQuotedFrom <source/news>"
    return asked(built, f"SELECT ?o {{ GRAPH <graph/provenance> {{ {claim} }} }}")


@pytest.mark.slow
def test_a_mention_that_is_different_is_a_thing_of_its_own(say: Say) -> None:
    (lead,) = claims_of(say(), "ckg:hasLeadEnterprise")
    assert lead[0].endswith(FIRST)
    own = new_firm("浪潮集团")
    (other,) = claims_of(say(f"{own},{FIRST},different,Li,2026-05-06,,浪潮集团,浪潮集团\n"), "ckg:hasLeadEnterprise")
    assert other[0].endswith(own)


@pytest.mark.slow
def test_a_mention_that_is_another_id_is_that_id(say: Say) -> None:
    own = new_firm("浪潮集团")
    (other,) = claims_of(say(f"{own},{SECOND},same,Li,2026-05-06,,,\n"), "ckg:hasLeadEnterprise")
    assert other[0].endswith(SECOND)


@pytest.mark.slow
def test_a_mention_that_nobody_is_sure_of_is_for_a_person(say: Say) -> None:
    own = new_firm("浪潮集团")
    built = say(f"{own},{FIRST},unsure,Li,2026-05-06,two firms,,\n")
    assert claims_of(built, "ckg:hasLeadEnterprise") == []
    assert built.folder is not None
    review = (built.folder / "review.csv").read_text("utf-8")
    assert f"浪潮集团 may be {FIRST}: judged unsure by Li on 2026-05-06: two firms" in review


@pytest.mark.slow
def test_two_claims_that_say_one_thing_now_stay_two_claims(say: Say, project: Path) -> None:
    ties = project / "data" / "ties.csv"
    row = "e001,ndrc1-370100-itservice,hasMember,,seed-article\n"
    ties.write_text(ties.read_text("utf-8") + row, "utf-8")
    built = say(SAME)
    claim = f"?claim rdf:predicate ckg:hasMember ; rdf:object <{FIRST}> ; ckg:locator ?row"
    found = asked(built, f"SELECT ?claim ?row {{ GRAPH <graph/provenance> {{ {claim} }} }}")
    assert len({one for one, _ in found}) == 2
    assert sorted(int(locator.rpartition("=")[2]) for _, locator in found) == [
        3,
        len(ties.read_text("utf-8").splitlines()),
    ]


@pytest.mark.slow
def test_building_again_keeps_what_judgements_did_not_touch(say: Say) -> None:
    first = say(SAME)
    again = say(SAME)
    assert (again.release_id, again.changed) == (first.release_id, False)
    more = say(SAME, f"{THIRD},enterprise/e004,different,Li,2026-05-06,,,\n")
    assert lines(first) < lines(more)


def new_firm(name: str) -> str:

    return new_id(Mentioned("enterprise", name, None, ("370000",)))
