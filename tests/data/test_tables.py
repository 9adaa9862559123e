"""The bundled tables: keys are unique, references resolve, ids are what their rule makes them, no fact was lost."""

import csv
import hashlib
import io
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
MAPPINGS = DATA.parent / "ontology" / "mapping"
SHARED = Path(__file__).parents[3] / "shared"

Row = dict[str, str]

KEYS: dict[str, tuple[str, ...]] = {
    "accepted": ("article", "subject", "predicate", "object", "quote"),
    "agents": ("key",),
    "announcement_fields": ("id", "field"),
    "announcements": ("id",),
    "cluster_counts": ("id", "source_id"),
    "cluster_names": ("id", "name"),
    "cluster_sources": ("id", "source_id"),
    "clusters": ("id",),
    "confirmations": ("key",),
    "designation_places": ("id", "place_key"),
    "designations": ("id",),
    "development": ("id",),
    "emerging2018": ("code",),
    "enterprises": ("id",),
    "figures": ("id",),
    "grades": ("key",),
    "indicators": ("key",),
    "issuer_names": ("id", "name"),
    "issuers": ("id",),
    "judgements": ("left", "right"),
    "legal_names": ("id",),
    "list_dates": ("list_id",),
    "list_sources": ("id", "source_id"),
    "lists": ("id",),
    "measures": ("id",),
    "notes": ("node", "note"),
    "offices": ("id",),
    "place_names": ("key", "name"),
    "places": ("key",),
    "programmes": ("key",),
    "region_places": ("region_key", "place_key"),
    "sector_aliases": ("level", "code", "name"),
    "sector_directions": ("code",),
    "sector_fields": ("code",),
    "sector_mapping_sets": ("key",),
    "sector_matches": ("level", "code"),
    "sector_scheme_sources": ("key", "source_id"),
    "sector_schemes": ("key",),
    "segments": ("id",),
    "sources": ("id",),
    "counterparts": ("id", "other_id"),
    "supports": ("cluster_id", "issuer_id"),
    "ties": ("enterprise_id", "cluster_id"),
    "translations": ("node",),
    "units": ("key",),
}

REFERENCES: dict[str, dict[str, str]] = {
    "announcement_fields": {"id": "announcements.id", "field": "sector_fields.code"},
    "announcements": {"list_id": "lists.id", "issuer_id": "issuers.id"},
    "cluster_counts": {"id": "clusters.id"},
    "cluster_names": {"id": "clusters.id"},
    "cluster_sources": {"id": "clusters.id"},
    "clusters": {
        "place_key": "places.key",
        "city_code": "places.key",
        "province_code": "places.key",
        "field": "sector_fields.code",
        "direction": "sector_directions.code",
        "list_id": "lists.id",
        "confirmation": "confirmations.key",
    },
    "designation_places": {
        "id": "designations.id",
        "place_key": "places.key",
        "city_code": "places.key",
        "province_code": "places.key",
    },
    "designations": {"list_id": "lists.id"},
    "emerging2018": {"parent": "emerging2018.code", "top_of": "sector_schemes.key"},
    "figures": {"indicator": "indicators.key", "unit": "units.name"},
    "grades": {"confirms": "confirmations.key"},
    "issuer_names": {"id": "issuers.id"},
    "issuers": {"place_key": "places.key"},
    "legal_names": {"id": "enterprises.id", "confirmation": "confirmations.key"},
    "list_dates": {"list_id": "lists.id", "announcement_id": "announcements.id"},
    "list_sources": {"id": "lists.id"},
    "lists": {"issuer_id": "issuers.id", "programme": "programmes.key"},
    "measures": {"list_id": "lists.id", "issuer_id": "issuers.id"},
    "offices": {"issuer_id": "issuers.id"},
    "place_names": {"key": "places.key"},
    "places": {"parent_key": "places.key", "province_key": "places.key", "host_district": "places.key"},
    "region_places": {"region_key": "places.key", "place_key": "places.key"},
    "sector_directions": {"field": "sector_fields.code"},
    "sector_mapping_sets": {"agent": "agents.key"},
    "sector_matches": {"target": "emerging2018.code"},
    "sector_scheme_sources": {"key": "sector_schemes.key"},
    "segments": {"cluster_id": "clusters.id"},
    "sources": {"grade": "grades.key", "agent": "agents.key"},
    "supports": {"cluster_id": "clusters.id", "issuer_id": "issuers.id"},
    "ties": {"enterprise_id": "enterprises.id", "cluster_id": "clusters.id"},
}

