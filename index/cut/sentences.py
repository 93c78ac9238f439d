"""Where the sentences of a text begin and end: rules for scientific prose, no model, no data files."""

from __future__ import annotations

import itertools
import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words whose dot belongs to them: what follows is the same sentence.
_JOINING = _words(
    "e.g i.e eg ie vs cf viz approx resp incl fig figs eq eqs eqn ref refs tab vol pp dr prof mr mrs ms w.r.t a.k.a "
    "c.f n.b thm lem suppl engng"
)
# Words whose dot may also end a sentence: only a word that usually opens one shows it.
_AMBIGUOUS = _words(
    "al etc inc ltd co corp jr sr ph.d m.sc b.sc et.al in ft ed eds st dept univ assoc proc conf trans intl jan feb "
    "mar apr jun jul aug sep sept oct nov dec aero sci phys math mech appl"
)
# Abbreviations only before a number: "No. 3", but "The answer is no. We …".
_NUMBERED = _words("no nos nr p sec sect ch chap art para ex lines app def prop cor alg")
_OPENERS = _words(
    "the this these those that we our it its in on at to for from by with as an a however moreover furthermore "
    "additionally finally thus hence therefore while although though when where if since because despite unlike "
    "such there here they their he she his her i you both each all many most some several one two three first "
    "second third next then also specifically experiments extensive results existing recent recently previous code "
    "further notably importantly instead consequently meanwhile similarly after before during under using based "
    "given across among through what which how why who is are can do does not no new"
)
_LOWER_OPENERS = _words("our we this these it the however")
_CLOSERS = "\"'”’»)]}"
# references behind a stop belong to the sentence before them: "It works.[12] We …", "It works. [3, 4] We …"
_REFERENCES = r"(?:\s?(?:\[\d[\d,;–\s-]{0,40}\])+(?=\s+[A-Z\"“(]|\s*$))?"
_ENDS = re.compile(
    rf"[.!?…]+[{re.escape(_CLOSERS)}]*{_REFERENCES}(?=\s|$)|[。！？]+[”’」』）]*|(?<=[a-z)]{{2}})[.!?](?=[A-Z][a-z])"
)
_HARD = re.compile(r"(?<![^\S\n])[^\S\n]*\n[^\S\n]*(?:\n\s*|(?=(?:[-*•‣▪–]|\(?\d{1,2}[.)])\s+\S|#{1,6}\s))")
_LAST_WORD = re.compile(r"[^\s(\[{\"'“‘`,;/—]+$")
_NEXT_WORD = re.compile(r"[\"'“‘`(\[{*_]*([^\W_][\w'’-]*)?")
_LIST_MARKER = re.compile(r"(?:^|[:;]\s)\s*\(?(?:\d{1,2}|[a-zA-Z])$")
_ENUMERATED = re.compile(r"\((?:[ivx]{1,4}|[a-z])\)\s")
_NUMBER = re.compile(r"\d|[IVX]+\b")


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text as spans, in order and without the space around them.

    Together they cover every character of the text that is not white space, each once. Blank lines and
    bullets end a sentence as a full stop does. Works on lower-case text with free-standing stops as well.
    """
    caseless = text == text.lower()
    floating = caseless and re.search(r"\s\.(?:\s|$)", text) is not None
    spans: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        spans += _block_sentences(text, start, end, caseless, floating)
    return tuple(spans)


def _blocks(text: str) -> list[tuple[int, int]]:
    """The stretches between blank lines, bullets and headings."""
    blocks = []
    start = 0
    for gap in _HARD.finditer(text):
        blocks.append((start, gap.start()))
        start = gap.end()
    return [block for block in [*blocks, (start, len(text))] if text[slice(*block)].strip()]


def _block_sentences(text: str, start: int, end: int, caseless: bool, floating: bool) -> list[tuple[int, int]]:
    block = text[start:end]
    cuts = [0]
    for stop in _ENDS.finditer(block):
        if stop.start() >= cuts[-1] and _is_end(block, cuts[-1], stop, caseless, floating):
            cuts.append(stop.end())
    cuts.append(len(block))
    spans: list[tuple[int, int]] = []
    pending = 0
    for first, last in itertools.pairwise(cuts):
        piece = block[first:last]
        if any(map(str.isalnum, piece)):
            spans.append((pending, last))
            pending = last
        elif spans:  # stray punctuation belongs to the sentence before it
            spans[-1] = (spans[-1][0], last)
            pending = last
    if not spans:
        spans = [(0, len(block))]
    return [_stripped(text, start + first, start + last) for first, last in spans]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return start + left, start + max(left, len(piece.rstrip()))


def _is_end(block: str, sentence_start: int, stop: re.Match[str], caseless: bool, floating: bool) -> bool:
    """Whether the punctuation at ``stop`` ends the sentence that began at ``sentence_start``."""
    after = block[stop.end() : stop.end() + 60].lstrip()
    mark = stop.group()
    if not after or mark[0] in "。！？":
        return True
    # a look back of 60 characters sees any abbreviation, and keeps long texts linear
    before = block[max(sentence_start, stop.start() - 60) : stop.start()]
    if stop.end() < len(block) and not block[stop.end()].isspace():
        return _glued_end(before, after)
    following = _NEXT_WORD.match(after)
    word = (following.group(1) or "") if following else ""
    if mark[0] == "." and (not before or before[-1].isspace()):
        return not (before.rstrip()[-1:].isdigit() and word[:1].isdigit())  # free-standing stop; "0 . 8" is a number
    opens = (caseless and not floating) or _can_open(after, word, before)
    if mark[0] != "." or mark.startswith(".."):
        return opens
    return opens and not _belongs_to_word(block, sentence_start, stop, before, word)


def _can_open(after: str, word: str, before: str) -> bool:
    """Whether a sentence may begin with this word: a capital, a name such as mT5, "(ii)", or a forgotten capital."""
    if not word[:1].islower() or re.search(r"[A-Z0-9]", word[1:6]) or _ENUMERATED.match(after):
        return True
    return word in _LOWER_OPENERS and re.search(r"[^\W\d_]{4}\)?$", before) is not None


def _glued_end(before: str, after: str) -> bool:
    """A stop without a space behind it: an end only before a word that opens sentences, never in an address."""
    found = _LAST_WORD.search(before)
    word = re.match(r"[A-Za-z]+", after)
    address = found is not None and re.search(r"://|www\.|@|\.", found.group())
    return not address and word is not None and word.group().lower() in _OPENERS and after[word.end() :][:1] in " ,"


def _belongs_to_word(block: str, sentence_start: int, stop: re.Match[str], before: str, word: str) -> bool:
    """Whether the dot is part of an abbreviation, an initial or a list number, so that the sentence goes on."""
    found = _LAST_WORD.search(before)
    if not found:
        return False
    last = found.group().lower().rstrip(".")
    if len(stop.group()) > 1 and stop.group()[1] in "\"'”’»":
        return False  # a quotation that ends with its stop
    if last in _JOINING:
        return True
    if last in _NUMBERED:
        return _NUMBER.match(word) is not None
    opener = word[:1].isupper() and word.lower() in _OPENERS
    if last in _AMBIGUOUS:
        return not opener
    if len(last) == 1 and last.isalpha() and (found.group()[0].isupper() or word[:1].islower()):
        return not (opener and len(word) > 1)  # an initial: "J. Smith", but "vitamin C. The …"
    if re.fullmatch(r"(?:[a-z]\.)+[a-z]", last):
        return not opener  # "U.S.A."
    if len(last) <= 2 and last.isalnum():
        return _LIST_MARKER.search(block[sentence_start : stop.start()][-80:]) is not None
    return False
