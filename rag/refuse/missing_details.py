"""Details that people ask for and abstracts rarely give: batch sizes, GPUs, licences, first authors."""

from __future__ import annotations

import re

from rag.retrieve.retriever import Retrieval
from rag.text.words import stem, words

# Details of an experiment or a publication that abstracts rarely give.
_DETAIL = re.compile(
    r"\b(?:gpus?|tpus?|hardware|cluster|cloud|learning rate|step size|schedule|batch size|epochs?|optimi[sz]er"
    r"|licen[cs]e[ds]?|seeds?|dropout|weight decay|temperature|vocabulary|tokeni[sz]er|layers?|dimensions?|hidden size"
    r"|context window|parameters|gradient steps|e-?mail|university|funded|funding|cost|dollars?|price|carbon|energy"
    r"|citations?|cited|conference|venue|reviewers?|beta|gamma|coefficient|clip ratio|kappa|agreement|annotators|raters"
    r"|hours|days|minutes|seconds|wall-clock|participants|programming language|first author|memory footprint|salary"
    r"|hyperparameters?|sample size|confidence interval|standard deviation|p-value|framerate|resolution)\b",
    re.IGNORECASE,
)
# Of these, the ones that nothing else could be meant by.
_PLAIN = "gpu gpus tpu tpus licence license licensed licenced epoch epochs e-mail email seed seeds dropout university"
_PLAIN += " funded funding carbon citations conference reviewers tokenizer tokeniser kappa participants hyperparameters"
PLAIN_DETAILS = frozenset([*_PLAIN.split(), "learning rate", "batch size", "weight decay", "step size", "first author"])


def asked_details(text: str) -> list[str]:
    """The details of an experiment or a publication that a question asks for."""
    return list(dict.fromkeys(match.casefold() for match in _DETAIL.findall(text)))


def missing_details(text: str, found: Retrieval) -> list[str]:
    """The details of an experiment or a publication that are asked for and that the best paper does not mention."""
    held = found.views[found.hits[0].paper.paper_id].stems
    return [detail for detail in asked_details(text) if not all(stem(word) in held for word in words(detail))]
