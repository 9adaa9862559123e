"""What a model says against the text: what stands there word by word stays, the rest is told with its reason."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

import hypothesis
import pytest
from hypothesis import strategies as st

from kg.extract.gazetteer import Gazetteer
from kg.extract.llm.places import Folded, fold
from kg.extract.llm.replies import BadReplyError, read_claims
from kg.extract.llm.source import Checker, Marking
from kg.extract.llm.verify import Checked, Placed, check
from kg.extract.llm.windows import halves, windows
from kg.extract.reading import Reading
from kg.extract.sentences import Sentence
from kg.model import Document, Span
from tests.extract.library import document, lexicon, reader, rows

TEXT = (
    "2024年5月6日，潍坊市元宇宙产业集群由星河互动牵头，2023年产值达到345.6亿元，同比下降5%，力争到2027年突破８００亿元。\n"
    "该集群入选省级特色产业集群名单，市工信局给予资金支持。\n"
    "全国同类企业超过1.2万家，临沂市木业产业集群未能入选名单。"
)
NAME = "潍坊市元宇宙产业集群"
FIRST, SECOND, THIRD = TEXT.split("\n")
CHECKER = Checker(lexicon(), Gazetteer.from_tables(lexicon(), rows()))
MARKING = Marking("model:m", 0.7, 600)
CLUSTER: Mapping[str, object] = {
    "name": NAME,
    "places": ["潍坊市"],
    "sector": "元宇宙",
    "list": None,
    "stage": None,
    "quote": "潍坊市元宇宙产业集群由星河互动牵头",
}
FIGURE: Mapping[str, object] = {
    "subject": NAME,
    "indicator": "output_value",
    "amount": "345.6亿元",
    "year": 2023,
    "status": "actual",
    "quote": "产值达到345.6亿元",
}
NATION: Mapping[str, object] = {
    **FIGURE,
    "subject": "全国同类企业",
    "indicator": "enterprise_count",
    "amount": "1.2万家",
    "quote": THIRD,
}
FIRM: Mapping[str, object] = {
    "name": "星河互动",
    "cluster": NAME,
    "role": "leader",
    "quote": "潍坊市元宇宙产业集群由星河互动牵头",
}
SUPPORT: Mapping[str, object] = {"cluster": NAME, "issuer": "市工信局", "quote": "市工信局给予资金支持"}


def checked(
    claims: Mapping[str, Sequence[Mapping[str, object]]],
    text: str = TEXT,
    rules: Reading | None = None,
    window: Span | None = None,
) -> Checked:
    """What stays of claims about a text; `rules` is what the rules read, nothing by default."""
    saying = read_claims(json.dumps(claims), str)
    assert not saying.odd
    place = window or Span(0, len(text))
    read: Document = document(text)
    return check(CHECKER, MARKING, read, rules or Reading("text"), [Placed(one, place) for one in saying.claims])


def reasons(found: Checked) -> str:
    return "\n".join(problem.reason for problem in found.rejected)


def test_true_claims_stay_with_their_places_in_the_original() -> None:
    found = checked({"clusters": [CLUSTER], "enterprises": [FIRM], "figures": [FIGURE], "supports": [SUPPORT]})
    assert not found.rejected
    [cluster], [firm], [figure] = found.reading.clusters, found.reading.enterprises, found.reading.figures
    assert (cluster.name, cluster.cities, cluster.province, cluster.sector) == (NAME, ("潍坊市",), "山东省", "元宇宙")
    assert (firm.name, firm.cluster, firm.role) == ("星河互动", NAME, "leader")
    assert (figure.value, figure.unit, figure.comparator, figure.year) == (Decimal("345.6"), "亿元", "=", 2023)
    for evidence in (cluster.evidence, firm.evidence, figure.evidence, found.reading.supports[0].evidence):
        assert TEXT[evidence.sentence.start : evidence.sentence.end] == evidence.quote
        assert evidence.sentence.start <= evidence.span.start < evidence.span.end <= evidence.sentence.end
        assert (evidence.rule, evidence.confidence) == ("model:m", 0.7)
    assert {(one.predicate, one.object) for one in found.reading.relations} == {
        ("locatedIn", "潍坊市"),
        ("inSector", "元宇宙"),
        ("hasLeadEnterprise", "星河互动"),
        ("supportedBy", "市工信局"),
    }


@pytest.mark.parametrize(
    "quote",
    [
        "潍坊市元宇宙产业集群由星河互动领头",  # a word replaced
        "潍坊市元宇宙产业集群……牵头",  # shortened
        "潍坊市元宇宙产业集群由星河互动牵头。产值达到345.6亿元",  # stitched together
        "濰坊市元宇宙產業集群由星河互動牽頭",  # another script
        "Weifang's metaverse cluster is led by Xinghe",
        "，。",
    ],
)
def test_a_quote_that_is_not_verbatim_is_rejected(quote: str) -> None:
    found = checked({"clusters": [{**CLUSTER, "quote": quote}]})
    assert found.reading.clusters == ()
    assert "not verbatim" in reasons(found) or "is not in the quote" in reasons(found)


def test_white_space_and_the_width_of_characters_are_no_words() -> None:
    quote = " 力争到 2027年\n突破800亿元"
    found = checked(
        {
            "clusters": [CLUSTER],
            "figures": [{**FIGURE, "amount": "800亿元", "status": "target", "year": 2027, "quote": quote}],
        }
    )
    [figure] = found.reading.figures
    assert (figure.value, figure.comparator, figure.status) == (Decimal(800), ">=", "target")
    assert figure.evidence.quote == "力争到2027年突破８００亿元"


def test_what_cannot_be_seen_is_no_word_and_goes_nowhere() -> None:
    hidden = {**CLUSTER, "quote": "潍坊市\u200b元宇宙\u202e产业集群\ud800由\x1b星河互动牵头"}
    lie = {**CLUSTER, "name": "黑\ud800心\x00\u202e集群"}
    found = checked({"clusters": [hidden, lie]})
    assert [one.evidence.quote for one in found.reading.clusters] == [CLUSTER["quote"]]
    found.rejected[0].value.encode()
    assert "黑心集群" in found.rejected[0].value


def test_a_quote_counts_only_in_the_window_that_was_shown() -> None:
    assert checked({"clusters": [CLUSTER]}, window=Span(0, len(FIRST))).reading.clusters
    assert not checked({"clusters": [CLUSTER]}, window=Span(len(FIRST), len(TEXT))).reading.clusters


def test_offsets_that_a_model_gives_are_not_believed() -> None:
    found = checked({"clusters": [{**CLUSTER, "start": 9999, "end": -1, "offsets": [3, 4]}]})
    [cluster] = found.reading.clusters
    assert TEXT[cluster.evidence.span.start : cluster.evidence.span.end] == NAME


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"clusters": [{**CLUSTER, "name": "青岛市元宇宙产业集群"}]}, "青岛市元宇宙产业集群' is not in the quote"),
        ({"clusters": [{**CLUSTER, "name": "产业集群"}]}, "any cluster, not one"),
        ({"clusters": [{**CLUSTER, "sector": "海工装备"}]}, "the sector '海工装备' is not in the quote"),
        ({"clusters": [{**CLUSTER, "name": "元宇宙产业集群", "places": ["济南市"]}]}, "the place '济南市' is not in"),
        ({"clusters": [{**CLUSTER, "name": "元宇宙产业集群", "places": ["星河"]}]}, "the place '星河' is not known"),
        ({"clusters": [CLUSTER], "enterprises": [{**FIRM, "name": "歌尔股份"}]}, "'歌尔股份' is not in the quote"),
        ({"clusters": [CLUSTER], "enterprises": [{**FIRM, "name": "潍坊市"}]}, "'潍坊市' is no enterprise"),
        ({"clusters": [CLUSTER], "enterprises": [{**FIRM, "name": NAME}]}, "is no enterprise"),
        ({"clusters": [CLUSTER], "enterprises": [{**FIRM, "role": "owner"}]}, "'owner' is no role"),
        ({"enterprises": [FIRM]}, f"no cluster '{NAME}' is in the text"),
        ({"clusters": [CLUSTER], "supports": [{**SUPPORT, "issuer": "国家发展改革委"}]}, "the issuer '国家发展改革委'"),
        ({"figures": [FIGURE]}, "no cluster, enterprise or place of the text"),
        ({"figures": [{**FIGURE, "subject": "济南市"}]}, "the quote does not speak of '济南市'"),
        ({"clusters": [CLUSTER], "figures": [{**FIGURE, "amount": "1345.6亿元"}]}, "the amount '1345.6亿元' is not in"),
        ({"clusters": [CLUSTER], "figures": [{**FIGURE, "amount": "产值"}]}, "cannot be read as one number"),
        ({"clusters": [CLUSTER], "figures": [{**FIGURE, "indicator": "enterprise_count"}]}, "no number for enterprise"),
        ({"clusters": [CLUSTER], "figures": [{**FIGURE, "indicator": "happiness"}]}, "no indicator and status"),
        ({"clusters": [CLUSTER], "figures": [{**FIGURE, "status": "perhaps"}]}, "no indicator and status"),
        ({"clusters": [CLUSTER], "figures": [{**FIGURE, "year": 1999}]}, "does not speak of the year 1999"),
        # The day of an event is no period of a figure.
        ({"clusters": [CLUSTER], "figures": [{**FIGURE, "year": 2024}]}, "does not speak of the year 2024"),
        ({"clusters": [CLUSTER], "figures": [{**FIGURE, "quote": SECOND}]}, "is not in the quote"),
        (
            {"clusters": [CLUSTER], "figures": [{**FIGURE, "amount": "８００亿元", "quote": FIRST}]},
            "the text gives it as an aim",
        ),
        ({"clusters": [CLUSTER], "figures": [NATION]}, "no cluster, enterprise or place of the text"),
    ],
)  # fmt: skip
def test_a_lie_is_rejected_with_its_reason(claims: Mapping[str, Sequence[Mapping[str, object]]], reason: str) -> None:
    found = checked(claims)
    assert reason in reasons(found)
    true = len(claims.get("clusters", ())) if claims.keys() - {"clusters"} else 0
    assert len(found.reading.clusters) == true
    assert [*found.reading.enterprises, *found.reading.figures, *found.reading.supports] == []


def test_a_denied_selection_is_rejected_and_the_cluster_stays() -> None:
    wood = {
        **CLUSTER,
        "name": "临沂市木业产业集群",
        "sector": "木业",
        "places": [],
        "list": "名单",
        "stage": "selected",
    }
    found = checked({"clusters": [{**wood, "quote": "临沂市木业产业集群未能入选名单"}]})
    assert [one.list_name for one in found.reading.clusters] == [None]
    assert "not-selected" in reasons(found)
    assert "partOfList" not in {one.predicate for one in found.reading.relations}


def test_numbers_are_read_from_the_text_and_not_believed() -> None:
    growth = {**FIGURE, "indicator": "growth_rate", "amount": "5%", "value": 500, "quote": "同比下降5%"}
    [figure] = checked({"clusters": [CLUSTER], "figures": [growth]}).reading.figures
    assert (figure.value, figure.unit) == (Decimal(-5), "%")


def test_a_name_elsewhere_in_the_text_may_be_meant_by_a_quote() -> None:
    rules = reader().read(document(TEXT))
    assert rules.clusters[0].name == NAME
    found = checked({"enterprises": [{**FIRM, "quote": "由星河互动牵头"}], "figures": [FIGURE]}, rules=rules)
    assert not found.rejected
    assert found.reading.figures[0].subject == found.reading.enterprises[0].cluster == NAME


def test_a_quote_about_another_cluster_backs_nothing() -> None:
    said = "烟台市生物医药产业集群由甲乙药业牵头，产值达到30亿元"
    helped = "市工信局支持烟台市生物医药产业集群"
    text = f"{said}。淄博市新型功能材料产业集群很好。{helped}。"
    true, other = "烟台市生物医药产业集群", "淄博市新型功能材料产业集群"
    clusters = [{"name": name, "quote": name} for name in (true, other)]
    figure = {**FIGURE, "amount": "30亿元", "year": None, "quote": text.split("。", maxsplit=1)[0]}
    firm = {**FIRM, "name": "甲乙药业", "quote": said}
    support = {**SUPPORT, "quote": helped}

    def claims(name: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        told = [{**figure, "subject": name}], [{**firm, "cluster": name}], [{**support, "cluster": name}]
        return {"clusters": clusters, **dict(zip(("figures", "enterprises", "supports"), told, strict=True))}

    assert not checked(claims(true), text).rejected
    lied = checked(claims(other), text)
    assert len(lied.rejected) == 3
    assert reasons(lied).count(f"the quote speaks of {true}, not of '{other}'") == 3


@pytest.mark.parametrize(
    ("subject", "quote", "stays"),
    [
        ("宜昌市", "宜昌产业集群产值达到30亿元", True),
        ("宜昌市", "全市产业集群企业有200家", True),
        ("宜昌市", "另有企业100家", False),
        ("襄阳市", "全市产业集群企业有200家", False),
    ],
)
def test_a_place_may_be_meant_by_a_short_form_or_by_the_whole_city(subject: str, quote: str, stays: bool) -> None:
    text = "宜昌产业集群产值达到30亿元。全市产业集群企业有200家，另有企业100家。"
    amount, indicator = ("30亿元", "output_value") if "亿" in quote else (quote[-4:], "enterprise_count")
    said = {"subject": subject, "amount": amount, "indicator": indicator, "status": "actual", "quote": quote}
    figures = checked({"figures": [said]}, text).reading.figures
    assert [(one.subject, one.code) for one in figures] == ([("宜昌市", "420500")] if stays else [])


def test_one_claim_of_two_windows_is_one_claim() -> None:
    twice = {"clusters": [CLUSTER] * 2, "enterprises": [FIRM] * 2, "figures": [FIGURE] * 2, "supports": [SUPPORT] * 2}
    found = checked(twice).reading
    assert [len(part) for part in (found.clusters, found.enterprises, found.figures, found.supports)] == [1, 1, 1, 1]


def test_several_places_of_a_name_and_a_district() -> None:
    text = "南通市、泰州市海工装备集群和温州市乐清市电气产业集群"
    told = [{"name": name, "quote": text} for name in ("南通市、泰州市海工装备集群", "温州市乐清市电气产业集群")]
    assert [one.codes for one in checked({"clusters": told}, text).reading.clusters] == [
        ("320600", "321200"),
        ("330382",),
    ]


@pytest.mark.parametrize(
    "content",
    ["", "no JSON", "[]", "{}", '"clusters"', '{"claims": []}', "[" * 100_000, '{"clusters": [}', "9" * 5000, "NaN"],
)
def test_an_answer_of_another_shape_is_no_answer(content: str) -> None:
    with pytest.raises(BadReplyError):
        read_claims(content, str)


def test_an_answer_in_a_fence_is_read() -> None:
    assert read_claims('Here it is:\n```json\n{"clusters": [{"name": "a", "quote": "b"}]}\n```', str).claims


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("a text", "no object"),
        (None, "no object"),
        ({"quote": "b"}, "has no name"),
        ({"name": "a"}, "has no quote"),
        ({"name": ["a"], "quote": "b"}, "has no name"),
        ({"name": "a", "quote": {"text": "b"}}, "has no quote"),
        ({"name": "a" * 101, "quote": "b"}, "too long"),
        ({"name": "a", "quote": "b" * 20_001}, "too long"),
    ],
)
def test_a_claim_of_another_shape_is_told_and_loses_no_other(entry: object, reason: str) -> None:
    saying = read_claims(json.dumps({"clusters": [entry, {"name": "a", "quote": "b"}], "figures": {}}), str)
    assert len(saying.claims) == 1
    assert reason in saying.odd[0][1]
    assert saying.odd[1] == ("figures", "it is no list")


def test_more_claims_than_a_text_can_have_are_cut_off() -> None:
    saying = read_claims(json.dumps({"clusters": [{"name": "a", "quote": "b"}] * 1500}), str)
    assert len(saying.claims) == 1000
    assert "1,000 of 1,500" in saying.odd[0][1]


def sentences(*sizes: int) -> list[Sentence]:
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    return [Sentence(end - size, end, 0, end - size, bullet=False) for size, end in zip(sizes, ends, strict=True)]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((), []),
        ((50,), [(0, 50)]),
        ((40, 40, 40), [(0, 80), (80, 120)]),
        ((30, 30, 30, 30), [(0, 90), (90, 120)]),
        ((40, 20, 20, 20, 40), [(0, 100), (80, 140)]),
        ((500, 40), [(0, 500), (500, 540)]),
        ((90, 15, 90, 15), [(0, 90), (90, 105), (105, 195), (195, 210)]),
    ],
)
def test_windows_overlap_and_lose_nothing(sizes: tuple[int, ...], expected: list[tuple[int, int]]) -> None:
    assert [(one.start, one.end) for one in windows(sentences(*sizes), 100, 25)] == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((100,), []),
        ((50, 50), [(0, 50), (50, 100)]),
        ((10, 80, 10), [(0, 10), (10, 100)]),
        ((80, 10, 10), [(0, 80), (80, 100)]),
        ((10, 10, 80), [(0, 20), (20, 100)]),
    ],
)
def test_halves_of_a_window(sizes: tuple[int, ...], expected: list[tuple[int, int]]) -> None:
    assert [(one.start, one.end) for one in halves(sentences(*sizes), Span(0, 100))] == expected


def test_folding_keeps_places() -> None:
    folded = Folded.of(" 产 值８００\n亿元")
    assert folded.text == fold("产值800亿元")
    assert folded.find("800亿", Span(0, 20)) == Span(4, 9)
    assert folded.find("800亿", Span(5, 20)) is None
    assert folded.find("  ", Span(0, 20)) is None


TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from([NAME, "星河互动", "潍坊市", "345.6亿元", FIRST, SECOND, "2023"])
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
FIELDS = ("name", "cluster", "role", "subject", "indicator", "amount", "year", "status", "issuer", "places", "quote")
ENTRIES = st.one_of(VALUES, st.dictionaries(st.sampled_from((*FIELDS, "list", "stage", "sector")), VALUES))
REPLIES = st.dictionaries(
    st.sampled_from(["clusters", "enterprises", "figures", "supports"]),
    st.one_of(VALUES, st.lists(ENTRIES)),
    min_size=1,
)


@hypothesis.given(REPLIES)
def test_whatever_a_model_says_nothing_stays_that_is_not_in_the_text(reply: Mapping[str, object]) -> None:
    saying = read_claims(json.dumps(reply), str)
    placed = [Placed(one, Span(0, len(TEXT))) for one in saying.claims]
    reading = check(CHECKER, MARKING, document(TEXT), Reading("text"), placed).reading
    evidence = [one.evidence for one in reading.clusters] + [one.evidence for one in reading.figures]
    for found in (*evidence, *(one.evidence for one in reading.relations)):
        assert TEXT[found.sentence.start : found.sentence.end] == found.quote
    for firm in reading.enterprises:
        assert firm.name in TEXT
    for figure in reading.figures:
        assert figure.source_value in TEXT
