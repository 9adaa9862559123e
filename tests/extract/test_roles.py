"""Whose a firm is: the cluster that is made of it, not the one that was spoken of last."""

from tests.extract.library import read

TEXT = "湖南省有工程机械、轨道交通设备等2个产业集群。"


def members(text: str) -> set[tuple[str, str]]:
    return {(one.subject, one.object) for one in read(text).relations if one.predicate == "hasMember"}


def test_firms_that_something_relies_on_are_those_of_the_cluster_that_is_made_of_them() -> None:
    text = TEXT + "一是依托甲简机车、乙潭电机等企业,形成湖南省轨道交通设备产业集群。"
    found = members(text)
    assert {firm for _, firm in found} == {"甲简机车", "乙潭电机"}
    assert all("轨道交通设备" in cluster for cluster, _ in found)


def test_firms_of_a_plan_are_those_of_the_planned_cluster_and_of_no_other() -> None:
    text = TEXT + "二是依托甲丰汽车、乙田汽车等企业,形成汽车产业集群;三是依托丙山智能等企业,打造研发生产基地。"
    assert members(text) == {("汽车产业集群", "甲丰汽车"), ("汽车产业集群", "乙田汽车")}
