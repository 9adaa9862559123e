"""Claims of articles in the ids of the graph: what enters it, under which id, and what is for review."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kg.model import Amount, Mentioned, Quote, ReadingRules, Span, TextClaim
from kg.resolve.answers import Answers
from kg.resolve.contexts import Contexts
from kg.resolve.enterprises import Candidate, Looked, Rule
from kg.resolve.lists import Lists
from kg.resolve.places import Place, Places
from kg.resolve.register import Register, new_id
from kg.resolve.stated import Stated, Triple
from kg.resolve.text import Resolved, resolve_claims
from kg.resolve.things import Things
from kg.vocabulary import ALT_LABEL, CKG, LABEL

RULES = ReadingRules(
    lexicon=Path(),
    threshold=0.7,
    places="package",
    names=(),
    settled=tuple(CKG + name for name in ("locatedIn", "inCity", "inProvince", "inSector", "partOfList")),
    list_words=(("名单$", ""), ("^首批", "第一批")),
)
REGISTER = Register(
    {
        ("cluster", "甲市材料集群"): ("cluster/c1",),
        ("cluster", "两个名单的集群"): ("cluster/c1", "cluster/c2"),
        ("enterprise", "万华"): ("enterprise/e1",),
        ("enterprise", "泰和"): ("enterprise/e2",),
        ("sector", "材料"): ("sector/field/m", "sector/direction/m"),
        ("list", "第一批集群"): ("list/l1",),
        ("indicator", "revenue"): ("indicator/revenue",),
        ("unit", "亿元"): ("unit/yi",),
    },
    {"370100": "place/370100"},
    frozenset({"370100", "410500", "410000"}),
)
TABLES: list[Triple] = [
    ("cluster/c1", LABEL.value, '"甲市材料集群"@zh'),
    ("cluster/c1", ALT_LABEL.value, '"甲材料"@zh'),
    ("cluster/c1", CKG + "locatedIn", "place/370100"),
    ("cluster/c1", CKG + "partOfList", "list/l1"),
    ("cluster/c1", CKG + "hasFigure", "figure/f1"),
    ("cluster/c1", CKG + "hasFigure", "figure/f2"),
    ("list/l1", CKG + "size", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ("sector/direction/m", "http://www.w3.org/2004/02/skos/core#broader", "sector/field/m"),
]
for figure, period in (("f1", ""), ("f2", "2021-01/2021-09")):
    TABLES += [
        (f"figure/{figure}", CKG + "indicator", "indicator/revenue"),
        (f"figure/{figure}", CKG + "value", '"1000.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (f"figure/{figure}", CKG + "unit", "unit/yi"),
        (f"figure/{figure}", CKG + "comparator", '">="'),
        (f"figure/{figure}", CKG + "status", '"actual"'),
        *([(f"figure/{figure}", CKG + "period", f'"{period}"')] if period else []),
    ]

KNOWN, NEW = Mentioned("cluster", "甲市材料集群"), Mentioned("cluster", "乙市新集群", codes=("410500",))
REVENUE = Amount("revenue", Decimal("1000.5"), "亿元", ">=", "actual", "")


def claim(
    subject: Mentioned,
    predicate: str,
    value: Mentioned | Amount | None = None,
    *,
    confidence: float = 0.9,
    article: str = "a",
    start: int = 0,
) -> TextClaim:
    quote = Quote("原句。", Span(start, start + 3), "rule", confidence)
    return TextClaim(article, f"data/articles/{article}.txt", "2024-01-01", subject, predicate, value, quote)


class Subjects:
    """Two clusters are about one thing where their names end alike and speak of materials."""

    def subject(self, name: str) -> str:
        return name[-2:] if "材料" in name else ""

    def plain(self, name: str) -> str:
        return name


PLACES = Places(
    by_key={
        key: Place(key, name, level, parent)
        for key, name, level, parent in (
            ("370000", "甲省", "Province", ""),
            ("370100", "甲市", "City", "370000"),
            ("410000", "乙省", "Province", ""),
            ("410500", "乙市", "City", "410000"),
        )
    },
    names={},
    stems={},
    former_codes={},
    former_names={},
)
LOOKED = {
    "万华集团": Looked("万华集团", (Candidate("enterprise/e1", Rule.PARTS, 0.9, "same core 万华"),)),
    "万华科技集团": Looked("万华科技集团", (Candidate("enterprise/e1", Rule.PARTS, 0.9, "same trade", sure=True),)),
}


def resolved(*claims: TextClaim, tables: Sequence[Triple] = TABLES, answers: Answers | None = None) -> Resolved:
    stated, lists = Stated(tables), Lists(REGISTER, RULES.list_words)
    contexts = Contexts(claims, REGISTER, stated, PLACES, lists)
    things = Things(REGISTER, stated, contexts, Subjects(), LOOKED, lambda name: name.endswith("公司"))
    return resolve_claims(claims, things, lists, RULES, answers)


def triples(*claims: TextClaim) -> list[Triple]:
    found = resolved(*claims).statements
    return [(one.subject, one.predicate, one.object or one.label) for one in found]


def reasons(*claims: TextClaim) -> list[str]:
    return [one.reason for one in resolved(*claims).review]


def test_what_is_not_sure_enough_is_for_review() -> None:
    assert triples(claim(KNOWN, "type", confidence=0.69)) == []
    assert reasons(claim(KNOWN, "type", confidence=0.69)) == ["not sure enough"]


def test_a_known_thing_keeps_its_id_and_gets_no_new_name() -> None:
    assert triples(claim(KNOWN, "type")) == [("cluster/c1", LABEL.value, "甲市材料集群")]
    named_by_reading = Mentioned("cluster", "甲材料", "cluster/c1")
    assert triples(claim(named_by_reading, "type")) == [("cluster/c1", ALT_LABEL.value, "甲材料")]
    assert triples(claim(Mentioned("cluster", "材料群", "cluster/c1"), "type")) == []


def test_an_unknown_thing_gets_a_hash_of_what_it_is() -> None:
    [one] = resolved(claim(NEW, "type")).statements
    assert one.subject.startswith("cluster/text-")
    assert (one.cls, one.label) == ("Cluster", "乙市新集群")
    [other] = resolved(claim(replace(NEW, codes=("410000",)), "type", article="b")).statements
    assert other.subject != one.subject
    assert resolved(claim(NEW, "type", article="b")).statements[0].subject == one.subject


def test_a_name_of_several_things_is_for_review() -> None:
    assert "the name of several" in reasons(claim(Mentioned("cluster", "两个名单的集群"), "type"))[0]


def test_two_firms_run_into_one_are_for_review() -> None:
    both = Mentioned("enterprise", "万华和泰和")
    assert "enterprise/e1, enterprise/e2" in reasons(claim(both, "type"))[0]


def test_a_fact_about_a_thing_that_is_not_sure_is_for_review_too() -> None:
    firm = Mentioned("enterprise", "新公司")
    told = resolved(claim(firm, "type", confidence=0.5), claim(KNOWN, "hasMember", firm))
    assert told.statements == ()
    assert len(told.review) == 2


def test_a_new_thing_of_one_article_does_not_carry_the_facts_of_another() -> None:
    firm = Mentioned("enterprise", "新公司")
    told = resolved(claim(firm, "type"), claim(KNOWN, "hasMember", firm, article="b"))
    assert [(one.claim.article, one.predicate) for one in told.statements] == [("a", LABEL.value)]


def test_what_the_tables_settle_is_backed_and_not_added_to() -> None:
    here, elsewhere = Mentioned("place", "甲市", "370100"), Mentioned("place", "乙市", "410500")
    assert triples(claim(KNOWN, "locatedIn", here)) == [("cluster/c1", "locatedIn", "place/370100")]
    assert reasons(claim(KNOWN, "locatedIn", elsewhere)) == ["the tables say place/370100"]
    new = triples(claim(NEW, "type"), claim(NEW, "locatedIn", elsewhere))
    assert [one[1:] for one in new if one[1] == "locatedIn"] == [("locatedIn", "place/410500")]


def test_of_a_known_thing_only_the_narrowest_place_is_taken() -> None:
    here, above = Mentioned("place", "甲市", "370100"), Mentioned("place", "省", "410000")
    assert triples(claim(KNOWN, "locatedIn", here), claim(KNOWN, "inProvince", above)) == [
        ("cluster/c1", "locatedIn", "place/370100")
    ]


def test_a_place_in_no_register_is_for_review() -> None:
    assert "no table knows the place" in reasons(claim(KNOWN, "locatedIn", Mentioned("place", "某地", "999999")))[0]


def test_a_sector_comes_with_the_one_above_it() -> None:
    found = triples(claim(KNOWN, "inSector", Mentioned("sector", "材料")))
    assert [value for _, _, value in found] == ["sector/direction/m", "sector/field/m"]
    assert "no table knows the sector" in reasons(claim(KNOWN, "inSector", Mentioned("sector", "魔法")))[0]


def test_a_list_is_known_however_it_is_written_and_a_full_one_takes_no_more() -> None:
    written = Mentioned("list", "首批集群名单")
    assert triples(claim(KNOWN, "partOfList", written)) == [("cluster/c1", "partOfList", "list/l1")]
    assert "the whole of list/l1" in reasons(claim(NEW, "type"), claim(NEW, "partOfList", written))[0]


def test_a_name_that_leaves_something_out_is_known_by_its_place() -> None:
    elided = Mentioned("cluster", "甲材料集群", codes=("370100",))
    assert triples(claim(elided, "hasFigure", REVENUE)) == [("cluster/c1", "hasFigure", "figure/f1")]
    elsewhere = Mentioned("cluster", "甲材料集群", codes=("410500",))
    assert resolved(claim(elsewhere, "type")).statements[0].subject.startswith("cluster/text-")


def test_a_figure_of_the_tables_is_not_made_twice() -> None:
    assert triples(claim(KNOWN, "hasFigure", REVENUE)) == [("cluster/c1", "hasFigure", "figure/f1")]
    for period, figure in (("2021", "figure/f1"), ("2021-01/2021-09", "figure/f2"), ("2023", "figure/f1")):
        assert triples(claim(KNOWN, "hasFigure", replace(REVENUE, period=period)))[0][2] == figure


def test_another_value_status_or_comparator_is_another_figure() -> None:
    for change in (
        replace(REVENUE, value=Decimal(1000)),
        replace(REVENUE, comparator="="),
        replace(REVENUE, status="target", period="2021"),
    ):
        assert triples(claim(KNOWN, "hasFigure", change))[0][2].startswith("figure/text-")


def test_two_spellings_of_one_value_are_one_figure() -> None:
    first = triples(claim(NEW, "type"), claim(NEW, "hasFigure", replace(REVENUE, value=Decimal("7.50"))))
    second = triples(claim(NEW, "type"), claim(NEW, "hasFigure", replace(REVENUE, value=Decimal("7.5"))))
    assert first == second


def test_figures_that_the_graph_cannot_hold_are_for_review() -> None:
    assert reasons(claim(KNOWN, "hasFigure", replace(REVENUE, status="target"))) == ["an aim without a year"]
    assert "no table knows the unit" in reasons(claim(KNOWN, "hasFigure", replace(REVENUE, unit="斤")))[0]
    firm = Mentioned("enterprise", "万华")
    assert "no place in the graph" in reasons(claim(firm, "hasFigure", REVENUE))[0]


def test_of_one_fact_in_two_sentences_the_surer_is_quoted() -> None:
    [one] = resolved(claim(KNOWN, "type", confidence=0.8), claim(KNOWN, "type", start=50)).statements
    assert one.claim.quote.span == Span(50, 53)


def tied(predicate: str = "hasMember", place: str = "place/410500") -> list[Triple]:
    """A firm of the tables that belongs to a cluster in a place."""
    return [*TABLES, ("cluster/c9", CKG + predicate, "enterprise/e1"), ("cluster/c9", CKG + "inCity", place)]


def lead(name: str, cluster: Mentioned = NEW) -> list[TextClaim]:
    firm = Mentioned("enterprise", name, None, ("410000",), cluster.name)
    return [claim(cluster, "type"), claim(firm, "type"), claim(cluster, "hasLeadEnterprise", firm)]


def leads(found: Resolved) -> list[tuple[str, str]]:
    return [(one.object, one.remark) for one in found.statements if one.predicate == "hasLeadEnterprise"]


def test_parts_of_a_name_need_a_context_that_agrees() -> None:
    told = resolved(*lead("万华集团"), tables=tied())
    assert leads(told) == [("enterprise/e1", "万华集团: same core 万华; both in 乙市")]
    assert (ALT_LABEL.value, "万华集团") in [(one.predicate, one.label) for one in told.statements]
    alone = resolved(*lead("万华集团"))
    assert leads(alone) == []
    assert "it may be enterprise/e1 (same core 万华; the context does not tell)" in alone.review[0].reason
    assert new_id(Mentioned("enterprise", "万华集团", None, ("410000",))) in alone.review[0].reason


def test_one_core_and_trade_are_enough_unless_the_context_is_against_it() -> None:
    assert leads(resolved(*lead("万华科技集团")))[0][0] == "enterprise/e1"
    elsewhere = resolved(*lead("万华科技集团"), tables=tied(place="place/370100"))
    assert leads(elsewhere) == []
    assert "the tables have it in 甲市, not in 乙市" in elsewhere.review[0].reason


def test_the_same_short_name_in_another_province_is_for_review() -> None:
    assert leads(resolved(*lead("万华"))) == [("enterprise/e1", "")]
    assert leads(resolved(*lead("万华"), tables=tied())) == [("enterprise/e1", "")]
    elsewhere = resolved(*lead("万华"), tables=tied(place="place/370100"))
    assert leads(elsewhere) == []
    assert elsewhere.review[0].reason.startswith("万华: it may be enterprise/e1 (the name is the same; the tables have")


def test_a_name_on_another_list_is_another_cluster_and_its_counterpart() -> None:
    listed = [*TABLES, ("list/l2", CKG + "size", '"9"')]
    second = Register({**REGISTER.by_name, ("list", "第二批集群"): ("list/l2",)}, REGISTER.by_code, REGISTER.official)
    claims = claim(KNOWN, "type"), claim(KNOWN, "partOfList", Mentioned("list", "第二批集群名单"))
    stated, lists = Stated(listed), Lists(second, RULES.list_words)
    contexts = Contexts(claims, second, stated, PLACES, lists)
    told = resolve_claims(claims, Things(second, stated, contexts, Subjects(), {}, lambda _: False), lists, RULES)
    assert told.review == ()
    said = {(one.subject, one.predicate, one.object or one.label) for one in told.statements}
    own = next(subject for subject, predicate, _ in said if predicate == "partOfList")
    assert own.startswith("cluster/text-")
    assert said == {
        (own, LABEL.value, "甲市材料集群"),
        (own, "partOfList", "list/l2"),
        (own, "counterpart", "cluster/c1"),
        ("cluster/c1", "counterpart", own),
    }


def test_of_clusters_of_one_name_the_list_tells_which() -> None:
    both = Mentioned("cluster", "两个名单的集群")
    on_list = claim(both, "partOfList", Mentioned("list", "首批集群名单"))
    listed = [*TABLES, ("cluster/c2", CKG + "partOfList", "list/l2")]
    told = resolved(claim(both, "hasFigure", REVENUE), on_list, tables=listed)
    assert {one.subject for one in told.statements} == {"cluster/c1"}


def test_a_name_of_the_tables_in_another_place_is_for_review() -> None:
    elsewhere = replace(KNOWN, codes=("410500",))
    assert "may be cluster/c1: the tables have it in 甲市, not in 乙市" in reasons(claim(elsewhere, "type"))[0]


def test_a_place_of_several_is_the_one_that_the_tables_have_else_for_review() -> None:
    several = Mentioned("place", "某区", None, ("370100", "410500"), reason="2 places have this name")
    assert triples(claim(KNOWN, "locatedIn", several)) == [("cluster/c1", "locatedIn", "place/370100")]
    [reason] = reasons(claim(NEW, "locatedIn", several), claim(NEW, "type"))
    assert reason == "某区 may be 甲市 (370100) or 乙市 (410500): 2 places have this name"


FIRM, HERE = Mentioned("enterprise", "新公司"), Mentioned("place", "甲市", "370100")
CONTENTS: list[tuple[Mentioned, str, Mentioned | Amount | None]] = [
    *((subject, "type", None) for subject in (KNOWN, NEW, FIRM)),
    *((subject, "hasMember", FIRM) for subject in (KNOWN, NEW)),
    *((subject, "locatedIn", HERE) for subject in (KNOWN, NEW)),
    *((subject, "hasFigure", REVENUE) for subject in (KNOWN, NEW)),
    (NEW, "partOfList", Mentioned("list", "首批集群名单")),
]
CLAIMS = st.builds(
    lambda content, confidence, article, start: claim(*content, confidence=confidence, article=article, start=start),
    st.sampled_from(CONTENTS),
    st.sampled_from([0.5, 0.8, 0.9]),
    st.sampled_from(["a", "b"]),
    st.sampled_from([0, 10]),
)


def content_of(one: TextClaim) -> tuple[object, ...]:
    return one.article, one.subject, one.predicate, one.object


@given(st.lists(CLAIMS, max_size=12))
def test_no_claim_is_lost_order_counts_nothing_and_an_article_goes_whole(claims: list[TextClaim]) -> None:
    told = resolved(*claims)
    assert resolved(*reversed(claims)) == told
    told_of = {content_of(one.claim) for one in told.statements} | {content_of(one.claim) for one in told.review}
    places = {one.claim.subject for one in told.statements if one.predicate == "locatedIn"}
    for one in claims:
        assert content_of(one) in told_of or (one.predicate == "locatedIn" and one.subject in places)
    without = resolved(*(one for one in claims if one.article != "b"))
    assert set(without.statements) == {one for one in told.statements if one.claim.article == "a"}
