"""Names of firms taken apart in SQL: place, core, trade words, group word, legal form, branch.

`苏州华芯电子科技(集团)有限公司` is the place 苏州, the core 华芯, the trade 电子科技, a group word and a legal form.
Names as wholes are poor to compare (two firms of one city and trade differ in two characters); their parts are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.resolve.database import Database
from kg.resolve.dialect import WORD, Dialect, alternatives, identifier
from kg.resolve.lexicon import ACTIVITY, GENERIC, Lexicon

OPTIONAL = ("city", "code", "address")
"""Columns that help where a table has them."""

_FIRST = 3
"""A core has at least two characters: affixes are looked for from the third on."""

_LEARN_LEAST, _LEARN_SHARE, _LEARN_LONGER = 12, 0.0003, 0.06
"""A tail is a trade word when this many (or this share of) names with different cores end so; a longer tail
counts beside its own end when it makes up this share of it (more than any character of a core would)."""

LONGEST = 1000
"""Characters of a name: with more it is none, and Java would need more stack for its patterns than there is."""

_LONG = 4
"""A legal form this long is not part of a brand."""


@dataclass(frozen=True, slots=True)
class Names:
    """The steps that take apart the names of the table `<prefix>_raw` (n, id, name, city, code, address).

    Words that the lexicon lacks are learned from the rows up to `learn_to`, else from all.
    """

    database: Database
    lexicon: Lexicon
    prefix: str
    learn_to: int | None = None

    @property
    def dialect(self) -> Dialect:
        """Return the SQL of the database."""
        return self.database.dialect

    def table(self, name: str) -> str:
        """Return the name of a work table."""
        return f"{self.prefix}_{name}"

    def prepare(self) -> None:
        """Makes the tables of words, then `<prefix>_rows`: one row a name with all its parts."""
        self._words()
        self._plain()
        self._run("inlined", self._inlined())
        self._run("stems", self._stems(self.lexicon.branches | self._learned_branches()))
        self._run("bodies", self._bodies())
        trades = set(self.lexicon.trades)
        self._run("rows", self._rows(trades | self._learned(trades)))
        for name in ("spellings", "plain", "inlined", "stems", "bodies", "cores"):
            self.database.drop(self.table(name))

    def _run(self, name: str, select: str) -> None:
        self.database.make(self.table(name), select)

    def _words(self) -> None:
        """Makes the tables of characters and places; what is compared with plain names is made plain itself."""
        plain = self.lexicon.plain
        characters = {"c": list(self.lexicon.characters), "plain": list(self.lexicon.characters.values())}
        self._given("characters", characters)
        places = self.lexicon.places
        fields = {field: [str(getattr(place, field)) for place in places] for field in _PLACE_FIELDS}
        self._given("places", {"name": [plain(place.name) for place in places], **fields})

    def _given(self, name: str, columns: Mapping[str, list[str]]) -> None:
        """Makes a table of lists."""
        unnested = ", ".join(f"unnest(?::VARCHAR[]) AS {column}" for column in columns)
        create = f"CREATE TEMP TABLE {self.table(name)} AS SELECT {unnested}"
        self.database.connection.execute(create, list(columns.values())).fetchall()
        self.database.take(self.table(name))

    def _plain(self) -> None:
        """Makes `<prefix>_plain`: name and city in simplified script, half width, lower case, without punctuation."""
        odd = self.dialect.holds_any("value", self.lexicon.characters)
        values = " UNION ".join(
            f"SELECT DISTINCT {column} AS value FROM {self.table('raw')}" for column in ("name", "city", "address")
        )
        spelled = f"SELECT value, {self.dialect.characters('value')} FROM ({values}) WHERE {odd}"
        characters = self.table("characters")
        self._run(
            "spellings",
            f"SELECT value, {self.dialect.joined('coalesce(m.plain, s.c)', 's.i')} AS plain "
            f"FROM ({spelled}) s LEFT JOIN {characters} m ON m.c = s.c GROUP BY value",
        )
        columns = ", ".join(
            f"{self._cleaned(f'coalesce(s{i}.plain, t.{column})', keep)} AS {column}"
            for i, (column, keep) in enumerate((("name", "()"), ("city", ""), ("address", "")))
        )
        joins = " ".join(
            f"LEFT JOIN {self.table('spellings')} s{i} ON s{i}.value = t.{column}"
            for i, column in enumerate(("name", "city", "address"))
        )
        self._run("plain", f"SELECT n, {columns} FROM {self.table('raw')} t {joins}")

    def _cleaned(self, value: str, keep: str) -> str:
        kept = "".join(map("\\{}".format, keep))
        return self.dialect.remove(f"lower({value})", f"[^{WORD}{kept}]+")

    def _inlined(self) -> str:
        """Return the SELECT of names without brackets; `tail` is what stands behind a legal form inside the name.

        A place in brackets goes aside, a remark behind the legal form goes, anything else in brackets stays.
        """
        d, table = self.dialect, self.table
        bracket = d.extract("name", r"\(([^()]+)\)", 1)
        outside = d.remove("t.name", r"\([^()]*\)")
        remark = d.matches("t.name", alternatives(self._long_forms()) + r"\([^()]*\)$")
        inline = f"replace(replace(CASE WHEN p.name IS NULL THEN t.name ELSE {outside} END, '(', ''), ')', '')"
        branch = d.matches("name", alternatives(self.lexicon.branches) + "$")
        ended = f"{d.matches('name', alternatives(self.lexicon.forms) + '$')} AND NOT {branch}"
        tail = d.extract("name", alternatives(self._long_forms()) + "(.{2,})$", 1)
        return f"""
