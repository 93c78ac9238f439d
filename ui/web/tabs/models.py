"""The Models tab: what is found on this machine, a server's address with a test, what checks, and what is missing."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from index.errors import CitewellError, InputError
from rag.llms import Limits, Message, get_llm, providers
from rag.verify import VERIFIERS, lacks
from ui.conversation.asking import line_of
from ui.conversation.found_models import QUOTING, Found, found_models, split
from ui.conversation.state import Conversation
from ui.conversation.workspace import EXTRACTIVE
from ui.web.desk import Desk, Door, Seat
from ui.web.escaping import markdown
from ui.web.shell import Updates

LONGEST = 300
NO_ADDRESS = "type the address of the server first, such as http://127.0.0.1:8080/v1"
TEST_LIMITS = Limits(silence=60.0, total=90.0)
STARTED_WITH = "What the chat was started with"
CHECKS = {
    "": STARTED_WITH,
    **{name: what[:1].upper() + what[1:] for name, what in VERIFIERS.items() if ":" not in name},
}


@dataclass(frozen=True, slots=True)
class ModelsTab:
    """The widgets of this tab, and the choice of a model that stands above the question."""

    answers: gr.Dropdown
    offered: gr.Radio
    again: gr.Button
    url: gr.Textbox
    told: gr.Markdown
    name: gr.Dropdown
    use: gr.Button
    checks: gr.Radio
    missing: gr.Dataframe


def choice() -> gr.Dropdown:
    """What answers, above the question."""
    return gr.Dropdown(
        [(QUOTING.label, "")], value="", label="Answered by", elem_id="answers",
        min_width=120, scale=3, allow_custom_value=False,
    )  # fmt: skip


def build(answers: gr.Dropdown, local: bool) -> ModelsTab:
    """Its widgets. local: whether models may be chosen; on a shared server they stay what it was started with."""
    note = "" if local else " On this server they stay what it was started with."
    gr.Markdown(f"Without a model the papers' own sentences answer. A model writes the answer in its own words.{note}")
    with gr.Column(visible=local):
        offered = gr.Radio(
            [(QUOTING.label, "")], value="", label="What answers", elem_id="offered",
            info="Looked for: Ollama, llama.cpp, vLLM and LM Studio on this machine, and GGUF files.",
        )  # fmt: skip
        again = gr.Button("Look again", size="sm", elem_id="look-again")
        told_ = gr.Markdown("", elem_id="tested")
        with gr.Accordion("Another server, by its address", elem_id="another"):
            url = gr.Textbox(
                label="Address of a server that speaks OpenAI's protocol", placeholder="http://127.0.0.1:8080/v1",
                max_length=LONGEST, submit_btn="Test", elem_id="server",
            )  # fmt: skip
            with gr.Row(equal_height=True):
                name = gr.Dropdown([], label="Model", allow_custom_value=True, elem_id="served-model", scale=3)
                use = gr.Button("Use this model", variant="primary", elem_id="use-server", scale=1)
            gr.Markdown(
                "Keys are read from the environment when citewell starts (CITEWELL_LLM_KEY) and go only to the "
                "address that it was started with. None is typed in, shown or kept here."
            )
    checks = gr.Radio(
        [(label, name) for name, label in CHECKS.items()], value="", label="What checks a model's sentences",
        visible=local, elem_id="checks",
    )  # fmt: skip
    with gr.Accordion("All kinds of models, what each lacks here and what helps", open=False, elem_id="kinds"):
        missing = gr.Dataframe(
            headers=["Models", "What they are", "What is missing, and what helps"], interactive=False, wrap=True,
            show_label=False, buttons=[], column_widths=["15%", "45%", "40%"], elem_id="providers",
        )  # fmt: skip
    return ModelsTab(answers, offered, again, url, told_, name, use, checks, missing)


def wire(door: Door, state: gr.State, tab: ModelsTab, blocks: gr.Blocks) -> None:
    """What its events do."""
    how: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal", "concurrency_limit": None}

    def look(seat: Seat, request: gr.Request) -> Updates:
        desk = seat.desk(door, request)
        rows = [[p.name, p.what, f"needs {p.lacks}" if p.lacks else "nothing"] for p in providers()]
        rows += [[f"{name} (checks)", what, lacks(name) or "nothing"] for name, what in VERIFIERS.items()]
        return {**choices(door, tab, desk, around(door)), tab.missing: rows}

    async def choose(key: str, seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        llm, url = split(str(key or ""))
        return await chosen(door, tab, seat, llm=llm, llm_url=url)

    async def test(url: str) -> Updates:
        permitted(door)
        try:
            return await door.models.run(lambda: tested(tab, url))
        except CitewellError as error:
            return {tab.told: f"**That did not work:** {markdown(line_of(error))}"}

    async def use(url: str, name: str, seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        if not (url or "").strip():
            raise InputError(NO_ADDRESS)
        name = str(name or "")[:LONGEST]
        llm = name if name.startswith("openai:") or not name else f"openai:{name}"
        return await chosen(door, tab, seat, llm=llm, llm_url=url.strip())

    async def check(name: str, seat: Seat, request: gr.Request) -> Updates:
        seat.desk(door, request)
        return await chosen(door, tab, seat, verifier=str(name or ""))

    def mark(seat: Seat, request: gr.Request) -> Any:
        return chosen_key(door, seat.desk(door, request))

    shown = [tab.answers, tab.offered]
    after = [*shown, tab.told]
    latest: dict[str, Any] = {**how, "trigger_mode": "always_last"}
    gr.on([blocks.load, tab.again.click], look, [state], [*shown, tab.missing], **how)
    changed = [one.input(choose, [one, state], after, **latest) for one in shown]
    changed.append(tab.use.click(use, [tab.url, tab.name, state], after, **latest))
    for event in changed:  # Gradio's radio marks no choice that comes together with its being chosen
        event.then(mark, [state], [tab.offered], **how)
    tab.url.submit(test, [tab.url], [tab.told, tab.name], **how)
    tab.checks.input(check, [tab.checks, state], after, **latest)


def permitted(door: Door) -> None:
    """Refuse where models are not for the reader to choose."""
    if not door.workspace.local:
        raise InputError("on a shared server only the models that it was started with can be chosen")


async def chosen(door: Door, tab: ModelsTab, seat: Seat, **models: Any) -> Updates:
    """Have the next question answered by other models; one that cannot be had is refused, and all stays as it was."""
    before = seat.now.conversation
    now = replace(before, **models)
    if now.llm not in ("", EXTRACTIVE) or now.llm_url or now.verifier not in ("", before.verifier):
        permitted(door)
    if now.verifier not in CHECKS:
        raise InputError(f"there is no such check; there are {', '.join(one for one in CHECKS if one)}")
    seat.choose(**models)  # at once: a question may be asked before the model is there
    try:
        await door.models.run(lambda: door.workspace.assistant(now))
        here = Found(label(door, now), now.llm, now.llm_url)
        seat.change(lambda desk: replace(desk, used=tuple(dict.fromkeys((*desk.used, here)))))
        said = f"The next question is answered by: {markdown(here.label)}."
    except CitewellError as error:
        gr.Warning(line_of(error))
        said = f"**That did not work:** {markdown(line_of(error))}"
        if all(getattr(seat.now.conversation, part) == name for part, name in models.items()):
            seat.choose(**{part: getattr(before, part) for part in models})
    found = await door.models.run(lambda: around(door))
    return {**choices(door, tab, seat.now, found), tab.told: said}


def around(door: Door) -> tuple[Found, ...]:
    """The models found on this machine, where the reader may choose one."""
    return found_models() if door.workspace.local else ()


def choices(door: Door, tab: ModelsTab, desk: Desk, found: tuple[Found, ...]) -> Updates:
    """The choice of models: what the chat was started with, what was found, and what was used in this browser tab."""
    started, now = door.workspace.default_model, desk.conversation
    offered = [(f"{started} (as started)", ""), (QUOTING.label, QUOTING.key)] if started else [(QUOTING.label, "")]
    here = chosen_key(door, desk)
    known = {one.key: one.label for one in (*desk.used, *found)}
    offered += [(label, key) for key, label in known.items() if key not in ("", QUOTING.key)]
    if here not in [key for _, key in offered]:
        offered.append((label(door, now), here))
    made = gr.update(choices=offered, value=here)
    return {tab.answers: made, tab.offered: made}


def chosen_key(door: Door, desk: Desk) -> str:
    """Which of the choices is the present one."""
    now = desk.conversation
    here = Found(label(door, now), now.llm, now.llm_url).key if now.llm or now.llm_url else ""
    return "" if here == QUOTING.key and not door.workspace.default_model else here


def label(door: Door, now: Conversation) -> str:
    """What answers in a conversation, in words."""
    if now.llm == EXTRACTIVE:
        return QUOTING.label
    return now.llm.partition(":")[2] or now.llm_url or door.workspace.default_model or QUOTING.label


def tested(tab: ModelsTab, url: str) -> Updates:
    """Ask a server which models it has, and the first of them for one word."""
    if not (url or "").strip():
        raise InputError(NO_ADDRESS)
    model = get_llm(None, url=url.strip(), limits=TEST_LIMITS)
    assert model is not None
    began = time.monotonic()
    said = "".join(model.stream((Message("user", "Answer with the one word: yes"),), max_tokens=8)).strip()
    name = dict(model.parameters).get("served", model.name)
    text = f"**It answers.** {markdown(name)} said “{markdown(said[:40])}” after {time.monotonic() - began:.1f} s."
    return {tab.told: text, tab.name: gr.update(choices=[name], value=name)}
