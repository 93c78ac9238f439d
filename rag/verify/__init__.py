"""Whether a sentence is supported by what it cites."""

from rag.verify.cross_encoder import CrossEncoder
from rag.verify.factory import VERIFIERS, get_verifier, known, lacks
from rag.verify.fetch import fetch_model, fetchable
from rag.verify.local import LocalVerifier
from rag.verify.protocol import Evidence, Support, Verifier
from rag.verify.weights import NAMES_OF, figures

__all__ = [
    "CrossEncoder",
    "Evidence",
    "LocalVerifier",
    "NAMES_OF",
    "Support",
    "VERIFIERS",
    "Verifier",
    "fetch_model",
    "fetchable",
    "figures",
    "get_verifier",
    "known",
    "lacks",
]