VALUES: dict[tuple[str, str], set[str]] = {
    ("places", "level"): {"Province", "Municipality", "City", "District", "County", "Zone", "Region"},
    ("lists", "level"): {"national", "provincial", "municipal"},
    ("designations", "stage"): {"selected", "public-notice"},
    ("figures", "status"): {"actual", "target"},
    ("figures", "comparator"): {">=", "=", "~"},
    ("figures", "scope"): {"cluster", "city-industry", "list", "other"},
    ("sector_matches", "relation"): {"exactMatch", "closeMatch", "broadMatch"},
    ("segments", "position"): {"upstream", "midstream", "downstream"},
    ("units", "base_unit"): {"CNY", "1"},
    ("development", "kind"): {"DevelopmentAim", "DevelopmentPattern", "EvaluationFeature", "InnovationElement"},
    ("notes", "language"): {"zh", "en"},
    ("ties", "relation"): {"hasLeadEnterprise", "hasMember", "hasAssociatedEnterprise", "hasIndustryEnterprise"},
}

NODES = {
    "agent": "agents.key",
    "announcement": "announcements.id",
    "cluster": "clusters.id designations.id",
    "development": "development.id",
    "enterprise": "enterprises.id",
    "issuer": "issuers.id",
    "list": "lists.id",
    "measure": "measures.id",
    "office": "offices.id",
    "place": "places.key",
    "programme": "programmes.key",
    "sector/direction": "sector_directions.code",
    "sector/field": "sector_fields.code",
    "sector/mapping": "sector_mapping_sets.key",
    "sector/scheme": "sector_schemes.key",
    "segment": "segments.id",
}
"""What the relative IRIs of notes, translations and subjects are made of."""


@cache
def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _rows(path: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(_text(path), newline="")))


def table(name: str) -> list[Row]:
    return _rows(DATA / f"{name}.csv")


def column(address: str) -> set[str]:
    name, _, field = address.partition(".")
    return {row[field] for row in table(name)}


def nodes() -> set[str]:
    return {f"{kind}/{key}" for kind, addresses in NODES.items() for each in addresses.split() for key in column(each)}


def catalog() -> dict[str, list[dict[str, object]]]:
    content: dict[str, list[dict[str, object]]] = tomllib.loads(_text(DATA / "catalog.toml"))
    return content


def joins() -> Iterator[tuple[str, str, str]]:
    """Every join table of sources: (dataset, join table, key column)."""
    for dataset in catalog()["dataset"]:
        match dataset.get("sources"):
            case {"file": str(file), "key": str(key), "column": "source_id"}:
                yield str(dataset["id"]), file.removesuffix(".csv"), key


