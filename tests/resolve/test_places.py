"""Mentions of places: homonyms by context, what is no more, and zones."""

import pytest

from kg.resolve.places import Places, load_places
from tests.resolve.conftest import LEXICON

DATA = LEXICON.parent.parent / "data"


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(LEXICON, [DATA / "places.csv", DATA / "place_names.csv"])


@pytest.mark.parametrize(
    ("mention", "context", "key"),
    [
        ("烟台市", [], "370600"),
        ("烟台", [], "370600"),
        ("370600", [], "370600"),
        ("山东省烟台市", [], "370600"),
        ("朝阳区", ["北京市"], "110105"),
        ("朝阳区", ["长春"], "220104"),
        ("北京市朝阳区", [], "110105"),
        ("鼓楼区", ["320100"], "320106"),
        ("鼓楼区", ["福建"], "350102"),
        ("江苏省徐州市鼓楼区", [], "320302"),
        ("吉林", ["220200"], "220200"),
        ("吉林", ["吉林省"], "220000"),
        ("吉林省吉林市", [], "220200"),
        ("即墨市", [], "370215"),
        ("即墨", [], "370215"),
        ("襄樊市", [], "420600"),
        ("上海南汇区", [], "310115"),
        ("北京经济技术开发区", [], "zone-beijing-etda"),
        ("郑州高新技术产业开发区", [], "zone-zhengzhou-hitech"),
    ],
)
def test_resolved(places: Places, mention: str, context: list[str], key: str) -> None:
    found = places.resolve(mention, context=context)
    assert found.place is not None, found.reason
    assert found.place.key == key


@pytest.mark.parametrize("mention", ["朝阳区", "鼓楼区", "吉林"])
def test_a_homonym_without_context_is_not_guessed(places: Places, mention: str) -> None:
    found = places.resolve(mention)
    assert found.place is None
    assert len(found.candidates) > 1


def test_a_level_tells_too(places: Places) -> None:
    found = places.resolve("吉林", levels=["City"])
    assert found.place is not None
    assert found.place.key == "220200"


@pytest.mark.parametrize("mention", ["莱芜市", "371200"])
def test_a_split_unit_has_several_successors(places: Places, mention: str) -> None:
    found = places.resolve(mention)
    assert found.place is not None
    assert (found.place.key, found.candidates) == ("370116", ("370117",))
    assert "莱芜市 (371200, listed until 2014) is now" in found.reason


def test_a_zone_keeps_its_host_beside_it(places: Places) -> None:
    found = places.resolve("北京经济技术开发区")
    assert found.place is not None
    assert (found.place.level, found.place.parent, found.place.host) == ("Zone", "110000", "110115")


def test_an_unknown_zone_is_not_its_host(places: Places) -> None:
    found = places.resolve("烟台经济技术开发区")
    assert found.place is None
    assert found.host is not None
    assert found.host.key == "370600"


def test_what_is_no_place(places: Places) -> None:
    assert places.resolve("不存在的地方").place is None
    assert places.resolve("999999").reason == "the code is in no table"
    assert places.resolve("").place is None


def test_every_former_unit_leads_to_a_place_in_force(places: Places) -> None:
    assert places.problems == ()
    assert len(places.former_codes) > 500
    assert all(key in places.by_key for rows in places.former_codes.values() for row in rows for key in row.successors)
