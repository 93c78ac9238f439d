"""What kind of question it is, by its words: about the corpus, about metadata, a comparison, a figure wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.question.superlative import read_superlative

Attribute = Literal["date", "authors_count", "authors", "organisation", "pages", "venue"]
_NOUNS = "paper papers works studies articles publications abstracts preprints entries documents titles"
FRAME_NOUNS = frozenset(_NOUNS.split())
_PAPERS = r"(?:papers?|works|studies|articles|publications|abstracts|surveys|preprints|entries|documents|titles)"
_MANY = _PAPERS.replace("papers?", "papers")
_CORPUS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:which|what)(?: (?:of|among) (?:the|these|those|my|all|our))?(?: [\w-]+){{0,2}} {_MANY}\b(?! say\b)",
        rf"\bhow many(?: of)?(?: the| these| my)?(?: [\w-]+){{0,2}} {_MANY}\b",
        rf"\b(?:list|name|show|find|give me|enumerate|collect)(?: me)? (?:all|every|the|any|some)?(?: of the)?"
        rf"(?: [\w-]+){{0,2}} {_MANY}\b",
        r"\b(?:list|name|show|find|give me) (?:me )?(?:every|everything|all)\b",
        rf"\b(?:are|is) there (?:any|other|some|more)?(?: [\w-]+){{0,2}} ?(?:{_MANY}|paper|study|work)\b.*"
        rf"\b(?:list|name|which|all|in the (?:collection|corpus|index))\b",
        rf"\b(?:are there|do any|does any|do we have|have we got|is there)(?: any| other| some)*(?: of the)?"
        rf"(?: [\w-]+){{0,2}} {_MANY}\b",
        rf"^{_MANY} (?:on|about|that|which|with|using|dealing|mentioning)\b",
        rf"\b(?:all|every) (?:the )?(?:{_MANY}|paper|study|work)\b.*\b(?:that|which|on|about|with|using)\b",
    )
)
_NOT_CORPUS = re.compile(
    r"^(?:what|which) (?:do|does|did|is|are|was|were|have|has)\b|\bwhich (?:paper|study|work)\b", re.I
)
_ATTRIBUTES: tuple[tuple[Attribute, str], ...] = (
    (
        "date",
        r"\bwhen\b.*\b(?:publish\w*|come out|came out|appear\w*|posted|submitted|uploaded|written|released)\b"
        r"|\b(?:publication|release|submission|publishing) (?:date|year|month)\b"
        r"|\b(?:what|which|in what|in which) (?:year|month|date|day)\b"
        r"|\bdate (?:of|when|on which)\b|\b(?:year|date) of publication\b|\bhow (?:old|recent) is\b",
    ),
    (
        "authors_count",
        r"\b(?:how many|number of|count of) (?:\w+[- ])?(?:co-?)?(?:authors?|people|researchers|persons"
        r"|scientists|writers)\b(?=.*\b(?:wrote|written|behind|author|authors|paper|worked|signed|contribut\w+|collaborat\w+)\b)"
        r"|\b(?:number of|how many) (?:co-?)?authors?\b|\bauthors? count\b",
    ),
    (
        "authors",
        r"\bwho (?:wrote|authored|published|are the (?:authors|people|researchers)|is the (?:\w+ )?author)\b"
        r"|\bwho(?:'s| is| are| was| were) the (?:\w+ ){0,2}authors?\b"
        r"|\bnames? (?:of )?(?:the|its|their) (?:\w+ )?authors?\b"
        r"|\b(?:first|last|lead|senior|corresponding) author\b|\bby whom\b|\bauthored by\b",
    ),
    (
        "organisation",
        r"\b(?:which|what|whose) (?:\w+ )?(?:organi[sz]ation|institution|company|lab|laboratory|university"
        r"|affiliation)s?\b|\baffiliat(?:ion|ed)\b|\borgani[sz]ation (?:of|behind|listed)\b",
    ),
    (
        "pages",
        r"\b(?:which|what) (?:\w+ ){0,3}(?:pages?|files?|sources?)\b(?=.*\b(?:list\w*|appear\w*|find|found|saved"
        r"|come|in|on|from|stand\w*)\b)|\b(?:listing|saved) pages?\b|\bsource files?\b",
    ),
    ("venue", r"\b(?:which|what|at which|in which) (?:\w+ )?(?:venue|conference|journal|proceedings)\b"),
)
_METADATA = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _ATTRIBUTES)
_NUMBER = re.compile(
    r"\bhow (?:many|much|large|big|long|often|fast|frequent\w*|small|few|high|low|far|little|tall|quick\w*)\b"
    r"|\b(?:percentage|percent|number of|amount of|figure|factor|accuracy|score|rate|ratio|size|margin|improvement"
    r"|parameters|win[- ]rate|pass@\d|bleu|f1|correlation|maximum|minimum|average|threshold|saving|speed-?up|budget"
    r"|milliseconds?|latency|count)\b|%",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"\b(?:compar\w+|versus|vs\.?|differ\w*|contrast|unlike|both|each|better than|worse than|than|respectively)\b", re.I
)
_DEFINITION = re.compile(
    r"^\s*(?:what(?:'s| is| are| exactly is)|define|what does|meaning of|explain what)\b|\bmean(?:t|s)?\b", re.I
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what its words say that it wants."""

    text: str
    corpus: bool
    attributes: tuple[Attribute, ...]
    number: bool
    comparison: bool
    definition: bool

    @property
    def count_wanted(self) -> bool:
        """Whether a corpus question asks for the number of papers."""
        return self.corpus and re.search(r"\bhow many\b|\bnumber of\b", self.text, re.IGNORECASE) is not None


def understand(text: str) -> Question:
    """Read a question."""
    head = text[:1000]
    attributes = tuple(name for name, pattern in _METADATA if pattern.search(head))
    if "authors_count" in attributes:
        attributes = tuple(name for name in attributes if name != "authors")
    ordered = read_superlative(head) is not None
    corpus = not _NOT_CORPUS.search(head) and any(pattern.search(head) for pattern in _CORPUS)
    return Question(
        text,
        ordered or (corpus and not attributes),
        attributes,
        _NUMBER.search(head) is not None,
        _COMPARISON.search(head) is not None,
        _DEFINITION.search(head) is not None,
    )
