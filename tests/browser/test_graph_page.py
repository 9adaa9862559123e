"""The main ways through the graph page, by mouse and by keyboard, in Chromium with the network off."""

import re
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

import kg.view
from tests.browser.chromium import DESKTOP, PHONE, Browser, Page
from tests.view.invented import JUDGED

pytestmark = pytest.mark.slow

YANTAI = "cluster/ndrc1-370600-structmat"
SHANDONG = "place/370000"
WANHUA = "enterprise/e003"
FIRST_LIST = "list/ndrc-strategic-1"


@pytest.fixture(autouse=True)
def quiet(browser: Browser) -> Iterator[None]:
    """Whatever a test does: no error in the console, no request to anywhere."""
    yield
    page = Page(browser)
    assert page.console() == []
    assert page.requests() == []


def checkbox(key: str) -> str:
    return f'[data-key="{key}"]'


def test_it_is_ready_soon_and_says_what_it_is(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    assert int(page.js("return document.documentElement.dataset.ready")) < 1500
    assert page.text("h1") == page.js("return document.title")
    assert page.js("return document.documentElement.lang") == "zh-Hans"
    assert page.find("#failure").is_displayed() is False


def test_it_opens_on_fields_provinces_and_clusters(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    for entity in (YANTAI, SHANDONG, "sector/field/it"):
        assert page.is_drawn(entity)
    for entity in (WANHUA, FIRST_LIST):
        assert not page.is_drawn(entity)


def test_a_click_unfolds_and_shows_every_fact_with_its_source(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.click_mark(YANTAI)
    assert page.text("#details-title") == "烟台市先进结构材料产业集群"
    assert page.is_drawn(WANHUA)
    assert page.is_drawn(FIRST_LIST)
    facts = page.text(".facts")
    assert "龙头企业" in facts
    assert "万华化学" in facts
    cited = page.texts(".cited li")
    assert any("seed-article" in line and "clusters.csv 第" in line for line in cited)
    own = page.js(
        "return [...document.querySelectorAll('.facts dd')].filter((dd) => !dd.querySelector('.cite')).length"
    )
    assert own == 0
    assert page.driver.find_elements("css selector", "#details a, #table a") == []


def test_the_number_behind_a_fact_leads_to_its_source_and_that_to_all_it_backs(
    browser: Browser, graph_page: Path
) -> None:
    page = browser.open(graph_page, f"n={WANHUA}")
    page.click(".facts .cite")
    assert page.js("return document.activeElement.id") == "cited-1"
    page.click("#cited-1 .source")
    assert page.hash() == "#n=source/unsourced"
    assert "这个来源支持的事实" in page.text("#details")


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "Li 于 2026-05-06 认定：两家 <b>公司</b>"), ("en", "decided by Li on 2026-05-06: 两家 <b>公司</b>")],
)
@pytest.mark.parametrize("entity", ["enterprise/e1", "enterprise/e2"])
def test_who_decided_stands_with_the_source_at_both_that_were_judged(
    browser: Browser, invented_page: Callable[..., Path], entity: str, language: str, told: str
) -> None:
    page = browser.open(invented_page(JUDGED), f"n={entity}&lang={language}")
    assert page.texts(".cited .judged") == [told]


def test_a_click_on_nothing_goes_back_to_the_whole(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, f"n={YANTAI}")
    page.press(Keys.ESCAPE)
    assert not page.find("#details").is_displayed()
    assert not page.is_drawn(WANHUA)
    assert page.hash() == ""


def test_a_double_click_keeps_a_star_unfolded(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, f"n={YANTAI}")
    page.click('[data-key="keep"]')
    page.click('[data-key="details-close"]')
    assert page.is_drawn(WANHUA)
    assert f"keep={YANTAI}" in page.hash()


