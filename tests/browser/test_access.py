"""Who cannot see the picture, or uses no mouse, gets the same: axe has nothing to say of any state of the page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.chromium import DESKTOP, PHONE, Browser

pytestmark = pytest.mark.slow

STATES = (
    "",
    "n=cluster/ndrc1-370600-structmat",
    "n=source/seed-article",
    "province=place/370000&confirmation=unconfirmed",
    "path=enterprise/e003&path=enterprise/e004",
    "view=table",
    "view=table&lang=en&n=enterprise/e001",
    "province=place/370000&list=list/zhengzhou-strategic-1",
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(browser: Browser, graph_page: Path, state: str, *, dark: bool) -> None:
    page = browser.open(graph_page, state, dark=dark)
    assert page.axe() == []


@pytest.mark.parametrize("state", ["", "n=cluster/ndrc1-370600-structmat", "view=table"])
def test_axe_finds_nothing_on_a_telephone(browser: Browser, graph_page: Path, state: str) -> None:
    page = browser.open(graph_page, state, size=PHONE)
    assert page.axe() == []
    page.click('[data-key="filters"]')
    assert page.axe() == []


def test_axe_finds_nothing_in_search_and_help(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.find("#search").send_keys("烟台")
    assert page.axe() == []
    page.find("#search").clear()
    page.click('[data-key="help"]')
    assert page.axe() == []


def test_axe_finds_nothing_on_an_empty_page(browser: Browser, invented_page: Callable[..., Path]) -> None:
    assert browser.open(invented_page(clusters=False)).axe() == []


def test_axe_does_find_a_planted_fault(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page)
    page.js("document.getElementById('title').style.color = '#ddd'")
    page.js("document.querySelector('#tools button:last-child').replaceChildren()")
    assert {fault.split(":")[0] for fault in page.axe()} >= {"color-contrast", "button-name"}


def test_unconfirmed_is_said_in_words_everywhere(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, "n=cluster/ndrc1-440300-ai")
    assert "? 未证实" in page.text(".details-head")
    assert "? 未证实" in page.text(".facts")
    page = browser.open(graph_page, "view=table&confirmation=unconfirmed")
    assert "? 未证实" in page.text("tbody tr")


def test_nothing_is_lost_when_the_text_is_twice_as_large(browser: Browser, graph_page: Path) -> None:
    page = browser.open(graph_page, "n=cluster/ndrc1-370600-structmat", size=(DESKTOP[0] // 2, DESKTOP[1] // 2))
    assert page.js("return document.documentElement.scrollWidth <= innerWidth")
    assert page.find("#details-title").is_displayed()
