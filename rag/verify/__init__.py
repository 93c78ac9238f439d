"""Whether a sentence is supported by what it cites."""

from rag.verify.factory import VERIFIERS, get_verifier, known, lacks
from rag.verify.local import LocalVerifier
from rag.verify.protocol import Evidence, Support, Verifier
from rag.verify.weights import NAMES_OF, figures

__all__ = [
    "Evidence",
    "LocalVerifier",
    "NAMES_OF",
    "Support",
    "VERIFIERS",
    "Verifier",
    "figures",
    "get_verifier",
    "known",
    "lacks",
]
