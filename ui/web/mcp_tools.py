"""The tools that programs get, over Gradio's HTTP API and over MCP: ask, search, get_paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from index.errors import InputError
from ui.conversation.asking import asked
from ui.conversation.present import answer_view, paper_view, row_view
from ui.conversation.state import Conversation
from ui.web.desk import Door

MOST = 50


def tools(door: Door) -> tuple[Callable[..., Any], ...]:
    """The tools, over the library that the chat was started with or one by name. An agent reads their docstrings."""

    async def ask(question: str, library: str = "") -> dict:  # type: ignore[type-arg]
        """Answer a question from the indexed research papers, with citations.

        Use this for questions about what the papers say. Each sentence of the answer has markers that point into
        "citations"; a citation's "quote" is verbatim from the paper's abstract. A sentence whose "verdict" is not
        "supported" must not be passed on as a fact. Where "abstained" is true the papers do not hold the answer:
        say so, "reason" tells why and "nearest" names the papers that come closest.

        Args:
            question: one self-contained question in plain English
            library: the name of another library to ask; empty asks the one that the server was started with
        """
        text, now = asked(question), Conversation(library=library)
        return answer_view(await door.pool(now).run(lambda: door.workspace.assistant(now).ask(text)))

    def search(question: str, limit: int = 10, library: str = "") -> dict:  # type: ignore[type-arg]
        """Find the indexed papers that are closest to a question or a topic, best first.

        Use this to find papers rather than to answer a question. Take a paper's "id" to get_paper for its abstract.

        Args:
            question: a question, a topic or keywords
            limit: how many papers to return, from 1 to 50
            library: as in ask
        """
        if not isinstance(limit, int) or not 1 <= limit <= MOST:
            raise InputError(f"limit is from 1 to {MOST}, not {limit}")
        found = door.workspace.assistant(Conversation(library=library)).search(asked(question), limit=limit)
        return {
            "papers": [{**row_view(hit.paper), "score": round(hit.score, 4), "rank": hit.rank} for hit in found.hits]
        }

    def get_paper(paper_id: str, library: str = "") -> dict:  # type: ignore[type-arg]
        """Get one paper: title, abstract, date, authors, links, and its nearest papers.

        Args:
            paper_id: the id of a paper as search and the citations of ask name it
            library: the library that named it
        """
        now = Conversation(library=library)
        return paper_view(door.workspace.index(now).paper(paper_id), door.workspace.atlas(now).nearest(paper_id))

    return ask, search, get_paper
