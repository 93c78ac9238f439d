"""Corpus questions ("which papers …", "how many …"): every paper is looked at, and each that qualifies says why."""

from __future__ import annotations

from index import Index
from rag.citations import cite
from rag.draft import Draft
from rag.question import Question
from rag.retriever import Retrieval, Retriever
from rag.schema import Citation, Sentence


def survey(index: Index, retriever: Retriever, question: Question, found: Retrieval) -> Draft:
    """Every paper that qualifies, each with the sentence that qualifies it."""
    paper_ids = [paper.paper_id for paper in index.papers()]
    known = [term for term in found.terms if term.papers]
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    lines: list[str] = []
    for paper_id, view in retriever.views.of(paper_ids).items():
        if not known or not all(term.stem in view.stems for term in known) or not view.spans:
            continue
        covered = [sum(t.weight for t in known if t.stem in stems) for stems in view.sentence_stems]
        usable = view.usable()
        if not usable:
            continue
        number = max(usable, key=covered.__getitem__)
        marker = len(citations) + 1
        citations.append(cite(marker, view.paper, index.chunks(paper_id), *view.spans[number]))
        sentences.append(Sentence(view.sentence(number), (marker,), 1.0, "supported", "recited"))
        lines.append(f"- {view.paper.title}: “{view.sentence(number)}” [{marker}]")
    looked = f"{len(lines)} papers; {len(paper_ids)} of {len(paper_ids)} looked at"
    if not lines:
        return Draft((), (), "not_in_corpus", f"No paper qualifies; {looked}.")
    return Draft(tuple(sentences), tuple(citations), "answered", looked, "\n".join([f"{looked}:", *lines]))
