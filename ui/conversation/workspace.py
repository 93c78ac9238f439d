"""What all conversations share: opened indexes, assistants for each choice of models, and the maps of the papers."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Index
from index.changes import Progress
from index.errors import CitewellError, InputError
from rag import Assistant
from ui.conversation.libraries import DEMO, Library, library, open_library
from ui.conversation.paper_map import Atlas
from ui.conversation.state import Conversation

EXTRACTIVE = "extractive"
Opener = Callable[[Progress], Assistant]


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether questions can be asked, and if not, what is being done or what went wrong."""

    ready: bool
    doing: str = ""
    failed: str | None = None


class Workspace:
    """Opens indexes and models once, and hands out the assistant for a conversation. Safe for threads.

    assistant: what the chat was started with, or a function that makes it: it is then made in the background, so that
    the page is there at once and can say what it is waiting for.
    """

    def __init__(
        self,
        assistant: Assistant | Opener,
        *,
        name: str = DEMO,
        given: Path | None = None,
        local: bool = True,
    ) -> None:
        self.name, self.given, self.local = name, given, local
        self._lock = threading.Lock()
        self._making: defaultdict[tuple[str, str, str], threading.Lock] = defaultdict(threading.Lock)
        self._assistants: dict[tuple[str, str, str], Assistant] = {}
        self._atlases: dict[str, Atlas] = {}
        self._readiness = Readiness(False, "Opening the papers")
        if isinstance(assistant, Assistant):
            self._adopt(assistant)
        else:
            threading.Thread(target=self._load, args=(assistant,), name="citewell-load", daemon=True).start()

    @property
    def readiness(self) -> Readiness:
        """Whether questions can be asked."""
        return self._readiness

    def assistant(self, conversation: Conversation) -> Assistant:
        """The assistant for the library and the models of a conversation."""
        name, llm, verifier = conversation.library or self.name, conversation.llm, conversation.verifier
        base = self._base(name)
        return self._once((name, llm, verifier), lambda: _with_models(base, llm, verifier))

    def index(self, conversation: Conversation) -> Index:
        """The index that a conversation asks."""
        return self._base(conversation.library or self.name).index

    def library(self, conversation: Conversation) -> Library:
        """The library that a conversation asks."""
        return library(conversation.library or self.name, self.given)

    def atlas(self, conversation: Conversation) -> Atlas:
        """Nearest papers and the map of the conversation's library."""
        name = conversation.library or self.name
        index = self.index(conversation)
        with self._lock:
            if name not in self._atlases:
                self._atlases[name] = Atlas(index)
            return self._atlases[name]

    def _base(self, name: str) -> Assistant:
        if not self._readiness.ready:
            raise InputError(self._readiness.failed or f"one moment: {self._readiness.doing.lower()}")
        default = self._assistants[(self.name, "", "")]
        return self._once((name, "", ""), lambda: _over(open_library(library(name, self.given)), default))

    def _once(self, key: tuple[str, str, str], make: Callable[[], Assistant]) -> Assistant:
        """Make an assistant when it is first asked for. Who asks for another one does not wait for its models."""
        with self._lock:
            making = self._making[key]
        with making:
            if key not in self._assistants:
                self._assistants[key] = make()
            return self._assistants[key]

    def _adopt(self, assistant: Assistant) -> None:
        self._assistants[(self.name, "", "")] = assistant
        self._readiness = Readiness(True)

    def _load(self, opener: Opener) -> None:
        def told(stage: str, done: int, total: int) -> None:
            self._readiness = Readiness(False, f"Indexing the papers: {done} of {total}")

        try:
            self._adopt(opener(told))
        except (CitewellError, OSError) as error:
            self._readiness = Readiness(False, failed=str(error))
        finally:
            if not self._readiness.ready and self._readiness.failed is None:
                self._readiness = Readiness(False, failed="the papers could not be opened; the terminal says why")


def _over(index: Index, like: Assistant, **models: Any) -> Assistant:
    chosen = {"llm": like.llm, "verifier": like.verifier} | models
    return Assistant(
        index, policy=like.policy, top_k=like.top_k, abstain=like.abstain, fallback=like.fallback, **chosen
    )


def _with_models(base: Assistant, llm: str, verifier: str) -> Assistant:
    models: dict[str, Any] = {}
    if llm:
        from rag.llms import get_llm

        models["llm"] = None if llm == EXTRACTIVE else get_llm(llm)
    answering = models.get("llm", base.llm)
    if verifier and (verifier != "llm-judge" or answering is not None):  # a judge is a model too
        from rag.verify import get_verifier

        models["verifier"] = get_verifier(verifier, embedder=base.index.embedder, llm=answering)
    return _over(base.index, base, **models) if models else base
