"""Whether two records are of one work, by their texts."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from rapidfuzz import fuzz

from index.readers.entries.entry import Entry
from index.readers.entries.retraction import bare

# Two abstracts with this similarity (0 to 100, normalised edit distance) under one title are one paper's:
# versions that differ in a link or a sentence are above, different works of a series far below.
NEAR_IDENTICAL = 90.0
# Below these, titles (share of the words in common, 0 to 100) and abstracts (share of the shorter one's words) have
# nothing to do with each other: a DOI that both carry is their volume's.
UNLIKE_TITLES, UNLIKE_ABSTRACTS = 50.0, 0.4
# Of more entries than this under one title ("Editorial"), each is measured against its neighbours alone.
_MANY, _NEIGHBOURS = 200, 20
_LONG = 2_000  # characters from which texts are compared by samples of their phrases first


def normalised_title(title: str) -> str:
    """The words of a title, whatever its case, accents, punctuation and TeX braces."""
    return " ".join(re.findall(r"\w+", folded(title).replace("{", "").replace("}", "")))


def folded(text: str) -> str:
    """Text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", plain)


def title_key(entry: Entry) -> str:
    """What makes two titles the same: their words, but for the mark of a retraction."""
    return normalised_title(bare(entry.title))


def same_identifier(entries: Sequence[Entry], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The pairs among entries of one identifier that may be one work: all but those unlike in title and abstract."""
    first: list[int] = []
    for place in places:
        found = next((one for one in first if not unlike(entries[one], entries[place])), None)
        if found is not None:
            yield found, place
        elif len(first) < _NEIGHBOURS:
            first.append(place)


def unlike(one: Entry, other: Entry) -> bool:
    """Whether neither the titles nor the abstracts have to do with each other.

    Titles that are only partly alike ("Abstracts of the meeting: …") count as such where no author is in common.
    """
    words, others = _words(one.abstract), _words(other.abstract)
    smaller = min(len(words), len(others))
    texts_unlike = len(words & others) < UNLIKE_ABSTRACTS * smaller
    if fuzz.token_set_ratio(title_key(one), title_key(other)) >= UNLIKE_TITLES:
        families = _families(one), _families(other)
        strangers = all(families) and not families[0] & families[1]
        return strangers and texts_unlike and title_key(one) != title_key(other)
    return not smaller or texts_unlike


def _families(entry: Entry) -> set[str]:
    return {folded(name.split()[-1]) for name in entry.authors if name.split()}


@lru_cache(4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in normalised_title(text).split() if len(word) > 2)


def same_title(entries: Sequence[Entry], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The pairs among entries of one title that are one paper, by their abstracts or, without one, their authors."""
    if len(places) < 2:
        return
    yield from _same_texts(entries, [place for place in places if entries[place].abstract])
    yield from _without_abstract(entries, places)


def _without_abstract(entries: Sequence[Entry], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A record without an abstract joins one of the same long title and the same authors or, unknown, year."""
    if len(title_key(entries[places[0]]).split()) < 4:
        return
    seen: list[int] = [place for place in places if entries[place].abstract][:_NEIGHBOURS]
    for place in places:
        if entries[place].abstract:
            continue
        found = next((one for one in seen if _same_people(entries[one], entries[place])), None)
        if found is not None:
            yield found, place
        elif len(seen) < 2 * _NEIGHBOURS:
            seen.append(place)


def _same_people(one: Entry, other: Entry) -> bool:
    families = [_families(entry) for entry in (one, other)]
    if all(families):
        return bool(families[0] & families[1])
    years = [(entry.published or "")[:4] for entry in (one, other)]
    return bool(years[0]) and years[0] == years[1]


def _same_texts(entries: Sequence[Entry], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The pairs among entries of one title that are one paper by their abstracts.

    A collection that gives two records two ids holds them apart: then only the same text makes them one.
    """
    if len(places) < 2:
        return
    texts = {place: normalised_title(entries[place].abstract) for place in places}
    words = {place: frozenset(text.split()) for place, text in texts.items()}
    phrases = {place: _phrases(text) if len(text) >= _LONG else None for place, text in texts.items()}
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
        if len(words[first]) >= 30 and len(words[first] & words[second]) * 3 < len(words[first]):
            continue  # most words differ: no need to measure, which matters for a thousand files named alike
        if _other_order(phrases[first], phrases[second]):
            continue
        if _near_identical(short, long, cut=one.abstract.rstrip().endswith(("...", "…"))):
            yield first, second


def _phrases(text: str) -> frozenset[int]:
    """A sample of a text's runs of three words, the same runs from every text that has them."""
    words = text.split()
    sums = (zlib.crc32(" ".join(words[place : place + 3]).encode()) for place in range(len(words) - 2))
    return frozenset(number for number in sums if number % 8 == 0)


def _other_order(one: frozenset[int] | None, other: frozenset[int] | None) -> bool:
    """Whether long texts share so few runs of words that, for all their common words, they say other things."""
    if not one or not other:
        return False
    return len(one) >= 20 and len(one & other) < 0.3 * len(one)


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
