"""Comparisons, by a small grammar: which two things are set side by side, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["table", "versus", "better", "sides"]
_END = r"(?:,? (?:what (?:is|are) (?:the )?differen\w+|which (?:one )?is better|in what way))?\W*$"
_WORSE = r"(?:better|worse|stronger|weaker|faster|slower|cheaper|safer|more \w+|less \w+)"

_THING = r"(?:[^\s,:;?]+ ){0,5}?[^\s,:;?]+?"

# what is said, and whether a table, the sentences for one over the other, or for and against are wanted
FORMS: tuple[tuple[str, Form, str], ...] = (
    (
        "compare A and B",
        "table",
        r"^(?:please |can you )?(?:compare|contrast|comparison (?:of|between)|a comparison of) (?P<a>[^:?]+?)"
        rf",? (?:and|with|to|against|vs\.?|versus) (?P<b>[^:?]+?){_END}",
    ),
    (
        "the differences between A and B",
        "table",
        rf"\b(?:differences?|contrast|distinction) between (?P<a>[^:?]+?) and (?P<b>[^:?]+?){_END}",
    ),
    (
        "how does A differ from B",
        "table",
        rf"^how (?:do|does|is|are) (?P<a>{_THING}) differ(?:ent)? from (?P<b>{_THING})\W*$",
    ),
    ("how do A and B differ", "table", rf"^how (?:do|does) (?P<a>{_THING}) and (?P<b>{_THING}) (?:differ|compare)\W*$"),
    (
        "A versus B",
        "versus",
        rf"^(?P<a>{_THING}) (?:vs\.?|versus|against) (?P<b>{_THING})(?:[:,] .*\bdifferen\w+)?\W*$",
    ),
    (
        "is A better than B",
        "better",
        rf"^(?:[^,?]+, )?(?:is|are) (?P<a>{_THING}) (?:\w+ )?{_WORSE} than (?P<b>{_THING})\W*$",
    ),
    (
        "does A beat B",
        "better",
        rf"^(?:[^,?]+, )?(?:does|do|can) (?P<a>{_THING}) (?:beat|outperform|surpass) (?P<b>{_THING})\W*$",
    ),
    ("A or B, which is better", "better", rf"^(?P<a>{_THING}) or (?P<b>{_THING})[,?:]? (?:which|what) (?:one )?is .*"),
    ("A or B for C", "better", rf"^(?P<a>{_THING}) or (?P<b>{_THING}) for [^?]+\?*$"),
    (
        "pros and cons of A",
        "sides",
        r"\b(?:pros and cons|advantages and (?:disadvantages|drawbacks)|strengths and weaknesses"
        r"|benefits and (?:drawbacks|limits|limitations|risks)|upsides and downsides) (?:of|to|in) (?P<a>[^:?]+?)\W*$",
    ),
)
_FORMS = tuple((form, re.compile(pattern, re.IGNORECASE)) for _, form, pattern in FORMS)
_QUOTED = re.compile(r"['\"“‘]([^'\"”’]{3,}(?:['’]\w[^'\"”’]*)?)['\"”’](?=\W|$)")
_ASKING = frozenset(["how", "what", "which", "who", "why", "when", "where", "it", "they", "this", "that"])
_QUOTES = "\"'“”‘’«» "
_ARTICLES = re.compile(
    r"^(?:the |a |an |both |using )*(?:(?:papers?|surveys?|methods?|works?|stud(?:y|ies)) )?", re.IGNORECASE
)
_AFTER = re.compile(r"\s+(?:papers?|surveys?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is set side by side: two things, or one whose good and bad sides are asked for."""

    form: Form
    sides: tuple[str, ...]


def read_comparison(question: str) -> Comparison | None:
    """The question as a comparison; None where it is none, or asks for one detail of two things."""
    text = " ".join(question[:1000].split())
    for form, pattern in _FORMS:
        found = pattern.search(text)
        if found:
            quoted = _QUOTED.findall(text)
            sides = (
                quoted
                if len(quoted) == 2 and form in ("table", "versus")
                else [s for s in found.groupdict().values() if s]
            )
            bare = tuple(_bare(side) for side in sides)
            if all(side and side.split()[0].casefold() not in _ASKING for side in bare):
                return Comparison(form, bare)
    return None


def _bare(side: str) -> str:
    return _AFTER.sub("", _ARTICLES.sub("", side.strip(_QUOTES + "?.!,;"))).strip(_QUOTES)
