"""A headless Chromium without a network, and what a test wants to know of a page in it."""

import json
import shutil
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, Self, cast

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

FLAGS = (
    "--headless",
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the network is off: whatever asks for it fails and is logged
)
DESKTOP = (1400, 900)
PHONE = (390, 844)
OWN = ("file:", "data:", "blob:", "about:", "chrome:")


class Browser:
    """One Chromium for all tests; each test opens its page anew."""

    def __init__(self, folder: Path):
        options = ChromeOptions()
        options.binary_location = _program("chromium")
        for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.set_capability("unhandledPromptBehavior", "ignore")  # an alert() of a hostile label must not go unseen
        self.driver = Chrome(options=options, service=Service(_program("chromedriver")))
        self.driver.set_script_timeout(60)
        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        self.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))

    def cdp(self, command: str, **arguments: object) -> Any:
        """The answer of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, arguments)

    def open(
        self, page: Path, fragment: str = "", *, size: tuple[int, int] = DESKTOP, dark: bool = False, calm: bool = True
    ) -> "Page":
        """The page, ready, in a window of this size; with `calm` nothing moves by itself."""
        self.driver.get("about:blank")
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=size == PHONE,
        )
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"},
        ]
        self.cdp("Emulation.setEmulatedMedia", media="", features=features)
        self.log("browser")
        self.log("performance")
        self.driver.get(page.as_uri() + (f"#{fragment}" if fragment else ""))
        return Page(self).wait(lambda page: page.js("return document.readyState") == "complete")

    def log(self, kind: str) -> list[dict[str, str]]:
        """The entries since the last call."""
        return cast("list[dict[str, str]]", self.driver.get_log(kind))  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Ends Chromium and its driver."""
        self.driver.quit()


class Page:
    """What tests see of a page, and what they do on it."""

    def __init__(self, browser: Browser):
        self.browser = browser
        self.driver = browser.driver

    def js(self, script: str, *arguments: object) -> Any:
        """What the script returns."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition: Callable[[Self], object], seconds: float = 10) -> Self:
        """The page once the condition holds; AssertionError when it does not in time."""
        end = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < end, f"waited {seconds} s in vain"
            time.sleep(0.02)
        return self

    def find(self, selector: str) -> WebElement:
        """The first element of this CSS selector."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """The visible text of an element."""
        return self.find(selector).text

    def texts(self, selector: str) -> list[str]:
        """The visible texts of all elements of this selector."""
        return [element.text for element in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def click(self, selector: str) -> None:
        """Clicks an element as a mouse does."""
        self.find(selector).click()

    def place(self, entity: str) -> tuple[int, int]:
        """Where the mark of an entity is on the screen; AssertionError where it is not drawn."""
        found = self.js("return document.getElementById('canvas').placeOf(arguments[0])", entity)
        assert found, f"{entity} is not drawn"
        return round(found["x"]), round(found["y"])

    def is_drawn(self, entity: str) -> bool:
        """Whether the entity has a mark."""
        return self.js("return document.getElementById('canvas').placeOf(arguments[0]) !== null", entity) is True

    def click_mark(self, entity: str) -> None:
        """Clicks a mark with the mouse."""
        x, y = self.place(entity)
        for kind in ("mousePressed", "mouseReleased"):
            self.browser.cdp("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        time.sleep(0.05)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drags with the mouse, in a few steps as a hand does."""
        self._mouse("mousePressed", start)
        for step in (1, 2, 3, 4):
            self._mouse("mouseMoved", tuple(a + (b - a) * step // 4 for a, b in zip(start, end, strict=True)))
            time.sleep(0.02)
        self._mouse("mouseReleased", end)
        time.sleep(0.05)

    def _mouse(self, kind: str, at: tuple[int, ...]) -> None:
        self.browser.cdp(
            "Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", buttons=1, clickCount=1
        )

    def hover_mark(self, entity: str) -> None:
        """Moves the mouse onto a mark."""
        x, y = self.place(entity)
        for step in (3, 0):
            self.browser.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=x - step, y=y)

    def press(self, *keys: str) -> None:
        """Presses keys, one after the other, on whatever has the focus."""
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def focus(self) -> str:
        """The id, key or text of what has the focus."""
        found = self.js(
            "const e = document.activeElement; return e.id || e.dataset.key || e.textContent.trim() || e.tagName"
        )
        return str(found)

    def hash(self) -> str:
        """The part of the address behind `#`."""
        return str(self.js("return decodeURIComponent(location.hash)"))

    def console(self) -> list[str]:
        """Everything the console was told since the page was opened."""
        return [entry["message"] for entry in self.browser.log("browser")]

    def requests(self) -> list[str]:
        """Every address the page asked for that is not its own file."""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.log("performance")]
        asked = [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]
        sockets = [message["params"]["url"] for message in messages if message["method"] == "Network.webSocketCreated"]
        return [url for url in [*asked, *sockets] if not url.startswith(OWN)]

    def axe(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA and its best practices: "rule: target"."""
        program = resources.files("selenium_axe_python").joinpath("axe-core", "axe.min.js").read_text("utf-8")
        self.driver.execute_script(program)
        results = self.driver.execute_async_script("axe.run().then(arguments[0])")
        found = cast("list[dict[str, Any]]", results["violations"])
        return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    def picture(self, path: Path) -> Path:
        """A screenshot, written to the path."""
        assert self.driver.save_screenshot(str(path))
        return path


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is not installed; tests/run installs it"
    return found
