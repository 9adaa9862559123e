"""No text of the data runs as a script, whatever it is and wherever the page shows it."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.keys import Keys

from tests.browser.chromium import Browser, Page
from tests.view.invented import quoted
from tests.view.test_graph_html import HOSTILE

pytestmark = pytest.mark.slow

PIECES = (
    *"<>&\"'/`\\\n\t\u2028\u202e\ud7ff😀",
    *(
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "]]>",
        "onerror=",
        "javascript:",
        "alert(1)",
        "<img src=x ",
        "<svg onload=",
    ),
    *("{{", "}}", "集群", "__proto__", "constructor", "toString", "&lt;script&gt;", "%3Cscript%3E"),
)


def hostile_graph(labels: list[str]) -> str:
    """Entities, names, values, addresses and a class with these labels, tied to a cluster of the invented graph."""
    facts = []
    for number, label in enumerate(labels):
        text = quoted(label)
        facts.append(
            f"<enterprise/h{number}> a ckg:Enterprise , ex:Odd{number} ; rdfs:label {text}@zh , {text}@en ; "
            f"skos:altLabel {text}@zh ; schema:legalName {text} ; rdfs:comment {text} . "
            f"<cluster/c2> ckg:hasMember <enterprise/h{number}> . "
            f"<source/h{number}> a ckg:Source ; rdfs:label {text}@zh ; ckg:address {text} . "
            f"ex:Odd{number} rdfs:label {text}@zh . "
        )
    return "".join(facts)


def no_script_ran(page: Page) -> bool:
    """Whether no alert is open, no mark was left, no console message written and nothing was asked of the network."""
    with pytest.raises(NoAlertPresentException):
        _ = page.driver.switch_to.alert.text
    assert page.js("return document.querySelectorAll('script').length") == 4
    assert page.js("return document.querySelectorAll('img:not(#print), svg, iframe, a').length") == 0
    assert page.console() == []
    assert page.requests() == []
    return True


def walk(page: Page, count: int) -> None:
    """Shows every label: in the star, details, tip, search, path, table, in an image and in print."""
    for number in range(count):
        page.js("location.hash = arguments[0]", f"n=enterprise/h{number}")
        page.wait(lambda page: page.find("#details").is_displayed())
    page.js("location.hash = 'n=cluster/c2'")
    page.wait(lambda page: page.is_drawn("enterprise/h0"))
    page.hover_mark("enterprise/h0")
    page.click('[data-key="png"]')
    page.find("#search").send_keys("s")
    page.press(Keys.ESCAPE)
    page.js("location.hash = 'path=enterprise/h0&path=enterprise/e1'")
    page.js("location.hash = 'view=table&lang=en'")
    page.wait(lambda page: page.find("#table").is_displayed())
    page.browser.cdp("Page.printToPDF")


def test_known_attacks(browser: Browser, invented_page: Callable[..., Path]) -> None:
    page = browser.open(invented_page(hostile_graph(list(HOSTILE))))
    walk(page, len(HOSTILE))
    assert no_script_ran(page)
    assert page.js("return Object.prototype.polluted === undefined && ({}).zh === undefined")


@pytest.mark.parametrize("seed", range(4))
def test_random_attacks(browser: Browser, invented_page: Callable[..., Path], seed: int) -> None:
    chance = random.Random(seed)
    labels = ["".join(chance.choices(PIECES, k=chance.randint(1, 9))) for _ in range(30)]
    page = browser.open(invented_page(hostile_graph(labels)))
    walk(page, len(labels))
    assert no_script_ran(page)


def test_labels_show_as_written_but_for_what_turns_the_reading_direction(
    browser: Browser, invented_page: Callable[..., Path]
) -> None:
    labels = ["<b>粗</b> & 体", "上\u202e下", "一\n二"]
    page = browser.open(invented_page(hostile_graph(labels)))
    shown = []
    for number in range(3):
        page.js("location.hash = arguments[0]", f"n=enterprise/h{number}")
        wanted = f"enterprise/h{number}"
        page.wait(lambda page, wanted=wanted: page.text(".details-id").endswith(wanted))  # type: ignore[misc]
        shown.append(page.text("#details-title"))
    assert shown == ["<b>粗</b> & 体", "上\ufffd下", "一 二"]
    assert no_script_ran(page)


def test_an_address_is_text_and_never_a_link(browser: Browser, invented_page: Callable[..., Path]) -> None:
    page = browser.open(invented_page(), "n=cluster/c1")
    assert "http://example.org/page" in page.text(".cited")
    assert no_script_ran(page)


def test_a_script_slipped_into_the_page_does_not_run(browser: Browser, invented_page: Callable[..., Path]) -> None:
    path = invented_page()
    text = path.read_text("utf-8")
    path.write_text(text.replace("</body>", "<script>window.slipped = 1</script></body>"), "utf-8")
    page = browser.open(path)
    assert page.js("return window.slipped === undefined")
    assert any("Content Security Policy" in line for line in page.console())
