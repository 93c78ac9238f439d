"""The set-up that the settings describe: an index, an assistant over it, and the models that score it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.harness.settings import Settings
from eval.harness.setup import Setup
from eval.judges.scorers import CachedScorer, CrossEncoderScorer, Judge, OverlapScorer, Scorer, VerifierScorer
from eval.judges.trust import ScorerVerifier, Trust, judge_judges
from eval.metrics.base import Tools
from index import Index, demo_index, open_index
from rag import Retriever, Turn
from rag.assistant import HITS, Assistant
from rag.generate import check_policy
from rag.llms import LLM
from rag.question import understand
from rag.read import weigh
from rag.refuse import confidence
from rag.retrieve import read
from rag.verify import Evidence, Support, Verifier, get_verifier

# What each value of the setting "retriever" weighs; the hybrid is the assistant's own.
RETRIEVERS: dict[str, Mapping[str, float] | None] = {"hybrid": None, "dense": {"window": 1.0}, "bm25": {"bm25": 1.0}}


class Unchecked:
    """The verifier that is off: every sentence passes."""

    name = "none"

    def check(self, claim: str, evidence: Sequence[Evidence]) -> Support:
        """Always supported, because nothing was looked at."""
        return Support(1.0, "supported")


def build_setup(settings: Settings, *, index: Index | None = None, llm: LLM | None = None) -> Setup:
    """Open the index and build the assistant, its twin that never abstains, and the scoring models.

    index, llm: of your own, in the place of those that the settings name.
    """
    opened = index or _open(settings)
    retriever = Retriever(opened, RETRIEVERS[str(settings["retriever"])])
    llm = _kept(llm or _llm(settings.text("llm"), settings.text("llm_url"), settings["llm_context"]), settings)
    verifier = _verifier(settings.text("verifier"), opened, llm)

    def assistant(abstain: bool) -> Assistant:
        return Assistant(
            opened,
            llm=llm,
            verifier=verifier,
            retriever=retriever,
            policy=check_policy(str(settings["policy"])),
            top_k=settings.number("top_k"),
            abstain=abstain,
            fallback=bool(settings["fallback"]),
        )

    abstains = bool(settings["abstain"])
    tools = _tools(settings, opened, llm)
    return Setup(
        assistant=assistant(abstains),
        forced=assistant(False) if abstains else None,
        papers=opened.papers(),
        chunks=opened.chunks,
        turn=Turn,
        confidence=lambda question, turns, answer: _confidence(opened, retriever, settings, question, turns),
        tools=tools,
        fingerprint=_fingerprint(opened),
        notes=_notes(settings, None if isinstance(verifier, Unchecked) else verifier.name, _scorer_name(settings, llm)),
        judges=lambda: _judges(opened, verifier, tools.scorer),
        close=opened.close if index is None else lambda: None,
    )


def _open(settings: Settings) -> Index:
    path, exact = settings.text("index"), settings["search"] == "exact"
    return demo_index(exact=exact) if path is None else open_index(Path(path), exact=exact)


def _llm(name: str | None, url: str | None, context: Any = None) -> Any:
    if name is None:
        return None
    from rag.llms import get_llm

    return get_llm(name, url=url, context=context)


def _kept(llm: LLM | None, settings: Settings) -> LLM | None:
    folder = settings.text("completions")
    if llm is None or folder is None:
        return llm
    from eval.runs.completions import KeptLLM

    return KeptLLM(llm, Path(folder))


def _verifier(name: str | None, index: Index, llm: Any) -> Any:
    return Unchecked() if name is None else get_verifier(name, llm=llm)


def _confidence(
    index: Index, retriever: Retriever, settings: Settings, question: str, turns: Sequence[Any]
) -> float | None:
    """The logistic of the abstention score: over 0.5 the question is answered. Questions on the corpus have none."""
    asked = understand(question)
    if asked.corpus:
        return None
    found = retriever.look(read(question, turns, retriever).text, limit=HITS)
    if not found.hits:
        return 0.0
    sure = confidence(found, weigh(asked, found, settings.number("top_k")), index.embedder.name)
    return 1 / (1 + math.exp(-sure))


def _tools(settings: Settings, index: Index, llm: Any) -> Tools:
    judge_name, aligner = settings.text("judge"), settings.text("alignscore")
    scorer = _scorer_name(settings, llm)
    return Tools(
        embed=index.embedder.embed_query,
        scorer=None if scorer is None else CachedScorer(_named(scorer, index, llm)),
        aligner=None if aligner is None else CachedScorer(CrossEncoderScorer(aligner)),
        judge=None if judge_name is None else named_judge(judge_name, settings.text("judge_url")),
        abstracts={paper.paper_id: paper.abstract for paper in index.papers()},
    )


def _scorer_name(settings: Settings, llm: LLM | None) -> str | None:
    """What scores the citations: by itself never the verifier that a language model's answers went through."""
    name = settings.text("scorer")
    return name if name != "auto" else "local" if llm is None else "overlap"


def named_scorer(name: str) -> Scorer:
    """A scoring model by name, with the default embedding model where it needs one."""
    return CachedScorer(_named(name, None, None))


def named_judge(name: str, url: str | None = None) -> Judge:
    """An LLM as judge, by provider:model."""
    from eval.judges.llm_judge import LlamaIndexJudge

    return LlamaIndexJudge(_llm(name, url))


def _named(name: str, index: Index | None, llm: Any) -> Scorer:
    if name == "overlap":
        return OverlapScorer()
    if name in ("auto", "nli", "local", "llm-judge"):
        return VerifierScorer(get_verifier(name, llm=llm))
    return CrossEncoderScorer(name.removeprefix("cross-encoder:"))


def _fingerprint(index: Index) -> tuple[tuple[str, str], ...]:
    manifest = index.manifest
    names = ("model", "dimension", "chunking", "corpus_sha256", "index_sha256")
    return tuple((name, str(getattr(manifest, name))) for name in names)


def _judges(index: Index, verifier: Verifier, scorer: Scorer | None) -> tuple[Trust, ...]:
    judges: dict[str, Verifier] = {} if isinstance(verifier, Unchecked) else {"verifier": verifier}
    if scorer is not None:
        judges["scorer"] = ScorerVerifier(scorer)
    return judge_judges(judges, index.papers())


def _notes(settings: Settings, verifier: str | None, scorer: str | None) -> tuple[str, ...]:
    llm, judge = (settings.text(key) for key in ("llm", "judge"))
    notes = []
    if verifier is None:
        notes.append("The verifier is off: supported_share says nothing.")
    elif llm is None:
        notes.append("Without a language model every sentence is a quote, which no verifier needs to check.")
    if scorer is not None and scorer == verifier:
        notes.append(f"The scorer of the citation metrics, {scorer}, is the verifier that answered: it judges itself.")
    if llm is not None and settings.text("completions") is not None:
        notes.append("What the model wrote may come from the folder of completions: its times then say nothing.")
    if judge is not None and judge == llm:
        notes.append(f"The judge of faithfulness and relevancy, {judge}, is the model that answered: it judges itself.")
    return tuple(notes)
