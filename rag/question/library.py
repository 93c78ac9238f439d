"""Questions about the library itself, by a small grammar: what opens them, whose papers, of when, in which order.

Each table is read from the top; what is consumed is taken out of the question, and what is left is its topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.question.conditions import counted
from rag.question.dates import OF_DATES, Span, read_span
from rag.question.frame import bare
from rag.question.superlative import Superlative, read_superlative
from rag.text.words import words

_ONE = r"(?:paper|work|study|article|publication|preprint|survey)"
_MANY = r"(?:papers|works|studies|articles|publications|abstracts|surveys|preprints|entries|documents|titles)"
_ADJECTIVES = r"(?: [\w-]+){0,2}"
_THING = r"(?:anything|something|everything)(?: else| here)?"
_ABOUT = (
    r"(?:on|about|of|from|by|in|since|before|after|between|that|which|with|using|dealing|mentioning|dated|published)"
)
_CAME = (
    r"(?:came out|come out|appeared|were (?:published|posted|written|released)|are (?:there|from|of|by|on|about|dated))"
)

_LIBRARY = r"(?:library|collection|corpus|database|index|archive|set|folder)"
_NAME = r"(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3})"
_PROPER = r"(?P<name>[A-ZÀ-Þ][\w.'’-]*(?:,? (?:(?:de|van|von|der|den|la|le|di|da|dos|del) )*[A-ZÀ-Þ][\w.'’-]*){0,3})"
_WROTE = r"(?:publish(?:ed)?|wr[io]te|written|author(?:ed)?)"


# how a request begins; what follows it says what is asked for
_LEAD = re.compile(
    r"^(?:(?:and|so|ok|hi|hey|hello|please|pls|now|well|thanks)\b[,!.]? *"
    r"|(?:can|could|would|will) you (?:please )?(?=\w)|do you know (?:of )?|(?:tell|let) me (?:know |see )?"
    r"|i(?: am|['’]m| was|['’]d)? (?:would like|want|need|like|wish|look\w*|search\w*|interested)"
    r"(?: to (?:know|see|read|find)| for| in)?\b *|(?:looking|searching) for *)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[,;]? *\b(?:please|pls|plz|thanks|thank you)\b[.!?]*$", re.IGNORECASE)
_SAID = r"(?! say\b)"
_DOES = (
    r"(?:works? on|looks? (?:at|into)|stud(?:y|ies)|tackles?|address(?:es)?|investigates?|explores?|deals? with"
    r"|examines?|reports?|uses?|evaluates?|criticis\w+|criticiz\w+|compares?|mentions?|relies|rely"
    r"|(?:has|have) (?:worked|published|written|looked) (?:on|about|at|into))"
)
_OPEN = (
    r"(?:(?:is|are) there|(?:do|does|did) (?:you|we|i) have|have (?:you|we|i) got|got|find(?: me)?|show(?: me)?|list"
    r"|give me|name|get me)"
)
# what asks for several papers, or for their number; read after _LEAD
LISTS: tuple[tuple[str, str], ...] = (
    (
        "which recent papers use …; in which of the papers …",
        rf"\bwhich(?: (?:of|among) (?:the|these|those|my|all|our))?{_ADJECTIVES} {_MANY}\b{_SAID}",
    ),
    (
        "what papers are there on …",
        r"(?:^|[,;:.!?–-] )(?:(?:in|on|from|for|by|of|name) )*what(?: (?:of|among) (?:the|these|those|my|all|our))?"
        rf"{_ADJECTIVES} {_MANY}\b{_SAID}",
    ),
    (
        "how many papers",
        rf"\b(?:how many|number of|count of|count)(?: of)?(?: the| these| my| all)?{_ADJECTIVES} {_MANY}\b"
        r"(?! (?:do|does|did|has|have) (?!i\b|we\b|you\b))",
    ),
    ("how many came out in …", rf"^how many(?: of them| were there)? (?:{_CAME}|from|by|have|has)\b"),
    (
        "how big is the library",
        rf"^how (?:big|large) is (?:the|this|my|our|your) {_LIBRARY}\b|^(?:the )?size of {_LIBRARY}",
    ),
    (
        "list the papers …, are there papers …",
        rf"\b(?:{_OPEN}|enumerate|collect|do any|does any)"
        r"(?: all| every| the| any| some| other| more| me| of| your| my)*"
        rf"{_ADJECTIVES} {_MANY}\b",
    ),
    ("list everything …", r"\b(?:list|name|show|find|give me) (?:me )?(?:every|everything|all|anything)\b"),
    (
        "is there a paper …: list",
        rf"\b(?:are|is) there (?:any|other|some|more)?{_ADJECTIVES} ?{_ONE}\b.*"
        rf"\b(?:list|name|which|all|in (?:the|this|my|your) {_LIBRARY})\b",
    ),
    ("anything on …", rf"^(?:{_OPEN} )?{_THING} {_ABOUT}\b"),
    ("the ones using …", rf"^(?:{_OPEN} )?(?:all )?(?:the |those )?(?:ones?|those) (?:{_ABOUT}|\w+ing)\b"),
    (
        "any work on …",
        rf"^(?:{_OPEN} )?(?:any|some|other|more|a|an) (?:[\w-]+ )?(?:{_ONE}|{_MANY}|research|literature)s? {_ABOUT}\b",
    ),
    (
        "what work is there on …",
        rf"^(?:what|which) (?:[\w-]+ )?(?:work|research|literature)(?: \w+){{0,4}} {_ABOUT}\b"
        rf"|^what is there {_ABOUT}\b|^(?:research|literature|work) {_ABOUT}\b",
    ),
    (
        "what came out in 2023",
        rf"^(?:what|anything|everything|all)(?: else| that)? (?:{_CAME}|was (?:published|posted|written)"
        r"|(?:do|did) (?:you|we|i) (?:have|get)\b.* (?:from|since|before|after|in|of))\b.*\b(?:19|20)\d\d\b"
        r"|^(?:the )?(?:19|20)\d\d (?:papers|works|studies|articles|publications)\b",
    ),
    (
        "papers on …",
        rf"^(?:all |any |the |more |other )*(?:[\w/-]+ )?(?:[\w/-]+ )?(?:/ )?(?:[\w/-]+ )?{_MANY},? {_ABOUT}\b",
    ),
    ("code-LLM papers", r"^(?:all |any )?(?:[\w^*+-]+ ){1,3}(?:papers|studies|articles)\W*$"),
    ("every paper that …", rf"\b(?:all|every) (?:the )?(?:{_MANY}|{_ONE})\b.*\b(?:that|which|on|about|with|using)\b"),
    ("which ones appeared …", r"^which (?:ones|of (?:them|these|those)|were|are)\b.*\b(?:19|20)\d\d\b"),
    ("which ones use …", rf"^which (?:ones|of (?:them|these|those)) {_DOES}\b"),
    ("who works on …", rf"^(?:who(?: else)?(?: here)?|which (?:authors|groups|teams|researchers|people)) {_DOES}\b"),
    (
        "has anyone worked on …",
        r"^(?:has|have|did|does) (?:any|some)(?:one|body) (?:else )?(?:ever )?"
        rf"(?:{_WROTE}|work(?:ed)?|stud(?:y|ied)|us(?:e|ed)|look(?:ed)?|evaluat(?:e|ed)) (?:on|about|at|into)?",
    ),
)

# what names an author; the verb forms take any name, "by …" one that is written as a name
AUTHORS: tuple[tuple[str, str], ...] = (
    (
        "has Ada Moss published …",
        rf"^(?:and )?(?i:has|have|had|did|does) {_NAME} (?:ever |also )?(?i:{_WROTE})\b",
    ),
    (
        "what did Ada Moss write",
        rf"^(?i:what|which \w+|how many \w+) (?i:has|have|did|does|do) {_NAME} (?:ever )?(?i:{_WROTE})\b",
    ),
    (
        "papers by Ada Moss",
        rf"(?i:\b(?:{_MANY}|{_ONE}|{_THING}|written|authored|published|posted|(?:you|we) have|list)"
        rf"(?: here| there)? by)\s+(?:the author )?{_PROPER}",
    ),
    ("Ada Moss's papers", rf"{_PROPER}['’]s? (?i:{_MANY})\b"),
    ("papers Ada Moss wrote", rf"(?i:{_MANY} (?:that |which )?){_PROPER} (?i:(?:has |have )?{_WROTE})\b"),
    (
        "papers with Ada Moss as author",
        rf"(?i:{_MANY} with ){_PROPER} (?i:as (?:an? |the )?(?:co-?|first |last )?author)",
    ),
)
_NOBODY = frozenset(["anyone", "anybody", "someone", "somebody", "they", "it", "he", "she", "you", "we", "i", "any"])
_NOBODY |= {"been", "there", "ever", "this", "these", "those", "that", "the", "authors", "paper"}

_LISTS = tuple(re.compile(pattern, re.IGNORECASE) for _, pattern in LISTS)
_AUTHORS = tuple(re.compile(pattern) for _, pattern in AUTHORS)
_NOT = re.compile(r"^(?:what|which) (?:do|does|did|is|are|was|were|have|has)\b|\bwhich (?:paper|study|work)\b", re.I)
_NUMBER = re.compile(r"\bhow (?:many|big|large)\b|\bnumber of\b|\bcount(?: of)?\b", re.IGNORECASE)
_SIZED = re.compile(
    rf"\b(?:which|what|any|all|every|list|show|find|a|the|how many|number of)\b{_ADJECTIVES} (?:{_ONE}|{_MANY})\b"
    rf"|^{_MANY}\b",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"^(?:what|which|how many|list(?: the| all)?|show(?: me)?(?: the| all)?)(?: the| my| of the)? "
    r"(?:sources?|source files|files|pages|listing pages)\b(?: are| were| did| do| have| is|\W*$)"
    r"(?!.*\bthe \w+.* paper\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Library:
    """A question about several papers: whose, of when, in which order; rest: the question without these words.

    number: their number is asked for. files: which files they were read from is asked for.
    """

    authors: tuple[str, ...]
    span: Span | None
    order: Superlative | None
    number: bool
    files: bool
    rest: str


def read_library(question: str) -> Library | None:
    """The question as one about several papers; None where it is none."""
    text = _plain(" ".join(question[:1000].split()))
    if _FILES.search(text):
        return Library((), None, None, False, True, "")
    rest, authors = _authors(text)
    order, span = read_superlative(rest), read_span(rest)
    listed = any(pattern.search(text) for pattern in _LISTS)
    sized = _SIZED.search(text) is not None and counted(text) is not None
    asks = authors or order or sized or (listed and (span or not _NOT.search(text)))
    for said in (order.text if order else "", span.said if span else ""):
        rest = rest.replace(said, " ", 1) if said else rest
    if span:
        rest = OF_DATES.sub(" ", rest)
    if not asks and not (span and bare(rest)):
        return None
    return Library(authors, span, order, _NUMBER.search(text) is not None, False, rest)


def _plain(text: str) -> str:
    """The request without what is said for courtesy before and after it."""
    text = _TAIL.sub("", text)
    while (shorter := _LEAD.sub("", text, count=1)) != text:
        text = shorter
    return text or " "


def _authors(text: str) -> tuple[str, tuple[str, ...]]:
    """The question without the words that name an author, and the names."""
    for pattern in _AUTHORS:
        found = pattern.search(text)
        if found and not set(words(found["name"])) & _NOBODY:
            names = re.split(r",? and ", found["name"])
            return f"{text[: found.start()]} {text[found.end() :]}", tuple(names)
    return text, ()
