"""LLM providers, one file each; nothing of theirs is imported before a model is asked for."""

from rag.llms.base import LLM, Completion, Limits, Message
from rag.llms.factory import Provider, as_llm, get_llm, providers
from rag.llms.scripted import ScriptedLLM

__all__ = ["LLM", "Completion", "Limits", "Message", "Provider", "ScriptedLLM", "as_llm", "get_llm", "providers"]