class TestForm:
    @pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.stem)
    def test_a_table_is_plain_utf8_with_minimal_quoting(self, path: Path) -> None:
        text = _text(path)
        rows = list(csv.reader(io.StringIO(text, newline="")))
        again = io.StringIO(newline="")
        csv.writer(again, lineterminator="\n").writerows(rows)
        assert again.getvalue() == text
        assert not text.startswith("\ufeff")
        assert {len(row) for row in rows} == {len(rows[0])}

    @pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.stem)
    def test_no_field_has_blanks_around_it(self, path: Path) -> None:
        assert [value for row in _rows(path) for value in row.values() if value != value.strip()] == []

    @pytest.mark.parametrize("place", sorted(VALUES), ids=".".join)
    def test_a_column_of_choices_holds_only_these(self, place: tuple[str, str]) -> None:
        assert column(".".join(place)) <= VALUES[place]

    def test_numbers_are_decimal(self) -> None:
        numbers = (
            column("figures.value") | column("units.factor") | column("places.longitude") | column("places.latitude")
        )
        assert [number for number in numbers - {""} if not re.fullmatch(r"\d+(\.\d+)?", number)] == []

    def test_dates_are_w3cdtf(self) -> None:
        dates = column("list_dates.announced") | column("ties.as_of")
        assert [date for date in dates - {""} if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", date)] == []


class TestCatalog:
    def test_every_table_is_a_dataset_or_names_the_sources_of_one(self) -> None:
        files = {f"{dataset['file']}" for dataset in catalog()["dataset"]} | {f"{join}.csv" for _, join, _ in joins()}
        decided = tomllib.loads(_text(DATA / "catalog.toml"))["judgements"]
        files |= {decided["file"], decided["accepted"]}
        assert files == {path.name for path in DATA.glob("*.csv")} == {f"{name}.csv" for name in KEYS}

    def test_judgements_are_about_something_known_under_its_name(self) -> None:
        assert column("judgements.left") | column("judgements.right") <= nodes()
        named = {f"enterprise/{row['id']}": row["name"] for row in table("enterprises")}
        for row in table("judgements"):
            for side in ("left", "right"):
                assert named.get(row[side]) == row[f"{side}_name"]

    def test_every_dataset_has_its_own_mapping(self) -> None:
        mappings = [str(dataset["mapping"]) for dataset in catalog()["dataset"]]
        assert len(set(mappings)) == len(mappings)
        assert [name for name in mappings if not (MAPPINGS / name).is_file()] == []

    def test_a_dataset_with_evidence_says_where_its_sources_stand(self) -> None:
        joined = {dataset for dataset, _, _ in joins()}
        for dataset in catalog()["dataset"]:
            name = str(dataset["id"])
            if dataset["evidence"] == "statement":
                assert name in joined or str(dataset["source"]) in table(name)[0]

    def test_every_article_is_a_restatement_and_a_source(self) -> None:
        grades = {row["id"]: (row["grade"], row["address"]) for row in table("sources")}
        articles = {str(article["id"]): str(article["file"]) for article in catalog()["article"]}
        assert articles
        assert {name: grades[name] for name in articles} == {
            name: ("restatement", file) for name, file in articles.items()
        }
        assert {path.name for path in (DATA / "articles").iterdir()} == {Path(file).name for file in articles.values()}


class TestKeys:
    @pytest.mark.parametrize("name", sorted(KEYS))
    def test_keys_are_unique_and_never_empty(self, name: str) -> None:
        keys = [tuple(row[field] for field in KEYS[name]) for row in table(name)]
        assert [key for key, count in Counter(keys).items() if count > 1] == []
        assert [key for key in keys if not all(key)] == []

    @pytest.mark.parametrize(
        ("name", "field"), [(name, field) for name in sorted(REFERENCES) for field in REFERENCES[name]]
    )
    def test_a_reference_resolves(self, name: str, field: str) -> None:
        assert column(f"{name}.{field}") - {""} <= column(REFERENCES[name][field])

    @pytest.mark.parametrize("name", sorted(KEYS))
    def test_a_source_is_known(self, name: str) -> None:
        cited = {row["source_id"] for row in table(name) if "source_id" in row}
        assert cited - {""} <= column("sources.id") - {"unsourced"}

    @pytest.mark.parametrize(("dataset", "join", "key"), list(joins()))
    def test_a_join_table_names_rows_of_its_dataset(self, dataset: str, join: str, key: str) -> None:
        assert column(f"{join}.{key}") <= column(f"{dataset}.{key}")
        assert "" not in column(f"{join}.source_id")

    def test_notes_and_translations_are_about_something_known(self) -> None:
        assert column("notes.node") | column("translations.node") <= nodes()

    def test_a_translated_sector_is_named_as_a_concept_too(self) -> None:
        for row in table("translations"):
            is_sector = row["node"].startswith(("sector/field/", "sector/direction/"))
            assert row["concept"] == (row["node"] if is_sector else "")

    def test_subjects_are_known(self) -> None:
        subjects = {f"{row['subject_type']}/{row['subject']}" for row in [*table("figures"), *table("development")]}
        assert subjects <= nodes()

    def test_matches_and_aliases_are_of_known_sectors(self) -> None:
        sectors = {
            f"sector/{row['level']}/{row['code']}" for row in [*table("sector_matches"), *table("sector_aliases")]
        }
        assert sectors <= nodes()

    def test_a_designation_is_named_by_its_list_and_the_hash_of_what_is_printed(self) -> None:
        for row in table("designations"):
            digest = hashlib.sha1(row["printed_name"].encode("utf-8"), usedforsecurity=False).hexdigest()
            assert row["id"] == f"{row['list_id']}-{digest[:10]}"

    def test_every_designation_has_a_place(self) -> None:
        assert column("designation_places.id") == column("designations.id")


class TestPlaces:
    def test_a_code_is_the_key_of_an_administrative_division_and_of_nothing_else(self) -> None:
        for row in table("places"):
            assert row["code"] == ("" if row["level"] in {"Zone", "Region"} else row["key"])

    def test_codes_agree_with_level_and_province(self) -> None:
        levels = {row["key"]: row["level"] for row in table("places")}
        for row in table("places"):
            if row["province_key"]:
                assert levels[row["province_key"]] in {"Province", "Municipality"}
            if row["code"] and row["province_key"]:
                assert row["code"][:2] == row["province_key"][:2]
            assert row["code"].endswith("00") == (row["level"] in {"Province", "Municipality", "City"})

    def test_city_and_province_of_a_place_are_those_above_it(self) -> None:
        places = {row["key"]: row for row in table("places")}
        for row in [*table("clusters"), *table("designation_places")]:
            place = places[row["place_key"]]
            above = {place["key"], place["parent_key"], place["province_key"]}
            assert {row["city_code"], row["province_code"]} - {""} <= above

    def test_points_come_in_pairs(self) -> None:
        assert [row["key"] for row in table("places") if bool(row["longitude"]) != bool(row["latitude"])] == []


class TestCounts:
    def test_the_first_list(self) -> None:
        clusters = table("clusters")
        assert len(clusters) == 66
        assert len({row["city_code"] for row in clusters}) == 44
        fields = {"it": 23, "biomedicine": 17, "materials": 14, "equipment": 9, "environment": 3}
        assert Counter(row["field"] for row in clusters) == fields
        assert {row["list_id"] for row in clusters} == {"ndrc-strategic-1"}

    def test_shandong(self) -> None:
        shandong = {row["id"] for row in table("clusters") if row["province_code"] == "370000"}
        assert len(shandong) == 7
        assert column("supports.cluster_id") == shandong

    def test_sectors(self) -> None:
        tops = [row for row in table("emerging2018") if not row["parent"]]
        assert (len(table("sector_fields")), len(table("sector_directions"))) == (5, 12)
        assert (len(tops), len(table("emerging2018")) - len(tops)) == (9, 40)
        assert all(bool(row["parent"]) != bool(row["top_of"]) for row in table("emerging2018"))

    def test_every_sector_of_the_list_is_matched_by_this_project(self) -> None:
        matched = {f"{row['level']}/{row['code']}" for row in table("sector_matches")}
        own = {f"field/{code}" for code in column("sector_fields.code")}
        own |= {f"direction/{code}" for code in column("sector_directions.code")}
        assert matched == own
        assert len(own) == 17
        assert column("sector_matches.source_id") == {"curation"}

    def test_no_list_holds_more_than_its_size(self) -> None:
        held = Counter(row["list_id"] for row in [*table("clusters"), *table("designations")])
        for row in table("lists"):
            assert held[row["id"]] <= int(row["size"])


class TestHonesty:
    def test_only_a_confirmed_legal_name_has_a_source(self) -> None:
        for row in table("legal_names"):
            assert (row["confirmation"] == "confirmed") == bool(row["source_id"])
            assert row["confirmation"] in {"confirmed", "unconfirmed"}

    def test_a_confirmed_name_of_a_cluster_has_a_source_and_no_other_has(self) -> None:
        backed = column("cluster_sources.id")
        for row in table("clusters"):
            assert (row["confirmation"] in {"confirmed", "confirmed-by-repost"}) == (row["id"] in backed)

    def test_the_best_source_of_a_name_is_what_its_confirmation_says(self) -> None:
        confirms = {row["key"]: row["confirms"] for row in table("grades")}
        grades = {row["id"]: confirms[row["grade"]] for row in table("sources")}
        best: dict[str, set[str]] = {}
        for row in table("cluster_sources"):
            best.setdefault(row["id"], set()).add(grades[row["source_id"]])
        for row in table("clusters"):
            if row["id"] in best:
                assert row["confirmation"] == ("confirmed" if "confirmed" in best[row["id"]] else "confirmed-by-repost")

    def test_the_date_of_the_first_list_has_no_source(self) -> None:
        dates = {row["list_id"]: (row["announced"], row["source_id"]) for row in table("list_dates")}
        assert dates["ndrc-strategic-1"] == ("2019-10", "")

    def test_a_restatement_and_this_project_confirm_nothing(self) -> None:
        confirms = {row["key"]: row["confirms"] for row in table("grades")}
        assert {confirms[grade] for grade in ("restatement", "curation", "none")} == {"unconfirmed"}
        assert set(confirms) == column("sources.grade")

    def test_a_restatement_backs_no_row(self) -> None:
        cited = {row["source_id"] for name in KEYS for row in table(name) if "source_id" in row}
        assert [source for source in cited if source.startswith("restatement")] == []

    def test_enterprises_of_one_short_name_stay_apart_and_say_why(self) -> None:
        short = Counter(row["name"] for row in table("enterprises"))
        twins = {f"enterprise/{row['id']}" for row in table("enterprises") if short[row["name"]] > 1}
        assert twins == {"enterprise/e146", "enterprise/e180"}
        assert twins <= column("notes.node")

    def test_what_we_read_into_an_abbreviation_is_marked_as_ours(self) -> None:
        printed = {row["id"]: row["printed_name"] for row in table("designations")}
        names = {row["key"]: row["name"] for row in table("places")}
        for row in table("designation_places"):
            whole = names[row["place_key"]].removesuffix("市").removesuffix("区")
            name = re.sub(r"[()]", "", printed[row["id"]])
            assert whole in name or row["source_id"] in {"curation", "s115"}


@pytest.mark.shared
class TestFacts:
    """Every fact that the tables were curated from stands in them."""

    def facts(self, name: str) -> list[Row]:
        return _rows(SHARED / "facts" / f"{name}.csv")

    def test_clusters(self) -> None:
        facts = self.facts("clusters")
        same = list(table("clusters")[0])
        assert _select(table("clusters"), same) == _select(facts, same)
        for field, kept in (("name_source_ids", "cluster_sources"), ("count_source_ids", "cluster_counts")):
            assert _pairs(facts, "id", field) == _select(table(kept), ["id", "source_id"])
        assert _pairs(facts, "id", "alt_names", "|") == _select(table("cluster_names"), ["id", "name"])
        assert {(f"cluster/{row['id']}", row["note"]) for row in facts if row["note"]} <= self.noted()

    def noted(self) -> set[tuple[str, ...]]:
        return _select(table("notes"), ["node", "note"])

    def test_enterprises(self) -> None:
        facts = self.facts("enterprises")
        assert _select(table("enterprises"), ["id", "name", "source_id"]) == _select(
            facts, ["id", "short_name", "source_id"]
        )
        named = [row for row in facts if row["legal_name"]]
        legal = _select(table("legal_names"), ["id", "legal_name", "confirmation"])
        assert legal == _select(named, ["id", "legal_name", "legal_name_confirmation"])
        tied = {"leader": "hasLeadEnterprise", "member": "hasMember", "": "hasAssociatedEnterprise"}
        expected = {
            (
                row["id"],
                row["cluster_id"],
                "hasIndustryEnterprise" if row["tie"] == "industry" else tied[row["role"]],
                row["as_of"],
                row["source_id"],
            )
            for row in facts
        }
        assert _select(table("ties"), ["enterprise_id", "cluster_id", "relation", "as_of", "source_id"]) == expected

    def test_figures(self) -> None:
        facts = self.facts("figures")
        assert _select(table("figures"), list(facts[0])) == _select(facts, list(facts[0]))
        assert {row["id"] for row in table("figures") if row["rank"]} == {"f003"}

    def test_places(self) -> None:
        kept = {row["key"]: row for row in table("places")}
        for row in self.facts("places"):
            place = kept[row["key"]]
            for field in ("code", "name", "longitude", "latitude"):
                assert place[field] == row[field]
            assert place["level"].lower() == row["level"]
            assert (place["province_key"] or place["key"]) == row["province_key"]
            assert (place["host_district"] or place["parent_key"]) == row["parent_key"]
            assert not row["note"] or any(node == f"place/{row['key']}" for node, _ in self.noted())

    def test_sectors(self) -> None:
        names = {f"field/{row['code']}": (row["name_zh"], "") for row in table("sector_fields")}
        names |= {
            f"direction/{row['code']}": (row["name_zh"], f"field/{row['field']}") for row in table("sector_directions")
        }
        facts = self.facts("sectors")
        assert names == {row["key"]: (row["name_zh"], row["parent"]) for row in facts}
        matches = {
            (f"{row['level']}/{row['code']}", f"{row['relation']} {row['target']}") for row in table("sector_matches")
        }
        assert matches == _select(facts, ["key", "match_2018"])
        aliases = {(f"{row['level']}/{row['code']}", row["name"]) for row in table("sector_aliases")}
        assert aliases == _pairs(facts, "key", "alt_zh", "|")
        english = {(f"sector/{row['key']}", row["name_en"]) for row in facts}
        assert english <= _select(table("translations"), ["node", "name_en"])
        same = ["code", "name", "parent"]
        assert _select(table("emerging2018"), same) == _select(self.facts("emerging2018"), same)

    def test_lists(self) -> None:
        issuers = {row["id"]: row["name"] for row in table("issuers")} | {"": ""}
        dates = {row["list_id"]: row["announced"] for row in table("list_dates")}
        kept = {
            (
                row["id"],
                row["name"],
                issuers[row["issuer_id"]],
                row["level"],
                row["programme"],
                dates[row["id"]],
                row["size"],
            )
            for row in table("lists")
        }
        facts = self.facts("lists")
        assert kept == _select(facts, ["id", "name", "issuer", "level", "programme", "announced", "size"])
        short = {(f"list/{row['id']}", row["note"]) for row in facts if row["note"] and row["id"] != "ndrc-strategic-1"}
        assert short <= self.noted()
        about_first = " ".join(note for node, note in self.noted() if node == "list/ndrc-strategic-1")
        for words in ("关于加快推进战略性新兴产业产业集群建设有关工作的通知", "发改高技〔2019〕1473号", "unconfirmed"):
            assert words in about_first

    def test_designations(self) -> None:
        kept = _select(table("designations"), ["list_id", "printed_name", "source_id"])
        assert kept == _select(self.facts("designations"), ["list_id", "name", "source_id"])

    def test_sources(self) -> None:
        kept = _select(table("sources"), ["id", "kind", "grade", "address", "note"])
        assert _select(self.facts("sources"), ["id", "kind", "grade", "locator", "note"]) <= kept

    def test_the_statements_of_the_seed(self) -> None:
        facts = Counter(row["subject"] for row in self.facts("seed_statements"))
        assert len(table("measures")) == facts["measure"] == 9
        kinds = {"DevelopmentAim": 3, "DevelopmentPattern": 4, "EvaluationFeature": 4, "InnovationElement": 5}
        assert Counter(row["kind"] for row in table("development")) == kinds
        parts = {row["name"] for row in table("development")} | {row["name"] for row in table("segments")}
        parts |= column("offices.name") | column("segments.industry")
        for row in self.facts("seed_statements"):
            if row["statement"] in _SPLIT_INTO_PARTS or row["subject"] == "aim":
                printed = row["statement"] if row["subject"] == "aim" else row["value"]
                words = re.sub(r"\(.*?\)|:", "", printed).split()
                assert set(words) <= parts
        assert column("announcement_fields.field") == column("sector_fields.code")


_SPLIT_INTO_PARTS = {
    "innovation system",
    "chain segments covered",
    "development pattern",
    "evaluation system to be built",
    "spoke for",
}


@pytest.mark.shared
class TestNothingIsCopied:
    """Facts are free, sentences are not: nothing here repeats the article."""

    LENGTH = 20

    def seed(self) -> str:
        """The article with every name of our tables cut out of it."""
        text = _plain(_text(SHARED / "articles" / "seed.txt"))
        for name in sorted(self.names(), key=len, reverse=True):
            text = text.replace(_plain(name), "\n")
        return text

    def names(self) -> Iterable[str]:
        names = column("clusters.name") | column("sources.name") | column("programmes.name") | column("lists.name")
        return names - {""}

    @pytest.mark.parametrize(
        "path", [*sorted(DATA.glob("*.csv")), *sorted((DATA / "articles").iterdir())], ids=lambda path: path.stem
    )
    def test_no_run_of_the_article_stands_in_a_file(self, path: Path) -> None:
        ours = _plain(_text(path))
        seed = self.seed()
        runs = {seed[at : at + self.LENGTH] for at in range(len(seed) - self.LENGTH + 1)}
        assert [run for run in runs if "\n" not in run and run in ours] == []


def _select(rows: list[Row], fields: list[str]) -> set[tuple[str, ...]]:
    """The rows as tuples of these fields; rows are all different, so that a set loses none."""
    chosen = {tuple(row[field] for field in fields) for row in rows}
    assert len(chosen) == len(rows)
    return chosen


def _pairs(rows: list[Row], key: str, field: str, separator: str | None = None) -> set[tuple[str, ...]]:
    """Every value of a field that holds several, with the key of its row."""
    return {(row[key], value) for row in rows for value in row[field].split(separator) if value}


def _plain(text: str) -> str:
    """Text in which the width of punctuation makes no difference."""
    return unicodedata.normalize("NFKC", text)
