"""The protocol of OpenAI's chat completions, so that any front end for it can ask citewell."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, Response, StreamingResponse

from index.errors import CitewellError, InputError
from rag import Assistant, Turn
from rag.schema import Answer, Finished, Sentence, Verified
from ui.conversation.asking import asked, line_of
from ui.conversation.libraries import libraries
from ui.conversation.present import answer_view
from ui.conversation.state import Conversation
from ui.web.desk import Door

MODEL = "citewell"  # the library that the chat was started with; "citewell/NAME" is the library of that name
MOST_TURNS = 20  # questions of a conversation that a follow-up is read by


def routes(door: Door) -> APIRouter:
    """/v1/models and /v1/chat/completions."""
    router = APIRouter(prefix="/v1")

    @router.get("/models")
    def models() -> dict[str, Any]:
        named = [MODEL, *(f"{MODEL}/{one.name}" for one in libraries(door.workspace.given) if one.exists)]
        listed = [{"id": one, "object": "model", "created": 0, "owned_by": "citewell"} for one in named]
        return {"object": "list", "data": listed}

    @router.post("/chat/completions")
    async def complete(given: dict[str, Any] = Body()) -> Response:
        try:
            question, history = turns(given.get("messages"))
            model = str(given.get("model") or MODEL)
            now = Conversation(library=library_of(model))
            pool = door.pool(now)
            assistant = await pool.run(lambda: door.workspace.assistant(now))
            if given.get("stream"):
                options = given.get("stream_options")
                usage = isinstance(options, dict) and bool(options.get("include_usage"))
                told = pool.stream(lambda cancel: stream(assistant, model, question, history, usage, cancel))
                return StreamingResponse(told, media_type="text/event-stream")
            answer = await pool.run(lambda: assistant.ask(question, history=history))
            return JSONResponse(completion(model, answer))
        except CitewellError as error:
            return JSONResponse(problem(error), status_code=400)

    return router


def library_of(model: str) -> str:
    """The library that a model's name stands for: "citewell" is "", "citewell/NAME" is NAME."""
    own, _, name = model.partition("/")
    if own != MODEL:
        raise InputError(f"there is no model {model[:80]!r}; /v1/models lists those there are")
    return name


def turns(messages: Any) -> tuple[str, tuple[Turn, ...]]:
    """The question, which is the last message and the user's, and the questions before it."""
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
        raise InputError("messages must be a list of objects with role and content")
    said = [one for one in messages if one.get("role") == "user"][-MOST_TURNS:]
    if not said or messages[-1].get("role") != "user":
        raise InputError("the last message must be the user's question")
    *before, question = (asked(text_of(one.get("content"))) for one in said)
    return question, tuple(Turn(text) for text in before)


def text_of(content: Any) -> str:
    """The text of a message: a string, or the text parts of a list."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if not isinstance(content, str | None):
        raise InputError("the content of a message must be text, or a list of parts with text")
    return content or ""


def marked(sentence: Sentence) -> str:
    """A sentence with its marks, and its verdict where it is not supported."""
    marks = "".join(f"[{marker}]" for marker in sentence.markers)
    doubt = "" if sentence.verdict == "supported" else f" ({sentence.verdict})"
    return f"{sentence.text} {marks}{doubt}".replace("  ", " ").strip()


def sources(answer: Answer) -> str:
    """The list of sources below an answer, or the nearest papers of an abstention."""
    if answer.abstained:
        near = "".join(f"\n- {one.title}" for one in answer.nearest)
        return f"{answer.reason or answer.text}" + (f"\n\nClosest papers:{near}" if near else "")
    lines = [
        f"[{c.marker}] {'(RETRACTED) ' if c.retraction else ''}{c.title}" + (f": “{c.quote}”" if c.quote else "")
        for c in answer.citations
    ]
    return "\n\nSources:\n" + "\n".join(lines) if lines else ""


def completion(model: str, answer: Answer) -> dict[str, Any]:
    """A whole completion; the answer object itself is under "citewell"."""
    text = " ".join(marked(one) for one in answer.sentences) if not answer.abstained else ""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text + sources(answer)},
        "finish_reason": "stop",
    }
    return {
        **_head("chat.completion", model),
        "choices": [choice],
        "usage": _usage(answer),
        "citewell": answer_view(answer),
    }


def stream(
    assistant: Assistant,
    model: str,
    question: str,
    history: tuple[Turn, ...],
    usage: bool,
    cancel: threading.Event | None = None,
) -> Iterator[str]:
    """The completion as server-sent events: a chunk a sentence, then the sources."""
    head = _head("chat.completion.chunk", model)

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _event({**head, "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    first = True
    try:
        for event in assistant.stream(question, history=history, cancel=cancel):
            if isinstance(event, Verified):
                yield chunk({"content": ("" if first else " ") + marked(event.sentence)})
                first = False
            elif isinstance(event, Finished):
                yield chunk({"content": sources(event.answer)})
                yield chunk({}, "stop", citewell=answer_view(event.answer))
                if usage:
                    yield _event({**head, "choices": [], "usage": _usage(event.answer)})
    except CitewellError as error:
        yield _event(problem(error))
    yield "data: [DONE]\n\n"


def problem(error: CitewellError) -> dict[str, Any]:
    """An error in the form that clients of the protocol read."""
    return {"error": {"message": line_of(error), "type": "invalid_request_error", "param": None, "code": None}}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _head(kind: str, model: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": model}


def _usage(answer: Answer) -> dict[str, int]:
    used = answer.usage
    total = used.prompt_tokens + used.completion_tokens
    return {"prompt_tokens": used.prompt_tokens, "completion_tokens": used.completion_tokens, "total_tokens": total}
