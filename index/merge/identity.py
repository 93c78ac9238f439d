"""Which entries are one paper, and what that paper is. The order of the entries never matters."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.merge.likeness import NEAR_IDENTICAL, folded, normalised_title, same_identifier, same_title, title_key
from index.merge.richest import richest
from index.readers.entries.entry import Entry
from index.readers.entries.retraction import bare, notice_of
from index.schema import Paper

__all__ = ["NEAR_IDENTICAL", "kept_apart", "merge", "normalised_title", "slug"]
_MAX_SLUG = 160
# names by which databases number their records; a name that somebody chose goes before
_ACCESSION = re.compile(
    r"\d+|[0-9a-f]{24,}|[A-Z0-9]{8}|(?:wos|medline|ccc|biosis|rayyan|https?|W\d)\b.*", re.IGNORECASE
)


def merge(entries: Iterable[Entry]) -> tuple[Paper, ...]:
    """One paper for each group of entries that share a DOI, an arXiv id, a PMID, or a title and an abstract.

    The same title counts only with a near-identical abstract, an identifier only where title or abstract are not
    wholly unlike. Each field is the richest that any entry gives; a paper keeps an id that its sources give it, else
    it is named by the slug of its title. A paper whose retraction another record announces is marked. Papers are
    ordered by id.
    """
    groups = _groups(sorted(set(entries), key=_order))
    papers = sorted(_named(groups), key=lambda paper: paper.paper_id)
    return tuple(_with_notices(papers))


def kept_apart(papers: Iterable[Paper]) -> list[tuple[str, tuple[Paper, ...]]]:
    """The identifiers that several papers carry, because neither their titles nor their abstracts are alike."""
    by_name: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        names = paper.identifiers
        for kind, value in (("DOI", names.doi), ("arXiv", names.arxiv), ("PMID", names.pmid)):
            if value:
                by_name[f"{kind} {value}"].append(paper)
    return [(name, tuple(group)) for name, group in by_name.items() if len(group) > 1]


def slug(title: str) -> str:
    """A name made of all the words of a title."""
    return "-".join(re.findall(r"[^\W_]+", folded(title)))


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
        for first, second in same_title(entries, places) if kind == "title" else same_identifier(entries, places):
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
    yield "title", title_key(entry)


def _named(groups: Iterable[list[Entry]]) -> list[Paper]:
    """Papers with their ids: given ones first, then slugs; where one is taken, a suffix from the content."""
    wanted = []
    for group in groups:
        given = sorted({entry.entry_id for entry in group if entry.entry_id}, key=_chosen_first)
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


def _chosen_first(name: str) -> tuple[bool, str]:
    return bool(_ACCESSION.fullmatch(name)), name


def _short_slug(title: str, digest: str) -> str:
    name = slug(title)
    if not name:
        return f"paper-{digest[:8]}"
    return name if len(name) <= _MAX_SLUG else f"{name[:_MAX_SLUG].rstrip('-')}-{digest[:8]}"


def _with_notices(papers: Sequence[Paper]) -> Iterator[Paper]:
    """The papers, those marked whose retraction another one announces by their title."""
    notices: dict[str, Paper] = {}
    for paper in papers:
        target = normalised_title(notice_of(paper.title, paper.kind or "") or "")
        if len(target.split()) >= 3:
            notices.setdefault(target, paper)
    for paper in papers:
        notice = notices.get(normalised_title(bare(paper.title))) if notices else None
        if notice is None or notice is paper:
            yield paper
        else:
            when = f" in {notice.year}" if notice.year else ""
            yield replace(paper, retraction=f"retracted{when}: {notice.title}")
