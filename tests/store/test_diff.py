"""The difference of two graphs: exactly what only one of them says, and a patch that makes one into the other."""

import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KgError, NotFoundError, PublishError, ReadError
from kg.store import diff as diff_module
from kg.store import lines as lines_module
from kg.store.blank import BlankLines
from kg.store.counts import Counts, count_changes
from kg.store.diff import Side, compare, patch
from kg.store.lines import sort_lines, split_line
from tests.store.releases import lines_of, write_part, write_release

XSD = "http://www.w3.org/2001/XMLSchema#"


def changes(before: Path, after: Path) -> list[str]:
    with compare(Side.find(before), Side.find(after)) as difference:
        found = [f"{change.sign} {change.line.decode()}" for change in difference.changes()]
        assert difference.count == len(found)
        return found


def patched(before: Path, after: Path, start: Path) -> set[str]:
    """The statements of the store of `start`, after the patch was applied to it."""
    store = ox.Store()
    for quad in ox.Store.read_only(str(start / "store")):
        store.add(quad)
    with compare(Side.find(before), Side.find(after)) as difference:
        apply_patch(store, patch(difference))
    return set(map(str, store))


def apply_patch(store: ox.Store, lines: Iterable[str]) -> None:
    """What another store does with an RDF Patch."""
    seen = []
    for line in lines:
        operation, _, rest = line.partition(" ")
        seen.append(operation)
        if operation in {"A", "D"}:
            [quad] = ox.parse(rest, ox.RdfFormat.N_QUADS)
            (store.add if operation == "A" else store.remove)(quad)
    body = [operation for operation in seen if operation not in {"#", "H"}]
    assert body[0] == "TX"
    assert body[-1] == "TC"


LITERALS = st.one_of(
    st.sampled_from(["1", "1.0", "1.00", "1.50", "1.5", "01"]).map(lambda text: f'"{text}"^^<{XSD}decimal>'),
    st.sampled_from(["甲", "a _:b", "x <y> .", 'q"q', "tab\tline\n", "<z>"]).map(lambda text: str(ox.Literal(text))),
    st.sampled_from(["甲", "a"]).map(lambda text: str(ox.Literal(text, language="zh"))),
)
NODES = st.sampled_from(["<https://example.org/a>", "<https://example.org/ab>", "<https://example.org/中>"])
GRAPHS = st.sampled_from(["", " <https://example.org/graph/provenance>", " <https://example.org/g>"])
LINES = st.builds(
    lambda s, p, o, g: f"{s} {p} {o}{g} .".encode(), NODES, NODES, st.one_of(LITERALS, LITERALS, NODES), GRAPHS
)
PARTS = st.dictionaries(st.sampled_from(["towns", "places", "x"]), st.sets(LINES, min_size=1, max_size=8), min_size=1)


@pytest.mark.slow
@settings(max_examples=60)
@given(PARTS, PARTS, st.sets(LINES, max_size=6), st.sampled_from([diff_module.LARGE, 0]))
def test_the_patch_of_two_releases_makes_one_into_the_other(
    one: dict[str, set[bytes]], two: dict[str, set[bytes]], common: set[bytes], large: int
) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch_:
        patch_.setattr(diff_module, "LARGE", large)
        folder = Path(name)
        shared = {"common": sorted(common)} if common else {}
        before, after = (
            write_release(folder / key, {part: sorted(lines) for part, lines in parts.items()} | shared)
            for key, parts in (("before", one), ("after", two))
        )
        old, new = ({line for lines in parts.values() for line in lines} | common for parts in (one, two))
        expected = [("-", line) for line in old - new] + [("+", line) for line in new - old]
        found = changes(before, after)
        assert sorted(found) == sorted(f"{sign} {line.decode()}" for sign, line in expected)
        assert patched(before, after, before) == set(map(str, ox.Store.read_only(str(after / "store"))))


