"""Which entries are one paper, and what that paper is. The order of the entries never matters."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from rapidfuzz import fuzz

from index.merge.richest import richest
from index.readers.entries.entry import Entry
from index.schema import Paper

# Two abstracts with this similarity (0 to 100, normalised edit distance) under one title are one paper's:
# versions that differ in a link or a sentence are above, different works of a series far below.
NEAR_IDENTICAL = 90.0
_MAX_SLUG = 160
# Of more entries than this under one title ("Editorial"), each is measured against its neighbours alone.
_MANY, _NEIGHBOURS = 200, 20


def merge(entries: Iterable[Entry]) -> tuple[Paper, ...]:
    """One paper for each group of entries that share a DOI, an arXiv id, a PMID, or a title and an abstract.

    The same title counts only with a near-identical abstract. Each field is the richest that any entry
    gives; a paper keeps an id that its sources give it, else it is named by the slug of its title.
    Papers are ordered by id.
    """
    groups = _groups(sorted(set(entries), key=_order))
    return tuple(sorted(_named(groups), key=lambda paper: paper.paper_id))


def normalised_title(title: str) -> str:
    """The words of a title, whatever its case, accents, punctuation and TeX braces."""
    return " ".join(re.findall(r"\w+", _folded(title).replace("{", "").replace("}", "")))


def slug(title: str) -> str:
    """A name made of all the words of a title."""
    return "-".join(re.findall(r"[^\W_]+", _folded(title)))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare)


def _order(entry: Entry) -> tuple[str, ...]:
    return (entry.title, entry.abstract, entry.source.file, f"{entry.source.position:09d}", repr(entry))


def _groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The entries of each paper, by union-find over what makes two of them one."""
    parents = list(range(len(entries)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for key in _keys(entry):
            by_key[key].append(place)
    for (kind, _), places in by_key.items():
        pairs = _same_texts(entries, places) if kind == "title" else pairwise(places)
        for first, second in pairs:
            parents[root(second)] = root(first)
    groups: dict[int, list[Entry]] = defaultdict(list)
    for place, entry in enumerate(entries):
        groups[root(place)].append(entry)
    return list(groups.values())


def _keys(entry: Entry) -> Iterable[tuple[str, str]]:
    names = entry.identifiers
    for kind, value in (("doi", names.doi), ("arxiv", names.arxiv), ("pmid", names.pmid)):
        if value:
            yield kind, value
    yield "title", normalised_title(entry.title)


def _same_texts(entries: Sequence[Entry], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The pairs among entries of one title that are one paper by their abstracts.

    A collection that gives two records two ids holds them apart: then only the same text makes them one.
    """
    if len(places) < 2:
        return
    texts = {place: normalised_title(entries[place].abstract) for place in places}
    words = {place: frozenset(text.split()) for place, text in texts.items()}
    same: dict[str, list[int]] = defaultdict(list)
    for place, text in texts.items():
        same[text].append(place)
    for group in same.values():
        yield from pairwise(group)
    for first, second in combinations(places, 2) if len(places) <= _MANY else _neighbours(same):
        if len(texts[first]) > len(texts[second]):
            first, second = second, first
        short, long = texts[first], texts[second]
        one, other = entries[first], entries[second]
        told_apart = one.entry_id and other.entry_id and one.entry_id != other.entry_id
        if short == long or (told_apart and one.source.file == other.source.file):
            continue
        elif len(words[first]) >= 30 and len(words[first] & words[second]) * 3 < len(words[first]):
            continue  # most words differ: no need to measure, which matters for a thousand files named alike
        elif _near_identical(short, long, cut=one.abstract.rstrip().endswith(("...", "…"))):
            yield first, second


def _neighbours(same: dict[str, list[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of different texts that begin or end alike: two versions of one text do, unless both ends were edited."""
    for order in (sorted(same), sorted(same, key=lambda text: text[::-1])):
        for place, text in enumerate(order):
            for other in order[place + 1 : place + 1 + _NEIGHBOURS]:
                yield same[text][0], same[other][0]


def _near_identical(short: str, long: str, cut: bool) -> bool:
    """Whether two normalised abstracts are one, but for small edits or a cut at the end of the shorter one."""
    within_reach = 2 * len(short) * 100 >= NEAR_IDENTICAL * (len(short) + len(long))
    if within_reach and fuzz.ratio(short, long, score_cutoff=NEAR_IDENTICAL) >= NEAR_IDENTICAL:
        return True
    return cut and len(short) >= 100 and fuzz.ratio(short, long[: len(short)]) >= NEAR_IDENTICAL


def _named(groups: Iterable[list[Entry]]) -> list[Paper]:
    """Papers with their ids: given ones first, then slugs; where one is taken, a suffix from the content."""
    wanted = []
    for group in groups:
        given = sorted({entry.entry_id for entry in group if entry.entry_id})
        paper = richest(group)
        digest = hashlib.sha256(f"{paper.title}\n{paper.abstract}".encode()).hexdigest()
        wanted.append((not given, given[0] if given else _short_slug(paper.title, digest), digest, paper))
    papers: dict[str, Paper] = {}
    for _, name, digest, paper in sorted(wanted, key=lambda item: item[:3]):
        free = name
        while free in papers:
            free = f"{name}-{digest[:8]}"
            digest = hashlib.sha256(digest.encode()).hexdigest()
        papers[free] = replace(paper, paper_id=free, keys=tuple(key for key in paper.keys if key != free))
    return list(papers.values())


def _short_slug(title: str, digest: str) -> str:
    name = slug(title)
    if not name:
        return f"paper-{digest[:8]}"
    return name if len(name) <= _MAX_SLUG else f"{name[:_MAX_SLUG].rstrip('-')}-{digest[:8]}"
