"""Texts that mean no good: nothing is found, nothing is raised, and it takes no longer than a text of that size may."""

import time

import pytest

from tests.extract.library import read

SECONDS = 10.0
HOSTILE = {
    "empty": "",
    "spaces": " \n\t\u3000" * 1000,
    "english": "The cluster has 170 companies and 3.5 billion of revenue. " * 200,
    "no sentence end": "烟台市先进结构材料产业集群和" * 25_000,
    "only heads": "产业集群" * 80_000,
    "only places": "烟台市" * 100_000,
    "only joints": "、和与及" * 80_000,
    "only digits": "1" * 300_000,
    "numerals": "产业集群" + "一二三四五六七八九十百千万亿" * 20_000,
    "open brackets": "集群(" * 100_000,
    "only towns": "苏州市的集群。" + "1.泽州铸造专业镇\n全镇企业40户。" * 5_000,
    "only counts": "苏州市的集群。" + "产业集群50个," * 15_000,
    "deep list": "以甲、" * 100_000 + "为龙头的产业集群",
    "rule words": "以龙头企业为代表的等企业集群" * 20_000,
    "surrogates": "集群\ud800\udfff" * 10,
    "control": "".join(map(chr, range(0, 0x3000, 7))) + "集群",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_text_is_read_in_time(name: str) -> None:
    started = time.process_time()
    reading = read(HOSTILE[name])
    assert time.process_time() - started < SECONDS
    assert not reading.enterprises or name in ("deep list", "rule words", "no sentence end")


def test_a_megabyte_takes_memory_in_proportion() -> None:
    text = "烟台市先进结构材料产业集群主营业务收入超过1000亿元,集聚了200多家相关企业。\n" * 8_000
    reading = read(text)
    assert len(reading.clusters) == 1
    assert {(figure.indicator, int(figure.value)) for figure in reading.figures} == {
        ("revenue", 1000),
        ("enterprise_count", 200),
    }
