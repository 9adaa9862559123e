"""A project with articles: the bundled catalog with a few rows of its tables, and the articles that a test gives."""

import csv
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
Row = Mapping[str, str]

DATASETS = (
    *("confirmations", "grades", "sources", "agents", "places", "sector_schemes", "sector_fields", "sector_directions"),
    *("sector_aliases", "programmes", "issuers", "issuer_names", "lists", "clusters"),
    *("designations", "designation_places", "supports", "enterprises", "legal_names", "ties"),
    *("units", "indicators", "figures"),
)
FIRMS, LISTS = {"e001", "e002", "e003", "e004"}, {"ndrc-strategic-1", "shandong-strategic-1"}
KEPT: Mapping[str, Callable[[Row], bool]] = {
    "clusters.csv": lambda row: row["province_code"] == "370000",
    "cluster_sources.csv": lambda row: row["id"].startswith("ndrc1-37"),
    "designations.csv": lambda row: row["list_id"] in LISTS,
    "designation_places.csv": lambda row: row["id"].startswith("shandong-strategic-1-"),
    "enterprises.csv": lambda row: row["id"] in FIRMS,
    "legal_names.csv": lambda row: row["id"] in FIRMS,
    "ties.csv": lambda row: row["enterprise_id"] in FIRMS,
    "lists.csv": lambda row: row["id"] in LISTS,
    "list_sources.csv": lambda row: row["id"] in LISTS,
    "places.csv": lambda row: row["province_key"] == "370000" or row["key"] in {"370000", "410000"},
    "sector_schemes.csv": lambda row: row["key"] == "ndrc66",
    "sector_scheme_sources.csv": lambda row: row["key"] == "ndrc66",
    "judgements.csv": lambda row: {row["left"], row["right"]} <= {f"enterprise/{firm}" for firm in FIRMS},
    "supports.csv": lambda row: row["cluster_id"].startswith("ndrc1-37"),
    "figures.csv": lambda row: row["subject"] in {"ndrc1-370600-structmat", "ndrc1-370100-itservice", "370000"},
}


def write_project(folder: Path, articles: Mapping[str, bytes], grade: str = "news") -> Path:
    """Writes the project with these articles (name of the file -> its bytes) and returns its folder.

    The source of an article is the name of its file without the ending.
    """
    data = folder / "data"
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    (data / "articles").mkdir(parents=True)
    head, *blocks = (ROOT / "data" / "catalog.toml").read_text("utf-8").partition("[[article]]")[0].split("[[dataset]]")
    kept = [block for block in blocks if block.split('"')[1] in DATASETS]
    head, *names = head.split("[[reading.names]]")
    *names, last = names
    last, _, rest = last.partition("\n\n\n")
    names = [name for name in (*names, last) if name.split('dataset = "')[1].split('"')[0] in DATASETS]
    head += "".join(f"[[reading.names]]{name}\n" for name in names) + rest
    head = head.replace('expectations = "expectations.toml"\n', "")
    named = "".join(
        f'[[article]]\nid = "{Path(name).stem}"\nfile = "articles/{name}"\ndate = 2024-05-06\n\n' for name in articles
    )
    (data / "catalog.toml").write_text(
        head + "".join(f"[[dataset]]{block}" for block in kept) + named, "utf-8", newline="\n"
    )
    for path in (ROOT / "data").glob("*.csv"):
        _copy(path, data / path.name)
    with (data / "sources.csv").open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([Path(name).stem, "text", grade, name, "", "", ""] for name in articles)
    for name, content in articles.items():
        (data / "articles" / name).write_bytes(content)
    return folder


def _copy(source: Path, target: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    keep = KEPT.get(source.name, _every)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(row for row in rows if keep(dict(zip(header, row, strict=True))))


def _every(_: Row) -> bool:
    return True
