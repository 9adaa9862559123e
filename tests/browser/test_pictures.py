"""Pictures of the page in its main states, to be looked at; the test sees that each of them shows something.

They are written to the folder that CLUSTER_KG_PICTURES names, else to pytest's temporary folder.
"""

import os
import struct
import zlib
from pathlib import Path

import pytest

from tests.browser.chromium import DESKTOP, PHONE, Browser

pytestmark = pytest.mark.slow

YANTAI = "n=cluster/ndrc1-370600-structmat"
PICTURES = {
    "overview": ("", DESKTOP, False),
    "by-field": ("by=field", DESKTOP, False),
    "cluster": (YANTAI, DESKTOP, False),
    "province": ("province=place/370000", DESKTOP, False),
    "path": ("path=enterprise/e003&path=cluster/ndrc1-440300-ai", DESKTOP, False),
    "table": ("view=table", DESKTOP, False),
    "dark": ("", DESKTOP, True),
    "dark-cluster": (YANTAI, DESKTOP, True),
    "english": ("lang=en", DESKTOP, False),
    "english-cluster": (f"{YANTAI}&lang=en", DESKTOP, False),
    "phone": ("", PHONE, False),
    "phone-by-field": ("by=field", PHONE, False),
    "phone-cluster": (YANTAI, PHONE, False),
    "phone-table": ("view=table", PHONE, False),
    "phone-dark": (YANTAI, PHONE, True),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(browser: Browser, graph_page: Path, tmp_path: Path, name: str) -> None:
    fragment, size, dark = PICTURES[name]
    folder = Path(os.environ.get("CLUSTER_KG_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    page = browser.open(graph_page, fragment, size=size, dark=dark)
    path = page.picture(folder / f"{name}.png")
    assert struct.unpack(">II", path.read_bytes()[16:24]) == size
    assert shades(path) > 12


def shades(path: Path) -> int:
    """How many different bytes the unpacked picture has: an empty page has hardly any."""
    data, place, packed = path.read_bytes(), 8, b""
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + length]
        place += length + 12
    return len(set(zlib.decompress(packed)))
