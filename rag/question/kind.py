"""What kind of question it is, by its words: about the corpus, about metadata, a comparison, a figure wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.question.comparison import Comparison, read_comparison
from rag.question.library import Library, read_library

Attribute = Literal[
    "date",
    "authors_count",
    "authors",
    "organisation",
    "pages",
    "venue",
    "doi",
    "arxiv",
    "pmid",
    "key",
    "retraction",
    "links",
]
_WORDS_OF_RECORDS = """
who wrote written author authors authored names number count people researchers first last when date year month day
published publication appear appeared posted released come came venue journal conference proceedings presented file
files page pages source sources find found get read listing listed saved doi arxiv pmid id identifier citation key
bibtex organisation organization institution university lab company affiliation report survey article old recent
retracted retraction withdrawn title titled called printed code repo repository link links url website github weights
"""
RECORD_WORDS = frozenset(_WORDS_OF_RECORDS.split())
# what asks for a field of one paper's record
_ATTRIBUTES: tuple[tuple[Attribute, str], ...] = (
    (
        "date",
        r"\bwhen\b.*\b(?:publish\w*|come out|came out|appear\w*|posted|submitted|uploaded|written|released)\b"
        r"|\b(?:publication|release|submission|publishing) (?:date|year|month)\b"
        r"|\b(?:what|which|in what|in which) (?:year|month|date|day)\b"
        r"|\b(?:date|year) (?:of|when|on which)\b|^(?:date|year)\s*:|\bhow (?:old|recent) is\b"
        r"|^(?:is|was) .* (?:from|of|published in) (?:19|20)\d\d\b",
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
        r"|\bwho(?:'s| is| are| was| were) the (?:\w+ ){0,2}authors?\b|,? and (?:by )?who\W*$"
        r"|\bnames? (?:of )?(?:the|its|their) (?:\w+ )?authors?\b"
        r"|\b(?:first|last|lead|senior|corresponding) author\b|\bby whom\b|\bauthored by\b"
        r"|^(?:the |list the |give me the )?authors?(?: list| names)?(?:\s*:| of| for)"
        r"|^(?!.*\bpapers\b).*\bauthors\W*$",
    ),
    (
        "organisation",
        r"\b(?:which|what|whose) (?:\w+ )?(?:organi[sz]ation|institution|company|lab|laboratory|university"
        r"|affiliation)s?\b|\baffiliat(?:ion|ed)\b|\borgani[sz]ation (?:of|behind|listed)\b",
    ),
    (
        "pages",
        r"\b(?:which|what) (?:\w+ ){0,3}(?:pages?|files?|sources?)\b(?=.*\b(?:list\w*|appear\w*|find|found|saved"
        r"|come|in|on|from|stand\w*)\b)|\b(?:listing|saved) pages?\b|\bsource files?\b"
        r"|\bwhere (?:did|do) (?:you|we|i) (?:get|have|find|read|take)\b"
        r"|\bwhere does .* (?:paper|entry|record) come from\b",
    ),
    (
        "venue",
        r"\b(?:which|what|at which|in which) (?:\w+ )?(?:venue|conference|journal|proceedings)\b"
        r"|\bwhere (?:was|is|were|has) .* (?:published|presented|printed)\b|\bwhere did .* appear\b"
        r"|^(?:the )?(?:venue|journal|conference)(?:\s*:| of| for)",
    ),
    ("doi", r"\bdoi\b(?!\s*:?\s*10\.)"),
    ("arxiv", r"\barxiv (?:id|number|identifier)\b"),
    ("pmid", r"\b(?:pmid|pubmed id)\b(?!\W*\d)"),
    ("key", r"\b(?:citation|bibtex|cite) ?key\b"),
    (
        "links",
        r"\b(?:repo(?:sitory)?|github|gitlab|hugging ?face|project|code|web|home)[ -]?(?:links?|urls?|page|site)\b"
        r"|\b(?:the|a|any|its|their|give me) (?:link|url|web address) (?:to|of|for)\b"
        r"|^where (?:is|are|can (?:i|we|one) (?:find|get|download)|do (?:i|we) (?:find|get)) .*"
        r"\b(?:code|repo\w*|weights)\b",
    ),
    ("retraction", r"\bretract(?:ed|ion)\b|\bwithdrawn\b"),
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
    """A question and what its words say that it wants.

    library: several papers, by their fields or topic. compared: what is set side by side, not a detail of two things.
    """

    text: str
    library: Library | None
    compared: Comparison | None
    attributes: tuple[Attribute, ...]
    number: bool
    comparison: bool
    definition: bool

    @property
    def corpus(self) -> bool:
        """Whether it is about several papers of the library."""
        return self.library is not None


def understand(text: str) -> Question:
    """Read a question."""
    head = text[:1000]
    attributes = tuple(name for name, pattern in _METADATA if pattern.search(head))
    library = read_library(head)
    if "authors_count" in attributes and not re.search(r"\band who\W*$", head):
        attributes = tuple(name for name in attributes if name != "authors")
    if attributes and library and not (library.order or library.authors or library.files or library.span):
        library = None
    return Question(
        text,
        library,
        None if library or attributes else read_comparison(head),
        () if library else attributes,
        _NUMBER.search(head) is not None,
        _COMPARISON.search(head) is not None,
        _DEFINITION.search(head) is not None,
    )