@given(st.sets(LINES, max_size=12), st.sets(LINES, max_size=12))
def test_the_patch_of_two_files_makes_one_into_the_other(one: set[bytes], two: set[bytes]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        stores = []
        for key, lines in (("a.nq", one), ("b.nq", two)):
            (folder / key).write_bytes(b"\n".join(lines))
            stores.append(ox.Store())
            stores[-1].load(path=folder / key, format=ox.RdfFormat.N_QUADS)
        with compare(Side.find(folder / "a.nq"), Side.find(folder / "b.nq")) as difference:
            apply_patch(stores[0], patch(difference))
            if not difference.facts_only:
                assert set(map(str, stores[0])) == set(map(str, stores[1]))


def test_a_number_that_is_only_spelt_otherwise_survives_the_patch(tmp_path: Path) -> None:
    before = write_release(tmp_path / "before", {"x": lines_of("<a> ckg:value 1.50 , 1.5 , 2.0 .")})
    after = write_release(tmp_path / "after", {"x": lines_of("<a> ckg:value 1.5 , 2.00 .")})
    assert [line[0] + line.split('"')[1] for line in changes(before, after)] == ["-1.50", "-2.0", "+2.00"]
    assert patched(before, after, before) == set(map(str, ox.Store.read_only(str(after / "store"))))


def test_parts_of_equal_name_are_not_read(tmp_path: Path) -> None:
    same = lines_of("<a> rdfs:label 'a' .")
    before = write_release(tmp_path / "before", {"same": same, "x": lines_of("<b> rdfs:label 'b' .")})
    after = write_release(tmp_path / "after", {"same": same, "x": lines_of("<b> rdfs:label 'c' .")})
    for folder in (before, after):
        next((folder / "parts").glob("same-*")).write_bytes(b"what nobody reads cannot hurt")
    assert [line[0] for line in changes(before, after)] == ["-", "+"]


def test_what_another_part_still_says_is_not_gone(tmp_path: Path) -> None:
    twice = lines_of("<a> a ckg:Place .")
    more = lines_of("<a> a ckg:Place ; rdfs:label 'a' .")
    before = write_release(tmp_path / "before", {"same": twice, "x": more})
    after = write_release(tmp_path / "after", {"same": twice, "x": lines_of("<c> a ckg:Place .")})
    assert len(changes(before, after)) == 2
    assert len(changes(after, before)) == 2


def test_parts_in_no_order_are_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "RUN", 3)
    lines = lines_of("\n".join(f"<a{number}> rdfs:label 'a' ." for number in range(20)))
    before = write_release(tmp_path / "before", {"x": lines[::-1]})
    after = write_release(tmp_path / "after", {"x": [*lines[10:], *lines[:9]]})
    assert changes(before, after) == [f"- {lines[9].decode()}"]


def test_sorting_takes_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "RUN", 2_000)
    lines = (f"line {number * 7919 % 60_000:06} {'x' * 100}".encode() for number in range(60_000))
    tracemalloc.start()
    ordered = sort_lines(lines, tmp_path)
    first = next(ordered)
    count = 1 + sum(1 for _ in ordered)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (first[:11], count) == (b"line 000000", 60_000)
    assert peak < 4_000_000
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("x.ttl", ox.RdfFormat.TURTLE),
        ("x.nt.gz", ox.RdfFormat.N_TRIPLES),
        ("x.nt.zst", ox.RdfFormat.N_TRIPLES),
        ("x.rdf", ox.RdfFormat.RDF_XML),
        ("x.jsonld", ox.RdfFormat.JSON_LD),
    ],
)
def test_a_file_of_facts_is_compared_with_the_facts_of_a_release(tmp_path: Path, name: str, form: ox.RdfFormat) -> None:
    import gzip

    trig = "<a> a ckg:Place ; rdfs:label '甲\\n'@zh ; ckg:value 1.50 . GRAPH <graph/provenance> { <c> a ckg:Claim . }"
    folder = write_release(tmp_path / "release", {"x": lines_of(trig)})
    triples = [
        quad.triple for quad in ox.Store.read_only(str(folder / "store")) if quad.graph_name == ox.DefaultGraph()
    ]
    text = ox.serialize(triples, format=form) or b""
    text = text.replace(b'"1.5"', b'"1.50"').replace(b">1.5<", b">1.50<").replace(b" 1.5 ", b" 1.50 ")
    packers: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstandard.compress}
    (tmp_path / name).write_bytes(packers.get(Path(name).suffix, bytes)(text))
    with compare(Side.find(folder), Side.find(tmp_path / name)) as difference:
        assert difference.facts_only
        assert [change.line for change in difference.changes() if b"value" not in change.line] == []


