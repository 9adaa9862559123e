"""Which list names which cluster."""

import pytest

from tests.extract.library import read


def lists(text: str) -> dict[str, str | None]:
    return {cluster.name: cluster.list_name for cluster in read(text).clusters}


def test_the_words_right_before_a_group_decide_not_the_steps_told_before_them() -> None:
    text = "经自愿申报、各市推荐并公示,决定认定滁州市智能家电、芜湖市机器人等2个产业集群为2023年安徽省先进制造业集群。"
    assert set(lists(text).values()) == {"2023年安徽省先进制造业集群"}


def test_each_part_of_a_sentence_has_its_list() -> None:
    text = (
        "长沙市音视频装备产业集群、长沙经开区的长沙市数控机床产业集群进入湖南省先进制造业集群名单;"
        "浏阳市烟花爆竹产业集群进入湖南省特色集群名单。"
    )
    first, second = "湖南省先进制造业集群名单", "湖南省特色集群名单"
    assert list(lists(text).values()) == [first, first, second]


def test_to_become_one_of_a_list_of_candidates_is_to_be_on_that_list() -> None:
    text = "长沙市音视频装备产业集群成为湖南省先进制造业集群培育对象。"
    assert list(lists(text).values()) == ["湖南省先进制造业集群培育对象"]


def test_a_list_holds_what_stands_after_its_colon() -> None:
    text = "方案明确了“链主+集群”培育清单,共2个:曲靖市硅光伏产业集群、玉溪市生物疫苗产业集群。"
    assert set(lists(text).values()) == {"“链主+集群”培育清单"}


def test_a_quoted_word_belongs_to_the_name_of_a_list() -> None:
    text = "山东“雁阵形”集群名录\n1. 潍坊市动力装备产业集群\n2. 东营市橡胶轮胎产业集群"
    assert set(lists(text).values()) == {"山东“雁阵形”集群名录"}


def test_lines_that_an_announcement_without_a_name_opens_are_on_the_only_list() -> None:
    text = (
        "2024中国制造业集群品牌价值榜发布 深圳市智能传感器集群居首\n"
        "该榜连续发布五年。2个集群排列如下:\n第1名 深圳市智能传感器集群\n第2名 青岛市智慧家电集群"
    )
    assert lists(text)["青岛市智慧家电集群"] == "2024中国制造业集群品牌价值榜"


@pytest.mark.parametrize(
    ("text", "name", "sector"),
    [
        (
            "新河县新型电池及新能源装备产业入选省级特色产业集群名单。",
            "新河县新型电池及新能源装备产业",
            "新型电池及新能源装备",
        ),
        ("近日,福州市长乐区化纤新材料成功入选国家级特色产业集群。", "福州市长乐区化纤新材料", "化纤新材料"),
    ],
)
def test_what_was_selected_as_a_cluster_is_one_without_a_head(text: str, name: str, sector: str) -> None:
    (found,) = read(text).clusters
    assert (found.name, found.sector) == (name, sector)
    assert found.list_name


def test_an_office_that_is_selected_for_something_is_no_cluster() -> None:
    assert read("河北省工业和信息化厅入选先进集体,推动特色产业集群发展。").clusters == ()


def test_the_clusters_of_a_city_are_no_list() -> None:
    text = "纺织服装、五金工具是诸暨市产业集群的两大领域。诸暨市纺织服装产业集群入选。"
    assert set(lists(text).values()) <= {None}


def test_an_enumeration_near_the_list_of_a_text_is_on_it() -> None:
    text = (
        "环杭州湾现代纺织服装集群入选2024年先进制造业集群竞赛胜出集群名单。\n\n"
        "单个城市的也有,像包头市稀土新材料集群、洛阳市现代农机装备集群。\n\n另说。\n\n再说。\n\n"
        "而沈阳市机器人集群、大连市石化集群都在东北。"
    )
    name = "2024年先进制造业集群竞赛胜出集群名单"
    assert [lists(text)[one] for one in ("包头市稀土新材料集群", "洛阳市现代农机装备集群")] == [name, name]
    assert lists(text)["沈阳市机器人集群"] is None


def test_who_reports_is_no_part_of_the_name_of_a_list() -> None:
    text = "本报讯(记者 张三)入选2025年山东省特色产业集群的有:滕州市马铃薯集群、青州市花卉集群。"
    assert {str(item.object) for item in read(text).relations if item.predicate == "partOfList"} == {
        "2025年山东省特色产业集群"
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("临清轴承产业集群已被列入国家战略性新兴产业集群发展工程。", "国家战略性新兴产业集群发展工程"),
        ("2021年,国家先进制造业集群的名单里列入了常州市碳材料产业集群。", "国家先进制造业集群"),
        ("2020年山东省十大特色产业集群评选,临清轴承产业集群榜上有名。", "2020年山东省十大特色产业集群"),
        (
            "全省55个集群进入2025年广东省特色产业集群名单。中山占了2席,即中山市灯饰产业集群、中山市五金产业集群。",
            "2025年广东省特色产业集群名单",
        ),
    ],
)
def test_lists_are_called_by_many_words(text: str, name: str) -> None:
    assert set(lists(text).values()) == {name}


def test_what_was_told_of_before_a_selected_cluster_is_not_on_its_list() -> None:
    text = "十堰市商用车产业集群、长春市汽车产业集群常比。\n襄阳市专用汽车集群2023年入选湖北省重点产业集群。"
    assert lists(text)["十堰市商用车产业集群"] is None


def test_what_is_put_off_is_not_selected() -> None:
    text = "马鞍山市数控机床集群因机构变更,暂缓认定为2023年度安徽省先进制造业集群。"
    assert lists(text) == {"马鞍山市数控机床集群": None}