def test_hovering_names_a_mark(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.hover_mark(YANTAI)
    page.wait(lambda page: page.find("#tip").is_displayed())
    assert page.text("#tip").startswith("烟台市先进结构材料产业集群")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("烟台先进", "烟台市先进结构材料产业集群"),
        ("烟台市 先进", "烟台市先进结构材料产业集群"),
        ("万华化学集团股份", "万华化学"),
        ("国家发展改革委", "国家发展和改革委员会"),
        ("山东发改委", "山东省发展和改革委员会"),
        ("C++ (*[", None),
        ("E003", "万华化学"),
        ("ｅ００３", "万华化学"),
        ("没有这样的名字", None),
    ],
)
def test_search_finds_names_aliases_and_ids(
    browser: Browser, graph_page: Path, typed: str, expected: str | None
) -> None:
    page = browser.open(graph_page)
    page.find("#search").send_keys(typed)
    found = page.texts("#found .found-label")
    if expected is None:
        assert found == []
        assert "没有找到" in page.text("#found")
    else:
        assert any(label.startswith(expected) for label in found)


def test_search_puts_the_nearest_name_first(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.find("#search").send_keys("烟台")
    assert page.texts("#found .found-label")[0] == "烟台市"
    assert "个结果" in page.texts("#found li")[-1]


def test_search_by_keyboard_alone(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.find("#search").send_keys("万华")
    assert page.find("#search").get_attribute("aria-activedescendant") == "found-0"
    page.press(Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ENTER)
    assert page.text("#details-title") == "万华化学"
    assert page.is_drawn(WANHUA)
    assert not page.find("#found").is_displayed()


def test_filters_count_and_narrow(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.click(checkbox(f"province {number_of(page, SHANDONG)}"))
    assert page.is_drawn(WANHUA)
    assert not page.is_drawn("place/110000")
    clusters = counted(page, "kind", "产业集群")
    page.click(checkbox("confirmation confirmed"))
    assert 0 < counted(page, "kind", "产业集群") < clusters
    assert page.hash() == f"#province={SHANDONG}&confirmation=confirmed"
    page.click('[data-key="reset"]')
    assert page.hash() == ""
    assert page.is_drawn("place/110000")


def test_two_provinces_stand_side_by_side(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, f"province={SHANDONG}&province=place/340000")
    assert page.place(SHANDONG)[0] < page.place("place/340000")[0]


def test_what_passes_no_filter_says_so_and_offers_a_way_out(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, f"province={SHANDONG}&list=list/zhengzhou-strategic-1")
    assert "没有符合筛选条件的实体" in page.text("#notes")
    page.click('[data-key="notes-reset"]')
    assert page.is_drawn(SHANDONG)


def test_the_legend_switches_types_off(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.click(checkbox(f"kind {kind_number(page, '省')}"))
    assert not page.is_drawn(SHANDONG)
    assert page.is_drawn("place/110000")
    page.driver.back()
    page.wait(lambda page: page.is_drawn(SHANDONG))


def test_path_between_two_entities(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, f"n={WANHUA}")
    page.click('[data-key="path-from"]')
    assert page.focus() == "search"
    page.press(*"泰和新材")
    page.press(Keys.ENTER)
    assert page.text("#details-title") == "路径：2 步"
    assert page.texts(".path button.entity") == ["万华化学", "烟台市先进结构材料产业集群", "泰和新材"]
    assert page.driver.find_elements("css selector", ".path .cite")
    page.click('[data-key="swap"]')
    assert page.texts(".path button.entity")[0] == "泰和新材"


def test_a_path_goes_around_types_that_are_off(browser: Browser, graph_page: Path) -> None:
    ends = f"path={WANHUA}&path=enterprise/e004"
    page = browser.open(graph_page, ends)
    assert page.text("#details-title") == "路径：2 步"
    page = browser.open(graph_page, f"{ends}&off=ontology%23Cluster")
    assert "没有路径" in page.text("#details-title")


def test_back_forward_reload_and_permalink_give_the_same_picture(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.click_mark(SHANDONG)
    page.click('.facts + section [data-key^="to"], section [data-key^="to"]')
    second = page.text("#details-title")
    page.driver.back()
    page.wait(lambda page: page.text("#details-title") == "山东省")
    page.driver.forward()
    page.wait(lambda page: page.text("#details-title") == second)
    page.driver.refresh()
    page.wait(lambda page: page.js("return document.documentElement.dataset.ready"))
    assert page.text("#details-title") == second


def test_a_link_to_what_is_no_more_still_opens(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, "n=cluster/gone&province=x&off=y&path=a&by=__proto__&lang=constructor&view=7")
    assert page.is_drawn(SHANDONG)
    assert page.find("#failure").is_displayed() is False


def test_english_and_back(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, "n=sector/field/materials")
    page.click('[data-key="language"]')
    assert page.js("return document.documentElement.lang") == "en"
    assert page.text("#details-title") == "new materials"
    assert "Sources" in page.text("#details")
    assert "lang=en" in page.hash()
    assert page.focus() == "language"
    page.click('[data-key="language"]')
    assert page.text("#details-title") == "新材料"


def test_every_word_of_the_page_is_in_both_languages() -> None:
    source = "".join(path.read_text("utf-8") for path in _templates("*.js"))
    (messages,) = _templates("messages.js")
    halves = messages.read_text("utf-8").split("  en: {")
    keys = [set(re.findall(r"^    (\w+):\s", half, re.MULTILINE)) for half in halves]
    assert keys[0] == keys[1]
    assert set(re.findall(r"\bsay\(\s*\"(\w+)\"", source)) <= keys[0]
    assert keys[0] <= set(re.findall(r"\"(\w+)\"", source)) | set(re.findall(r"\b(\w+):", source))


def test_dark_follows_the_system_and_the_button(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, dark=True)
    colour = "return getComputedStyle(document.body).backgroundColor"
    dark = page.js(colour)
    page.click('[data-key="theme"]')
    assert page.js(colour) != dark
    page.driver.refresh()
    assert page.js("return document.documentElement.dataset.theme") == "light"
    page.js("localStorage.clear()")


def test_the_table_holds_the_same_entities(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, f"province={SHANDONG}")
    page.click('[data-key="view table"]')
    rows = page.text("caption")
    assert rows == f"{sum(counts(page, 'types'))} 个实体"
    page.click(checkbox("sort name"))
    names = page.texts("tbody th")
    page.click(checkbox("sort name"))
    assert page.texts("tbody th")[0] != names[0]
    assert page.find('[data-key="sort name"]').find_element("xpath", "..").get_attribute("aria-sort") == "descending"
    page.click("tbody th button")
    assert page.find("#details-title").is_displayed()


def test_the_table_turns_pages(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, "view=table")
    first = page.texts("tbody th")
    page.click('[data-key="page-on"]')
    assert len(first) == 100
    assert not set(first[:3]) & set(page.texts("tbody th")[:3])


def test_the_picture_is_saved_as_an_image(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, f"n={YANTAI}")
    page.click('[data-key="png"]')
    target = browser.downloads / "cluster-ndrc1-370600-structmat.png"
    page.wait(lambda _: target.exists() and target.stat().st_size > 20_000)
    width, height = struct.unpack(">II", target.read_bytes()[16:24])
    assert width > 1400
    assert height > 1600
    assert page.is_drawn(WANHUA)


def test_it_prints_in_light_colours_and_comes_back(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, f"n={YANTAI}", dark=True)
    page.js("addEventListener('beforeprint', () => { window.printed = document.documentElement.dataset.theme; })")
    browser.cdp("Page.printToPDF", printBackground=True)
    assert page.js("return window.printed") == "light"
    assert page.js("return document.documentElement.dataset.theme") == "dark"


def test_paper_gets_every_row_of_the_table(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, "view=table")
    page.js("addEventListener('beforeprint', () => { window.rows = document.querySelectorAll('tbody tr').length; })")
    browser.cdp("Page.printToPDF")
    assert page.js("return window.rows") == sum(counts(page, "types"))
    assert len(page.texts("tbody th")) == 100


def test_the_whole_way_by_keyboard(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.js("document.getElementById('canvas').focus()")
    page.press(Keys.ARROW_RIGHT)
    assert "个相邻实体" in page.js("return document.getElementById('announcer').textContent")
    page.press(Keys.ARROW_DOWN, Keys.ARROW_LEFT, Keys.ARROW_UP, Keys.ENTER)
    assert page.find("#details").is_displayed()
    title = page.text("#details-title")
    page.press("d")
    assert page.focus() == "details-title"
    page.press(Keys.TAB)
    assert page.js("return document.activeElement.closest('#details') !== null")
    page.press(Keys.ESCAPE)
    assert page.focus() == "canvas"
    page.press("?")
    assert page.find("#help").is_displayed()
    page.press(Keys.ESCAPE)
    assert not page.find("#help").is_displayed()
    page.js("document.getElementById('canvas').focus()")
    page.press("/")
    page.press(*title)
    page.press(Keys.ENTER)
    assert page.text("#details-title") == title


def test_every_control_is_reached_by_tab(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    reached = set()
    for _ in range(80):
        page.press(Keys.TAB)
        reached.add(page.focus())
    assert {"search", "language", "png", "canvas", "in", "fit", "kind 0"} <= reached


def test_on_a_telephone(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, size=PHONE)
    assert page.js("return document.documentElement.scrollWidth") <= PHONE[0]
    assert not page.find("#side").is_displayed()
    page.click('[data-key="filters"]')
    page.click(checkbox("confirmation unconfirmed"))
    page.click('[data-key="side-close"]')
    assert not page.find("#side").is_displayed()
    page.click('[data-key="more"]')
    assert page.find('[data-key="print"]').is_displayed()
    page.press(Keys.ESCAPE)
    page.js("location.hash = arguments[0]", f"n={YANTAI}")
    page.wait(lambda page: page.find("#details").is_displayed())
    assert page.find("#canvas").size["height"] > 250
    x, y = page.place(WANHUA)
    assert 0 < x < PHONE[0]
    assert 0 < y < page.find("#details").location["y"]


def test_a_tap_opens_what_is_under_the_finger(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, size=PHONE)
    x, y = page.place(SHANDONG)
    browser.cdp("Emulation.setTouchEmulationEnabled", enabled=True)
    try:
        browser.cdp("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x + 6, "y": y + 5}])
        browser.cdp("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        page.wait(lambda page: page.find("#details").is_displayed())
    finally:
        browser.cdp("Emulation.setTouchEmulationEnabled", enabled=False)
    assert page.text("#details-title") == "山东省"


def test_a_neighbourhood_page(browser: Browser, focus_page: Path) -> None:
    page = browser.open(focus_page)
    assert "万华化学" in page.text("#notes")
    assert page.is_drawn(YANTAI)
    assert page.is_drawn(WANHUA)


def test_an_empty_graph_says_so(browser: Browser, invented_page: Callable[..., Path]) -> None:
    page = browser.open(invented_page(clusters=False))
    assert "这个图里没有实体" in page.text("#notes")


def test_a_failure_is_told(browser: Browser, invented_page: Callable[..., Path]) -> None:
    path = invented_page()
    path.write_text(path.read_text("utf-8").replace('"entities":{"id":', '"entities":{"lost":'), "utf-8")
    page = browser.open(path)
    assert "页面出错了" in page.text("#failure")
    assert any("TypeError" in line for line in page.console())


def test_pan_and_zoom(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, calm=False)
    x, y = page.place(SHANDONG)
    page.drag((500, 700), (560, 660))
    assert page.place(SHANDONG) == (x + 60, y - 40)
    page.click('[data-key="in"]')
    wide = page.place("sector/field/it")[0] - page.place(SHANDONG)[0]
    page.click('[data-key="out"]')
    assert abs(wide) > abs(page.place("sector/field/it")[0] - page.place(SHANDONG)[0])
    assert page.hash() == ""


def cut(page: Page) -> list[list[float]]:
    """The labels that reach over the edge of the picture."""
    found = page.js(
        "const room = document.getElementById('canvas').getBoundingClientRect(); "
        "return document.getElementById('canvas').labelBoxes().filter(([left, top, right, bottom]) => "
        "left < room.left || top < room.top || right > room.right || bottom > room.bottom)"
    )
    return list(found)


def resize(page: Page, size: tuple[int, int]) -> None:
    """Gives the window another size; returns when the picture has it."""
    page.browser.cdp(
        "Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False
    )
    same = "const box = document.getElementById('canvas'); return box.querySelector('canvas').width === box.clientWidth"
    page.wait(lambda page: page.js("return innerWidth") == size[0] and page.js(same))
    time.sleep(0.1)


@pytest.mark.parametrize("fragment", ["", "by=field", "lang=en", f"n={YANTAI}"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_label_is_cut_at_the_edge(browser: Browser, graph_page: Path, size: tuple[int, int], fragment: str) -> None:
    page = browser.open(graph_page, fragment, size=size)
    assert len(page.js("return document.getElementById('canvas').labelBoxes()")) > 5
    if not fragment.startswith("n="):  # around a selected one, others lie outside
        assert cut(page) == []


def test_no_label_is_cut_when_the_window_gets_another_size(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, size=(1400, 600))
    for size in (DESKTOP, (1000, 900), (1400, 820), DESKTOP):
        resize(page, size)
        assert cut(page) == [], size


def test_no_mark_is_lost_when_the_window_gets_another_size(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, size=(500, 757))
    resize(page, PHONE)
    lost = page.js(DATA + LOST)
    assert lost == []


LOST = """
const box = document.getElementById('canvas'), {left, top} = box.getBoundingClientRect();
const drawn = box.querySelector('canvas');
const pixels = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height).data;
const painted = (x, y) => pixels[(Math.round(y) * drawn.width + Math.round(x)) * 4 + 3] > 0;
const corners = [[-3, -3], [3, -3], [-3, 3], [3, 3]];
return Object.keys(data.places['map tall']).map((number) => data.entities.id[number]).filter((id) => {
  const {x, y} = box.placeOf(id);
  return !corners.every(([dx, dy]) => painted(x - left + dx, y - top + dy));
});
"""
"""The marks of the opening picture of a telephone that are not there; lines are too thin to look like one."""


def test_what_a_reader_has_moved_stays_where_it_is(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    fitted = spread(page)
    for _ in range(4):
        page.click('[data-key="in"]')
    resize(page, (1400, 850))
    assert spread(page) > 2 * fitted
    page.click('[data-key="fit"]')
    resize(page, DESKTOP)
    assert spread(page) == pytest.approx(fitted, abs=2)


def spread(page: Page) -> float:
    """How far apart two marks are: what zooming changes."""
    return float(page.place("sector/field/it")[1] - page.place("sector/field/biomedicine")[1])


DATA = "const data = JSON.parse(document.getElementById('data').textContent); "


def number_of(page: Page, entity: str) -> int:
    return int(page.js(DATA + "return data.entities.id.indexOf(arguments[0])", entity))


def kind_number(page: Page, label: str) -> int:
    return int(page.js(DATA + "return data.kinds.findIndex((kind) => kind[1] === arguments[0])", label))


def counted(page: Page, group: str, label: str) -> int:
    key = f"{group} {kind_number(page, label)}"
    return int(page.find(checkbox(key)).find_element("xpath", "..").find_element("css selector", ".count").text)


def counts(page: Page, group: str) -> list[int]:
    """The counts of the options that are switched on, shown or folded away."""
    options = "[...document.querySelectorAll(`.${arguments[0]} .option`)]"
    chosen = ".filter((option) => option.querySelector('input').checked)"
    numbers = ".map((option) => Number(option.querySelector('.count').textContent))"
    return [int(count) for count in page.js(f"return {options}{chosen}{numbers}", group)]


def _templates(pattern: str) -> list[Path]:
    return sorted((Path(kg.view.__file__).parent / "templates" / "graph").glob(pattern))