def test_the_label_of_a_blank_node_means_nothing(tmp_path: Path) -> None:
    one, two = tmp_path / "one.ttl", tmp_path / "two.nt"
    one.write_text("<http://x/a> <http://x/p> [ <http://x/p> 'b', [ <http://x/p> 'c' ] ] , ('d' 'e' 'f') .")
    triples = [quad.triple for quad in ox.parse(one.read_bytes(), ox.RdfFormat.TURTLE, rename_blank_nodes=True)]
    two.write_bytes(ox.serialize(reversed(triples), format=ox.RdfFormat.N_TRIPLES) or b"")
    assert changes(one, two) == []
    two.write_bytes(two.read_bytes().replace(b'"e"', b'"E"'))
    with compare(Side.find(one), Side.find(two)) as difference:
        assert 0 < difference.unnamed == difference.count
        text = list(patch(difference))
    assert text[0] == f"# left out: {difference.unnamed} statements with nodes without a name"
    assert not [line for line in text if line.startswith(("A", "D"))]


def test_blank_nodes_in_a_circle_get_names_that_do_not_hang_on_labels() -> None:
    def named(*labels: str) -> set[bytes]:
        blank = BlankLines()
        a, b, c = labels
        for line in (f"_:{a} <p> _:{b} .", f"_:{b} <p> _:{a} .", f'_:{b} <q> "b _:a" .', f"<s> <p> _:{c} <g> ."):
            assert blank.taken(line.encode())
        assert not blank.taken(b'<s> <p> "_:a" .')
        return blank.named()

    assert named("x", "y", "z") == named("k", "l", "m")


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        (b"<s> <p> <o> .", (b"<s>", b"<p>", b"<o>", b"")),
        (b"<s> <p> <o> <g> .", (b"<s>", b"<p>", b"<o>", b"<g>")),
        (b'<s> <p> "a <g>" .', (b"<s>", b"<p>", b'"a <g>"', b"")),
        (b'<s> <p> "a <g"^^<d> .', (b"<s>", b"<p>", b'"a <g"^^<d>', b"")),
        (b'<s> <p> "a b"^^<d> <g> .', (b"<s>", b"<p>", b'"a b"^^<d>', b"<g>")),
        (b'_:a <p> "a _:b"@en _:g .', (b"_:a", b"<p>", b'"a _:b"@en', b"_:g")),
    ],
)
def test_a_line_has_these_terms(line: bytes, terms: tuple[bytes, ...]) -> None:
    assert split_line(line) == terms


def test_it_counts_entities_facts_and_claims(tmp_path: Path) -> None:
    spoken = "<claim/1> rdf:predicate {0} ; ckg:locator <data/x.csv#row={1}> . <spot/1> ckg:start {1}"
    claim = f"GRAPH <graph/provenance> {{{{ {spoken} }}}}"
    terms = "GRAPH <graph/ontology> { ckg:City rdfs:subClassOf ckg:Place } "
    before = write_release(
        tmp_path / "before",
        {
            "x": lines_of("<a> a ckg:Place ; rdfs:label 'a' . <gone> a ckg:Place ." + claim.format("rdfs:label", 2)),
            "t": lines_of(terms),
        },
    )
    after = write_release(
        tmp_path / "after",
        {
            "x": lines_of(
                "<a> a ckg:Place ; rdfs:label 'b' . <new> a ckg:City, ckg:Place ." + claim.format("rdfs:label", 3)
            ),
            "t": lines_of(terms + "GRAPH <graph/ontology> { ckg:City rdfs:label 'city' } GRAPH <g> { <s> <p> <o> }"),
        },
    )
    with compare(Side.find(before), Side.find(after)) as difference:
        counts = count_changes(difference)
    assert counts.to_json() == {
        "entities": {"added": 1, "removed": 1, "changed": 1},
        "facts": {"added": 3, "removed": 2},
        "claims": {"changed": 1},
        "ontology": {"added": 1},
        "other": {"added": 1},
        "classes": {
            "https://w3id.org/cluster-kg/ontology#City": {"entities": {"added": 1}, "facts": {"added": 2}},
            "https://w3id.org/cluster-kg/ontology#Place": {
                "entities": {"removed": 1, "changed": 1},
                "facts": {"added": 1, "removed": 2},
            },
        },
    }
    assert Counts.from_json(counts.to_json()) == counts