WITH bracketed AS (SELECT *, {bracket} AS bracket FROM {table("plain")}),
inlined AS (SELECT t.n, t.name AS plain, t.city AS city_text, t.address, coalesce(p.name, '') AS aside,
    CASE WHEN {remark} THEN {outside} ELSE {inline} END AS name
    FROM bracketed t LEFT JOIN {table("places")} p ON p.name = t.bracket)
SELECT *, CASE WHEN {ended} THEN '' ELSE {tail} END AS tail FROM inlined"""

    def _long_forms(self) -> list[str]:
        """Return the legal forms that stand inside a name only where a branch follows."""
        return [form for form in self.lexicon.forms if len(form) >= _LONG]

    def _learned_branches(self) -> set[str]:
        """Return words for branches that the lexicon lacks: what many names have behind their legal form."""
        places = self._longest("left")
        found = self.database.ask(
            f"SELECT substr(tail, length({places}) + 1) AS word FROM {self.table('inlined')} t "
            f"{self._joins('left', 't.tail')} WHERE tail <> '' AND {self._taught()} GROUP BY word "
            f"HAVING length(word) >= 2 AND count(DISTINCT t.name) >= {_LEARN_LEAST} ORDER BY word"
        ).fetchall()
        return {str(word) for (word,) in found}

    def _taught(self) -> str:
        return "true" if self.learn_to is None else f"n <= {self.learn_to}"

    def _stems(self, branches: frozenset[str]) -> str:
        """Return the SELECT of names without branch, legal form and group word."""
        d, table = self.dialect, self.table
        forms, groups = alternatives(self.lexicon.forms), alternatives(self.lexicon.groups)
        ending = d.extract(f"substr(name, {_FIRST})", alternatives(branches) + "$")
        return f"""
WITH branched AS (SELECT *, CASE WHEN tail <> '' THEN tail ELSE {ending} END AS ending FROM {table("inlined")}),
cut AS (SELECT *, left(name, length(name) - length(ending)) AS head FROM branched),
seated AS (SELECT t.*, {self._longest("right")} AS seat FROM cut t {self._joins("right", "t.head")}),
unseated AS (SELECT n, plain, city_text, address, aside,
    CASE WHEN ending <> '' AND length(head) > length(seat) + 1 THEN left(head, length(head) - length(seat)) ELSE head
    END AS name, CASE WHEN ending <> '' THEN seat || ending ELSE '' END AS branch FROM seated),
formed AS (SELECT *, {d.extract(f"substr(name, {_FIRST})", forms + "$")} AS form FROM unseated),
grouped AS (SELECT *, {d.extract(f"substr(left(name, length(name) - length(form)), {_FIRST})", groups + "+$")} AS grp
    FROM formed)
