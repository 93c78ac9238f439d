"""An answer with a language model: prompt, markers, attribution, policy."""

from rag.generate.policy import check_policy

__all__ = ["check_policy"]
