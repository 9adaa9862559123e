"""What can be a firm's name, and what is a product, a field or an office."""

import re
from dataclasses import dataclass

from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Marks

SHORTEST, LONGEST_SHORT, LONGEST = 2, 9, 32
# A short name with an ending has so many characters before it.
STEM = 2
# What stands between the place and the form of a legal name is one by itself from so many characters on.
SHORTEST_OWN = 3
# The lengths of the place with which a legal name begins, the longest first.
LENGTHS_OF_PLACE = range(7, 1, -1)


@dataclass(frozen=True, slots=True)
class Words:
    """Words as patterns. `*_first`, `*_last`: their first or last characters, which most pieces have none of."""

    legal: re.Pattern[str]
    legal_last: frozenset[str]
    ending: re.Pattern[str]
    ending_last: frozenset[str]
    institution: re.Pattern[str]
    institution_last: frozenset[str]
    never_inside: re.Pattern[str]
    never_in_legal: re.Pattern[str]
    lead_in: re.Pattern[str]
    lead_in_first: frozenset[str]
    lead_out: re.Pattern[str]
    lead_out_last: frozenset[str]
    joint: re.Pattern[str]
    inside_ok: re.Pattern[str]
    weak_edges: frozenset[str]


class FirmNames:
    """Tells names of firms from other words.

    `legal` and `ending` find what names end with; `firm` are the endings that only firms have.
    """

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        words = {
            key: lexicon.words(f"enterprises.{key}")
            for key in ("legal", "endings", "institutions", "never_inside", "lead_in", "lead_out", "joints")
        }
        word = {key: any_of(listed).pattern for key, listed in words.items()}
        self.words = Words(
            legal=re.compile(f"(?:{word['legal']})$"),
            legal_last=frozenset(listed[-1] for listed in words["legal"]),
            ending=re.compile(f"(?:{word['endings']})$"),
            ending_last=frozenset(listed[-1] for listed in words["endings"]),
            institution_last=frozenset(listed[-1] for listed in words["institutions"]),
            institution=re.compile(f"(?:{word['institutions']})$"),
            never_inside=re.compile(word["never_inside"]),
            never_in_legal=any_of(lexicon.words("enterprises.never_in_legal")),
            lead_in=re.compile(f"^(?:{word['lead_in']})+"),
            lead_in_first=frozenset(listed[0] for listed in words["lead_in"]),
            lead_out=re.compile(f"(?:{word['lead_out']})+$"),
            lead_out_last=frozenset(listed[-1] for listed in words["lead_out"]),
            joint=re.compile(word["joints"]),
            inside_ok=any_of(lexicon.words("enterprises.inside_ok")),
            weak_edges=frozenset(lexicon.words("enterprises.weak_edges")),
        )
        self.legal = re.compile(word["legal"])
        self.ending = re.compile(word["endings"])
        self.firm = frozenset(lexicon.words("enterprises.firm_endings"))
        self.of_the_trade = _of_the_trade(lexicon)
        self._country = lexicon.pattern("enterprises.country")
        self.foreign = lexicon.pattern("enterprises.foreign")
        self._no_name = frozenset(
            (
                *lexicon.words("enterprises.not_names"),
                *(form[cut:] for form in words["legal"] for cut in range(len(form) - 1)),
                *words["endings"],
                *gazetteer.sectors,
                *gazetteer.place_names,
            )
        )
        # What a name is made of: no number at its beginning, two letters side by side, none but these characters.
        letter, not_name = r"\u4e00-\u9fffA-Za-z", lexicon.pattern("enterprises.not_name_pattern").pattern
        allowed = rf"[{letter}0-9()&·.\-]"
        self._spelling = re.compile(rf"(?!\d\d|\()(?!(?:{not_name})\Z)(?={allowed}*?[{letter}]{{2}}){allowed}+")

    def looks(self, name: str) -> bool:
        """Whether a name by itself looks like that of a company."""
        if name in self._gazetteer.enterprises or self.is_legal(name):
            return True
        match = self.words.ending.search(name) if name[-1:] in self.words.ending_last else None
        return match is not None and match.start() >= STEM and name not in self._gazetteer.sectors

    def is_sure(self, name: str) -> bool:
        """Whether a name is known, legal, or ends as only those of companies do."""
        if name in self._gazetteer.enterprises or self.is_legal(name):
            return True
        match = self.words.ending.search(name)
        return match is not None and match.group() in self.firm

    def is_legal(self, name: str) -> bool:
        """Whether a name ends with a legal form."""
        return name[-1:] in self.words.legal_last and self.words.legal.search(name) is not None

    def own(self, name: str) -> str:
        """What stands in a legal name between its place and its form (宁德|新能源科技|有限公司); empty for none."""
        form = self.words.legal.search(name) if self.is_legal(name) else None
        place = next((end for end in LENGTHS_OF_PLACE if name[:end] in self._gazetteer.place_names), 0)
        short = name[place : form.start()] if form is not None and place else ""
        return short if len(short) >= SHORTEST_OWN and short not in self._no_name else ""

    def is_institution(self, name: str) -> bool:
        """Whether a name ends as those of schools, offices and the like do."""
        return name[-1:] in self.words.institution_last and self.words.institution.search(name) is not None

    def plausible(self, name: str, marks: Marks, start: int) -> bool:
        """Whether a piece of an enumeration can be the name of an enterprise."""
        words = self.words
        if name in self._gazetteer.enterprises:
            return True
        legal = self.is_legal(name)
        if not SHORTEST <= len(name) <= (LONGEST if legal else LONGEST_SHORT) or name in self._no_name:
            return False
        if (
            not self._spelling.fullmatch(name)
            or name.count("(") != name.count(")")
            or (not legal and self.is_institution(name))
        ):
            return False
        if self._in_a_place(marks, start, len(name)) and not self.looks(name):
            return False
        if (form := words.legal.search(name) if legal else None) is not None:
            return self._may_stand_before(form, name)
        return not self._holds_never(name) and not self._is_product_name(name)

    def _holds_never(self, name: str) -> bool:
        """Whether a name holds a word that none has."""
        words = self.words
        # Most names hold no such word at all, and then there is none to be excused.
        if words.never_inside.search(name) is None:
            return False
        return words.never_inside.search(words.inside_ok.sub(" ", name)) is not None

    def _may_stand_before(self, form: re.Match[str], name: str) -> bool:
        """Whether what stands before a legal form can; 产业发展, 投资 and the like do so as a matter of course."""
        if len(form.group()) > STEM:
            return self.words.never_in_legal.search(name, 0, form.start()) is None
        return not self._holds_never(name[: form.start()])

    def is_local_sector(self, marks: Marks, name: str) -> bool:
        """Whether a name is a sector after the short name of a county: a cluster's (阳谷化工新材料).

        A firm too has one of two characters (万华化学), but hardly that of a county of its own province (临西轴承).
        """
        for length in range(STEM, len(name) - STEM + 1):
            if name[length:] not in self._gazetteer.sectors:
                continue
            if len(name) - length > STEM:
                return name[:length] in self._gazetteer.stems or name[:length] in self._gazetteer.place_names
            return any(code.startswith(marks.province or "-") for code in self._gazetteer.stems.get(name[:length], ()))
        return False

    def is_sectoral(self, marks: Marks, start: int, end: int) -> bool:
        """Whether a sector's name makes up all but a character of a piece: a product, not a firm."""
        return any(
            mark.kind & Kind.SECTOR and mark.end - mark.start >= end - start - 1 for mark in marks.within(start, end)
        )

    def _is_product_name(self, name: str) -> bool:
        """Whether a name is made of words of a trade, the country apart (中国毛巾); with a firm's ending it is one."""
        country = self._country.match(name)
        rest = name[country.end() :] if country else name
        ending = self.words.ending.search(rest) if country else None
        if ending is not None and ending.group() in self.firm:
            return False
        return self.of_the_trade.fullmatch(rest) is not None

    def _in_a_place(self, marks: Marks, start: int, length: int) -> bool:
        """Whether a name begins with the full name of a place (武进区西太湖), as few firms do."""
        mark = marks.at(start)
        if mark is None or not mark.kind & Kind.PLACE or mark.end >= start + length:
            return False
        codes = mark.codes
        return any(self._gazetteer.places[code].name == mark.word for code in codes)


def _of_the_trade(lexicon: Lexicon) -> re.Pattern[str]:
    """What is made of nothing but words of a trade: a product or a field, no firm (线控底盘, 移动芯片)."""
    words = {row["word"] for row in lexicon.tables["company/trade_words"]}
    words.update(row["name"] for row in lexicon.tables["sectors"])
    words.update(lexicon.words("enterprises.endings"), lexicon.words("enterprises.product_words"))
    return re.compile(f"(?:{any_of(words).pattern})+")
