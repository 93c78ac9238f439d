"""What other programs use: MCP, the OpenAI client, Gradio's client; each asks the library that it names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_server
import httpx
import pytest

from index import sync

pytestmark = [pytest.mark.long, pytest.mark.timeout(420)]
QUESTION = "What is alignment faking?"
QUOKKA = '{"id": "q", "title": "Quokkas of Rottnest", "abstract": "Quokkas eat grass. They number 12,000."}'
ANIMALS = "How many quokkas are there on Rottnest?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Iterator[str]:
    """A chat with the demo corpus and a library of one paper beside it."""
    home = chat_server.with_demo(tmp_path_factory.mktemp("home"), demo_home)
    (home / "animals.jsonl").write_text(QUOKKA, encoding="utf8")
    sync([home / "animals.jsonl"], index=home / "libraries" / "animals")
    with chat_server.command(home, "--mcp") as (address, _):
        chat_server.wait_until_ready(address)
        yield address


def test_an_mcp_client_gets_the_cited_answer(address: str) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def use() -> tuple[dict[str, Any], Any, Any, Any, Any]:
        async with (
            streamablehttp_client(f"{address}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            asked = await session.call_tool("ask", {"question": QUESTION})
            found = await session.call_tool("search", {"question": QUESTION, "limit": 3})
            other = await session.call_tool("ask", {"question": ANIMALS, "library": "animals"})
            wrong = await session.call_tool("ask", {"question": ANIMALS, "library": "nowhere"})
            return tools, asked, found, other, wrong

    tools, asked, found, other, wrong = asyncio.run(use())
    assert set(tools) == {"ask", "search", "get_paper"}
    assert "verbatim" in tools["ask"].description and "question" in tools["ask"].inputSchema["properties"]
    text = asked.content[0].text
    assert "Alignment faking in large language models" in text and "quote" in text
    assert "alignment-faking" in found.content[0].text.lower()
    assert "12,000" in other.content[0].text
    assert wrong.isError and "unknown library 'nowhere'; valid: animals, demo" in wrong.content[0].text


def test_the_openai_client_gets_the_cited_answer(address: str) -> None:
    from openai import BadRequestError, OpenAI

    client = OpenAI(base_url=f"{address}/v1", api_key="none", http_client=httpx.Client(trust_env=False))
    assert [one.id for one in client.models.list()] == ["citewell", "citewell/demo", "citewell/animals"]
    messages: Any = [{"role": "user", "content": QUESTION}]
    whole = client.chat.completions.create(model="citewell", messages=messages).choices[0].message.content
    parts = client.chat.completions.create(model="citewell", messages=messages, stream=True)
    streamed = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    assert whole and "[1]" in whole and "Sources:" in whole and streamed == whole
    other: Any = [{"role": "user", "content": ANIMALS}]
    named = client.chat.completions.create(model="citewell/animals", messages=other)
    assert "12,000" in (named.choices[0].message.content or "") and named.model == "citewell/animals"
    with pytest.raises(BadRequestError, match="no model 'gpt-4'"):
        client.chat.completions.create(model="gpt-4", messages=other)


def test_gradios_client_gets_the_cited_answer(address: str) -> None:
    from gradio_client import Client

    client = Client(address, verbose=False)
    answer = client.predict(QUESTION, api_name="/ask")
    paper = client.predict(answer["citations"][0]["paper_id"], api_name="/get_paper")
    assert "12,000" in client.predict(ANIMALS, "animals", api_name="/ask")["text"]
    citation = answer["citations"][0]
    assert paper["abstract"][citation["start"] : citation["end"]] == citation["quote"]
