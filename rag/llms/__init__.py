"""LLM providers, one file each; nothing of theirs is imported before a model is asked for."""

from rag.llms.base import LLM, Completion, Limits, Message, Request, Schema, Wrapper
from rag.llms.factory import Provider, as_llm, get_llm, providers
from rag.llms.scripted import ScriptedLLM

__all__ = [
    "Completion",
    "LLM",
    "Limits",
    "Message",
    "Provider",
    "Request",
    "Schema",
    "ScriptedLLM",
    "Wrapper",
    "as_llm",
    "get_llm",
    "providers",
]
