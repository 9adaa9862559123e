"""What 全市 and 全镇 mean."""

from tests.extract.library import read


def subjects(text: str) -> set[str]:
    return {one.subject for one in read(text).figures}


def test_the_city_of_the_sentence_comes_before_that_of_the_text() -> None:
    text = "合肥市新型显示产业集群壮大。\n2021年南昌发布意见,提出全市规上企业达到400家。"
    assert subjects(text) == {"南昌"}


def test_of_several_cities_none_is_meant() -> None:
    text = "合肥市新型显示产业集群壮大。\n南昌、九江各有特色。全市规上企业达到400家。"
    assert not subjects(text) & {"南昌", "九江"}


def test_the_town_is_the_one_named_last() -> None:
    text = "苏州市吴江区盛泽镇有一个高端纺织产业集群。今年一季度,全镇工业总产值226.65亿元。"
    assert subjects(text) == {"盛泽镇"}


def test_a_whole_region_is_an_autonomous_one() -> None:
    text = "乌鲁木齐市煤化工产业集群壮大。\n新疆2023年出台意见。目前,全区规上企业400家。"
    assert subjects(text) == {"新疆维吾尔自治区"}


def test_a_park_that_the_text_is_about_is_its_zone() -> None:
    text = "辽宁激光产业园起步于2011年。\n产业园在鞍山高新区,旨在培育激光产业集群。园区累计注册企业1033家。"
    assert subjects(text) == {"辽宁激光产业园"}


def test_a_zone_is_called_by_the_end_of_its_name() -> None:
    text = "辽宁激光产业园起步于2011年,旨在培育激光产业集群。\n2020年,激光产业园完成销售收入68亿元。"
    assert subjects(text) == {"辽宁激光产业园"}


def test_the_zone_of_this_county_is_not_the_county() -> None:
    text = "民权县制冷产业集群壮大。目前,该县产业集聚区有制冷企业30余家。"
    assert subjects(text) == {"民权县产业集聚区"}


def test_the_only_town_of_a_text_is_the_whole_town() -> None:
    text = "中山市沙溪镇再添产业集群称号\n专家到沙溪镇考察。\n目前全镇有红木企业335家。"
    assert subjects(text) == {"沙溪镇"}


def test_what_a_place_has_become_is_its_only_cluster() -> None:
    text = "随县香菇产业集群入选。随县是主产区,已建成从基地到加工的标准化产业集群。目前有香菇生产企业135家。"
    assert subjects(text) == {"随县香菇产业集群"}
