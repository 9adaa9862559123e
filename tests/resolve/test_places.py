"""Mentions of places: homonyms by context, what is no more, and zones."""

import csv
from collections.abc import Iterable

import pytest

from kg.resolve.places import Place, Places, load_places
from tests.resolve.conftest import LEXICON

DATA = LEXICON.parent.parent / "data"


@pytest.fixture(scope="module")
def places() -> Places:
    known = [
        Place(row["key"], row["name"], row["level"], row["parent_key"], row["host_district"])
        for row in rows("places.csv")
    ]
    further = [(row["key"], row["name"]) for row in (*rows("places.csv"), *rows("place_names.csv"))]
    return load_places(LEXICON, known, further)


def rows(name: str) -> Iterable[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


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
        ("襄樊", [], "420600"),
        ("莱芜", [], "370116"),
        ("嘉峪关市", [], "620200"),
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


@pytest.mark.parametrize("name", ["烟台经济技术开发区", "烟台黄渤海新区", "山东省烟台市黄渤海新区"])
def test_an_unknown_zone_is_not_its_host(places: Places, name: str) -> None:
    found = places.resolve(name)
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


def test_a_name_begins_with_places_and_a_zone(places: Places) -> None:
    assert places.run("江苏省徐州市鼓楼区医疗器械产业集群") == ["江苏省", "徐州市", "鼓楼区"]
    assert places.run("莱芜市钢铁集群") == ["莱芜市"]
    assert places.zone_of("高新技术产业园区传感器") == "高新技术产业园区"
    assert places.zone_of("黄渤海新区先进结构材料") == "黄渤海新区"
    assert places.zone_of("先进结构材料") == ""