def test_no_difference_is_none(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "r", {"x": lines_of("<a> a ckg:Place .")})
    with compare(Side.find(folder), Side.find(folder)) as difference:
        assert difference.count == 0
        assert not count_changes(difference)


def test_what_is_no_rdf_is_said(tmp_path: Path) -> None:
    good = tmp_path / "good.nt"
    good.touch()
    for name, content, problem in (
        ("a.csv", b"", "no RDF format has the ending"),
        ("a.nt", b"\xff\xfe\x00", "is not valid N-Triples"),
        ("a.nt.gz", b"abc", "cannot be read"),
        ("a.nq.zst", zstandard.compress(b"<http://x/a> <http://x/b> <http://x/c> .\n" * 9)[:-5], "too early"),
        ("a.jsonld", b'{"@context": "https://example.org/context"}', "is not valid JSON-LD"),
        ("a.rdf", b"<a></b>", "is not valid RDF/XML"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ReadError, match=problem), compare(Side.find(good), Side.find(tmp_path / name)):
            pass
    with pytest.raises(NotFoundError):
        Side.find(tmp_path / "nothing.nt")
    with pytest.raises(NotFoundError):
        Side.find(tmp_path)


def test_a_damaged_release_is_said(tmp_path: Path) -> None:
    good = write_release(tmp_path / "good", {"x": lines_of("<a> a ckg:Place .")})

    def bad(name: str) -> Path:
        return write_release(tmp_path / name, {"y": lines_of("<b> a ckg:Place . <c> a ckg:Place .")})

    cut, emptied, garbage = bad("cut"), bad("emptied"), bad("garbage")
    part = next((cut / "parts").iterdir())
    part.write_bytes(part.read_bytes()[:-6])
    for one in (emptied / "parts").iterdir():
        one.unlink()
    next((garbage / "parts").iterdir()).unlink()
    write_part(garbage / "parts", "y", [b"no statement"])
    for folder in (cut, emptied, garbage):
        with pytest.raises(PublishError, match="the release is damaged"), compare(Side.find(good), Side.find(folder)):
            pass
    short = write_part(emptied / "parts", "y", [b"<a> <b> <c> ."])
    short.rename(short.with_name(short.name.replace("y-1-", "y-5-")))
    with pytest.raises(PublishError, match="1 lines, not 5"), compare(Side.find(good), Side.find(emptied)):
        pass


def test_damaged_large_parts_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff_module, "LARGE", 0)
    test_a_damaged_release_is_said(tmp_path)


def test_blank_nodes_of_large_parts_are_matched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff_module, "LARGE", 0)
    before = write_release(tmp_path / "before", {"x": lines_of("<a> ckg:value [ ckg:value 1 ] , 2 .")})
    after = write_release(tmp_path / "after", {"x": lines_of("<a> ckg:value [ ckg:value 1 ] , 3 .")})
    assert [line[0] for line in changes(before, after)] == ["-", "+"]


def test_too_many_blank_nodes_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.store.blank.LIMIT", 2)
    (tmp_path / "a.nt").write_text("".join(f"_:b{number} <http://x/p> <http://x/o> .\n" for number in range(3)))
    with pytest.raises(KgError, match="too many"), compare(*[Side.find(tmp_path / "a.nt")] * 2):
        pass


def test_many_doubtful_lines_are_looked_for_in_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff_module, "AT_ONCE", 2)
    same = lines_of("\n".join(f"<a{number}> a ckg:Place ." for number in range(9)))
    before = write_release(tmp_path / "before", {"same": same, "x": same[:7]})
    after = write_release(tmp_path / "after", {"same": same, "x": lines_of("<b> a ckg:Place .")})
    assert [line[0] for line in changes(before, after)] == ["+"]
