"""What all conversations share: opened indexes, assistants for each choice of models, and the maps of the papers."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import Filter, Index, demo_index, has_index, open_index
from index.changes import Progress
from index.errors import CitewellError, InputError
from index.locations import default_index
from rag import Assistant
from ui.conversation.libraries import DEMO, OWN, Library, library, open_library
from ui.conversation.paper_map import Atlas
from ui.conversation.state import EVERYTHING, Conversation

if TYPE_CHECKING:
    from rag.llms import Limits

EXTRACTIVE = "extractive"
Opener = Callable[[Progress], Assistant]
Parts = tuple[str, str, str, str]  # library, model, the model's address, verifier


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
        limits: Limits | None = None,
    ) -> None:
        self.name, self.given, self.local, self.limits = name, given, local, limits
        self._lock = threading.Lock()
        self._making: defaultdict[Parts, threading.Lock] = defaultdict(threading.Lock)
        self._assistants: dict[Parts, Assistant] = {}
        self._atlases: dict[str, Atlas] = {}
        self._default: Assistant | None = None
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
        name, chosen = conversation.library or self.name, (conversation.llm, conversation.llm_url)
        base = self._base(name)
        return self._once(
            (name, *chosen, conversation.verifier),
            lambda: self._with_models(base, *chosen, conversation.verifier),
        )

    def answers_by_model(self, conversation: Conversation) -> bool:
        """Whether a language model answers in that conversation; nothing is loaded to know it."""
        if conversation.llm or conversation.llm_url:
            return conversation.llm != EXTRACTIVE
        return self._default is not None and self._default.llm is not None

    @property
    def default_model(self) -> str:
        """The name of the language model that the chat was started with; "" for none."""
        return self._default.llm.name if self._default is not None and self._default.llm is not None else ""

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

    def scope(self, conversation: Conversation) -> str:
        """How many of the papers the next question is asked of and why, in words; "" for all of them."""
        where = conversation.where
        if where == EVERYTHING:
            return ""
        index = self.index(conversation)
        here, every = len(index.select(where).paper_ids), len(index.papers())
        return f"{here} of {every} papers ({limits_in_words(where)})"

    def forget(self, name: str) -> None:
        """Close what was opened of a library that is renamed or deleted."""
        with self._lock:
            gone = [key for key in self._assistants if key[0] == name]
            closed = {id(index): index for index in (self._assistants.pop(key).index for key in gone)}
            self._atlases.pop(name, None)
        for index in closed.values():
            index.close()

    def _base(self, name: str) -> Assistant:
        if not self._readiness.ready:
            raise InputError(self._readiness.failed or f"one moment: {self._readiness.doing.lower()}")
        default = self._default
        assert default is not None
        return self._once((name, "", "", ""), lambda: _over(open_library(library(name, self.given)), default))

    def _with_models(self, base: Assistant, llm: str, url: str, verifier: str) -> Assistant:
        models: dict[str, Any] = {}
        if llm or url:
            from rag.llms import get_llm

            models["llm"] = None if llm == EXTRACTIVE else get_llm(llm or None, url=url or None, limits=self.limits)
        answering = models.get("llm", base.llm)
        if verifier and (verifier != "llm-judge" or answering is not None):  # a judge is a model too
            from rag.verify import get_verifier

            models["verifier"] = get_verifier(verifier, llm=answering)
        return _over(base.index, base, **models) if models else base

    def _once(self, key: Parts, make: Callable[[], Assistant]) -> Assistant:
        """Make an assistant when it is first asked for. Who asks for another one does not wait for its models."""
        with self._lock:
            making = self._making[key]
        with making:
            if key not in self._assistants:
                self._assistants[key] = make()
            return self._assistants[key]

    def _adopt(self, assistant: Assistant) -> None:
        self._default = self._assistants[(self.name, "", "", "")] = assistant
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


def start_with(index: Path | None = None, llm: Any = None, verifier: str = "auto") -> tuple[str, Opener]:
    """The library that a chat starts with, and what opens its assistant: that index, else the user's, else the demo."""
    if index is not None:
        opened = open_index(index)
        name = OWN if index.resolve() == default_index() else index.name or "given"
        return name, lambda told: Assistant(opened, llm=llm, verifier=verifier)
    if has_index():
        return OWN, lambda told: Assistant(open_index(), llm=llm, verifier=verifier)
    return DEMO, lambda told: Assistant(demo_index(told), llm=llm, verifier=verifier)


def limits_in_words(where: Filter) -> str:
    """The conditions of a filter as people say them."""
    said = ["ticked"] if where.papers is not None else []
    if where.title:
        said.append(f"title holds “{where.title}”")
    if where.page:
        said.append(f"from files named “{where.page}”")
    if where.year_from or where.year_to:
        said.append(f"years {where.year_from or '…'} to {where.year_to or '…'}")
    return ", ".join(said)
