"""What is asked, planned, suggested, a correlation or true of some is not known, done, proved, a cause or always so."""

from __future__ import annotations

import re
from collections import Counter

from rag.verify.checks.words import content_stems, read_words, stem, word_set

_ASKED = re.compile(r"\bwhether\b[^.;:,]*", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:whether|if|how|open|unclear|unknown|may|might|could"
    r"|(?:question|ask|investigat|examin|explor|stud[iy]|test|assess|evaluat|analy|consider|look)\w*)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:has|have|had|was|were)\s+(?:also\s+)?(?:been\s+)?([A-Za-z]+ed)\b", re.IGNORECASE)
_PLANNED = re.compile(
    r"\b(?:will|(?:plan|plans|planned|intend|intends|aim|aims|hope|hopes|remains?)\s+to)\s+(?:also\s+)?(?:be\s+)?([A-Za-z]+)",
    re.IGNORECASE,
)
_PROVES = re.compile(r"\bprov(?:e[sd]?|ing) that\b", re.IGNORECASE)
_SUGGESTS = re.compile(r"\b(?:suggest\w*|indicat\w*|may|might|hypothesi\w*|conjectur\w*)\b", re.IGNORECASE)
_FIRM = re.compile(r"\b(?:prov(?:e\w*|ing|abl[ey])|proof\w*|theorem\w*|guarantee\w*|certif\w*)\b", re.IGNORECASE)
_CAUSES = re.compile(
    r"\b(?:caus(?:es?|ed|ing)|leads? to|led to|results? in|because|due to|owing to|stems? from|triggers?)\b",
    re.IGNORECASE,
)
_GOES_WITH = re.compile(r"\b(?:correlat\w*|associated with|association|goes? along with|co-?occur\w*)\b", re.IGNORECASE)
_ALWAYS = re.compile(r"\b(?:always|invariably|without exception|in (?:all|every) cases?)\b", re.IGNORECASE)
_NO_LIMIT = re.compile(
    r"\b(?:all|every\w*|each|any|always|both|consistent\w*|invariabl\w*|across|throughout|never|no|without exception"
    r"|guarantee\w*|universal\w*|must|100)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:all|every|each|any|always|both)\b", re.IGNORECASE)
_SOME = word_set("some most many several few certain half")
_HEDGES = re.compile(
    r"\b(?:may|might|could|suggest\w*|appear\w*|seem\w*|indicat\w*|believ\w*|argu\w*|speculat\w*|hypothes\w*|likely|unlikely"
    r"|probab\w*|possib\w*|perhaps|presumabl\w*|potential\w*|apparent\w*|according to|described as|tend\w*|expect\w*"
    r"|promis\w*|plan\w*|hope\w*|aim\w*|will|often|sometimes|usually|generally|mostly|partly|partially|in part|largely"
    r"|question\w*|open|whether)\b",
    re.IGNORECASE,
)


def dropped_hedge(claim: str, evidence: str) -> str | None:
    """A word by which cleaned evidence is less than certain, where the cleaned claim has no such word at all."""
    found = _HEDGES.search(evidence)
    return found.group() if found and not _HEDGES.search(claim) else None


def uncertain(claim: str, evidence: str) -> str | None:
    """How a cleaned claim is surer than the cleaned evidence; None where it is not."""
    if _only_asked(claim, evidence):
        return "the cited text asks this and does not say it"
    if _only_planned(claim, evidence):
        return "the cited text plans this and does not say that it is done"
    if _PROVES.search(claim) and _SUGGESTS.search(evidence) and not _FIRM.search(evidence):
        return "the cited text suggests this and does not prove it"
    if _CAUSES.search(claim) and _GOES_WITH.search(evidence) and not _CAUSES.search(evidence):
        return "the cited text says that it goes along, not that it is the cause"
    if _only_some(claim, evidence):
        return "the cited text says it of some, not of all"
    if _ALWAYS.search(claim) and not _NO_LIMIT.search(evidence):
        return "the cited text does not say that it is always so"
    return None


def _only_asked(claim: str, evidence: str) -> bool:
    """Whether all that the claim says stands behind a "whether", and less than half of it anywhere else."""
    said = content_stems(claim)
    if len(said) < 2 or _ASKS.search(claim):
        return False
    rest = content_stems(_ASKED.sub(" ", evidence))
    asked = [content_stems(found.group()) for found in _ASKED.finditer(evidence)]
    return any(len(said & clause) >= 0.8 * len(said) for clause in asked) and len(said & rest) < 0.5 * len(said)


def _only_planned(claim: str, evidence: str) -> bool:
    """Whether the claim has done ("has been released") what the evidence only will do, each time that it says so."""
    planned = Counter(stem(found[1].lower()) for found in _PLANNED.finditer(evidence))
    said = Counter(word.stem for word in read_words(evidence))
    done = {stem(found[1].lower()) for found in _DONE.finditer(claim)}
    return any(planned[verb] == said[verb] > 0 for verb in done)


def _only_some(claim: str, evidence: str) -> bool:
    """Whether the claim says of all what the evidence says of some of the same name, and nothing of all."""
    if _WHOLE.search(evidence):
        return False
    words = read_words(claim)
    whole = {words[at + 1].stem for at in range(len(words) - 1) if words[at].lower in ("all", "every")}
    theirs = read_words(evidence)
    some = {theirs[at + 1].stem for at in range(len(theirs) - 1) if theirs[at].lower in _SOME}
    return bool(whole & some)