SELECT n, plain, city_text, address, aside, branch, form, grp,
    left(name, length(name) - length(form) - length(grp)) AS stem FROM grouped"""

    def _bodies(self) -> str:
        """Return the SELECT of names without places too: in front (twice, the second inside the first), or behind."""
        table, places = self.table, self.table("places")
        return f"""
WITH behind AS (SELECT t.*, {self._longest("right")} AS last FROM {table("stems")} t {self._joins("right", "t.stem")}),
told AS (SELECT *, length(stem) > length(last) + 2 AND aside = '' AS ends FROM behind),
unbehind AS (SELECT n, plain, city_text, address, branch, form, grp, CASE WHEN ends THEN last ELSE aside END AS aside,
    CASE WHEN ends THEN left(stem, length(stem) - length(last)) ELSE stem END AS stem FROM told),
once AS (SELECT t.*, {self._longest("left")} AS place1 FROM unbehind t {self._joins("left", "t.stem")}),
rest AS (SELECT *, substr(stem, length(place1) + 1) AS rest1 FROM once),
twice AS (SELECT t.*, {self._longest("left")} AS found FROM rest t {self._joins("left", "t.rest1")}),
nested AS (SELECT t.*, CASE WHEN b.province = a.province AND length(rest1) > length(found) + 1 THEN found ELSE ''
    END AS place2 FROM twice t LEFT JOIN {places} a ON a.name = t.place1 LEFT JOIN {places} b ON b.name = t.found)
SELECT n, plain, city_text, address, branch, form, grp, place1 || place2 AS place_text,
    CASE WHEN place2 <> '' THEN place2 ELSE place1 END AS place, aside,
    substr(rest1, length(place2) + 1) AS body FROM nested"""

    def _longest(self, side: str) -> str:
        """Return SQL: the longest name of a place at that side of a text, or an empty text."""
        found = ", ".join(f"{side}{size}.name" for size in reversed(self._sizes()))
        return f"coalesce({found}, '')"

    def _joins(self, side: str, value: str) -> str:
        """Return one small join a length of place names: a hash look-up, where one pattern of all names is slow."""
        places = self.table("places")
        return " ".join(
            f"LEFT JOIN {places} {side}{size} ON {side}{size}.name = {side}({value}, {size}) "
            f"AND length({side}{size}.name) = {size}"
            for size in self._sizes()
        )

    def _sizes(self) -> list[int]:
        found = self.database.ask(f"SELECT DISTINCT length(name) FROM {self.table('places')} ORDER BY 1").fetchall()
        return [int(size) for (size,) in found]

    def _learned(self, trades: set[str]) -> set[str]:
        """Return trade words that the lexicon lacks: what many names with different cores end in."""
        tail = self.dialect.extract(f"substr(body, {_FIRST})", alternatives(trades) + "+$")
        core = f"SELECT DISTINCT left(body, length(body) - length({tail})) AS core FROM {self.table('bodies')}"
        self._run("cores", f"{core} WHERE {self._taught()}")
        cores = self.table("cores")
        tails = " UNION ALL ".join(
            f"SELECT right(core, {size}) AS word, left(core, length(core) - {size}) AS head FROM {cores} "
            f"WHERE length(core) >= {size + 2}"
            for size in (2, 3, 4)
        )
        found = self.database.ask(
            f"SELECT word, count(DISTINCT head) AS heads FROM ({tails}) GROUP BY word "
            f"HAVING heads >= greatest({_LEARN_LEAST}, {_LEARN_SHARE} * (SELECT count(*) FROM {cores})) ORDER BY word"
        ).fetchall()
        heads = {str(word): int(count) for word, count in found}
        return {word for word, count in heads.items() if count >= _LEARN_LONGER * heads.get(word[1:], 0)}

    def _rows(self, trades: set[str]) -> str:
        """Return the SELECT of all parts. Where nothing is left for a core, the place is the core (上海电气)."""
        d, table, places = self.dialect, self.table, self.table("places")
        words = alternatives(trades)
        activity = alternatives(w for w, kind in self.lexicon.trades.items() if kind == ACTIVITY)
        known = alternatives(w for w, kind in self.lexicon.trades.items() if kind != ACTIVITY)
        generic = alternatives(w for w, kind in self.lexicon.trades.items() if kind == GENERIC)
        bare = f"(body = '' OR (place <> '' AND {d.matches('body', f'^{words}+$')}))"
        return f"""
