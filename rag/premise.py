"""False premises: a question that takes for granted the contrary of what the evidence says."""

from __future__ import annotations

import re

_WHY = re.compile(r"\b(?:why|how come|what (?:explains|makes|made|causes)|for what reason|reasons?)\b", re.IGNORECASE)
# What the question says, and what would be the contrary in the evidence.
_OPPOSITES = (
    (
        r"worse|poor\w*|inferior|fail\w*|hurt\w*|weaker|lower\w*|lose|lost|degrade\w*",
        r"better|outperform\w*|superior|improv\w+|exceed\w*|surpass\w*|beat\w*|raise\w*|higher|more effective|robust",
    ),
    (
        r"better|outperform\w*|superior|improve\w*|beat\w*|surpass\w*|exceed\w*",
        r"worse|inferior|fail\w*|degrad\w+|harm\w*|suboptimal|underperform\w*|slower|falls?",
    ),
    (
        r"more|larger|bigger|enlarge\w*|increas\w+|largest|grow\w*|faster|quick\w*",
        r"less|fewer|smaller|reduc\w+|compress\w*|slow\w*|shrink\w*|subset|only|lower",
    ),
    (
        r"less|fewer|smaller|slower|decreas\w+|reduc\w+|lower",
        r"more|larger|faster|increas\w+|higher|equal",
    ),
    (
        r"need\w*|require\w*|rely|relies|reliant|depend\w*|had to|have to|must|fine-tun\w+",
        r"without|no need|eliminat\w+|neither|free|independent|instead of|not needed|removes? the need|only",
    ),
)
_CONFLICTS = tuple((re.compile(rf"\b(?:{a})\b", re.I), re.compile(rf"\b(?:{b})\b", re.I)) for a, b in _OPPOSITES)


def why(question: str) -> bool:
    """Whether the question asks for a reason, and so takes a fact for granted."""
    return _WHY.search(question) is not None


def conflict(question: str, evidence: str) -> bool:
    """Whether the evidence says the contrary of a comparison or a need that the question speaks of."""
    return any(a.search(question) and not b.search(question) and b.search(evidence) for a, b in _CONFLICTS)
