"""Words of a request for papers that say nothing of their topic."""

from __future__ import annotations

from rag.text.words import content

_FRAME = """
mention mentions mentioned report reports reported reporting discuss discusses discussed deal deals dealing concern
concerns cover covers covered covering treat treats address addresses addressed addressing involve involves involving
apply applies applied work works working come appear appears include includes contain contains list name show find
give gives provide provides result results score scores test beds bed testbed everything collection corpus index here
topic topics related relate focus focuses focused focusing study studies studied propose proposes proposed introduce
introduces introduced present presents presented evaluate evaluates evaluated total number count published written
released available entire whole database set lists listed containing mentioning field area kind type different use
uses used using rely relies based build builds built literature tackle tackles look looks date dates think believe
numbers big large size pls plz please thanks thank hi hello whats library archive exist exists ones those alone papers
investigate investigates examine examines entries document documents abstracts titles preprints publications appeared
appearing came comes addition additions entry item items thing things know new posted printed put recently recent
dated get got added anything something
"""
FRAME = frozenset(_FRAME.split())


def bare(text: str) -> bool:
    """Whether a text has no words of a topic."""
    return not any(word not in FRAME for word in content(text).values())