WITH bare AS (SELECT *, {bare} AS bare FROM {table("bodies")}),
tailed AS (SELECT *, CASE WHEN bare THEN body ELSE {d.extract(f"substr(body, {_FIRST})", words + "+$")} END AS trade
    FROM bare),
cored AS (SELECT *, CASE WHEN bare THEN place_text ELSE left(body, length(body) - length(trade)) END AS core
    FROM tailed)
SELECT r.n, r.id, r.code, t.plain, t.core, {self._digits("t.core")} AS key, {d.shape("t.core")} AS core_shape, t.trade,
    {d.shape("t.trade")} AS trade_shape, {d.shape("t.body")} AS body_shape,
    {d.remove(self._digits("t.core"), "[^0-9]")} AS number,
    {d.remove("t.trade", generic)} AS main, {d.remove("t.trade", known)} AS odd,
    {d.extract("t.trade", activity + "$")} AS activity, t.place_text,
    t.body, t.form, {self._kind("t.form")} AS kind, t.grp, {self._digits("t.branch")} AS branch, t.address,
    CASE WHEN t.place <> '' AND t.aside <> '' AND t.aside <> t.place THEN t.aside ELSE '' END AS aside,
    coalesce(nullif(c.city, ''), nullif(b.city, ''), nullif(a.city, ''),
        CASE WHEN c.name IS NULL THEN t.city_text END) AS city,
    coalesce(nullif(c.province, ''), nullif(b.province, ''), nullif(a.province, '')) AS province,
    nullif(coalesce(nullif(b.code, ''), a.code), '') AS seat
FROM cored t JOIN {table("raw")} r ON r.n = t.n LEFT JOIN {places} a ON a.name = t.place
LEFT JOIN {places} b ON b.name = t.aside LEFT JOIN {self._cities()} c ON c.name = t.city_text"""

    def _cities(self) -> str:
        """Return what the column `city` may hold: a name or a code."""
        fields = "city, province"
        codes = f"SELECT code AS name, min(city) AS city, min(province) AS province FROM {self.table('places')}"
        return f"(SELECT name, {fields} FROM {self.table('places')} UNION ALL {codes} WHERE code <> '' GROUP BY code)"

    def _digits(self, value: str) -> str:
        words = "".join(self.lexicon.numerals)
        digits = "".join(self.lexicon.numerals.values())
        return f"translate({value}, {self.dialect.text(words)}, {self.dialect.text(digits)})"

    def _kind(self, form: str) -> str:
        """Return SQL: the kind of a legal form, or an empty text."""
        quoted = self.dialect.text
        kinds = sorted(set(self.lexicon.forms.values()))
        cases = " ".join(
            f"WHEN {form} IN ({', '.join(quoted(f) for f, k in sorted(self.lexicon.forms.items()) if k == kind)}) "
            f"THEN {quoted(kind)}"
            for kind in kinds
        )
        return f"CASE {cases} ELSE '' END" if cases else "''"


_PLACE_FIELDS = ("code", "city", "province")


def raw_select(columns: tuple[str, ...], sql_with_rows: str, first: int) -> str:
    """Return the SELECT of `<prefix>_raw` from a relation with the columns id, name and any of OPTIONAL.

    Rows are numbered by their id, from `first` on: nothing that follows depends on their order. Of rows with one id
    the first counts.
    """
    optional = ", ".join(
        f"{identifier(column)} AS {column}" if column in columns else f"NULL::VARCHAR AS {column}"
        for column in OPTIONAL
    )
    known = (
        f"SELECT id, name, {optional}, row_number() OVER (PARTITION BY id ORDER BY _row) AS copy "
        f"FROM ({sql_with_rows}) WHERE id IS NOT NULL AND length(name) <= {LONGEST}"
    )
    return f"SELECT {first} + row_number() OVER (ORDER BY id) - 1 AS n, * EXCLUDE (copy) FROM ({known}) WHERE copy = 1"
