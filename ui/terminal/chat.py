"""The command ``citewell chat``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from index.errors import InputError, MissingExtra
from ui.terminal.options import LlmContextOption, LlmTimeoutOption, LlmUrlOption, VerifierOption

LOOPBACK = ("127.0.0.1", "localhost", "::1")
EXTRA = ("gradio", "fastapi", "latex2mathml", "uvicorn", "mcp", "sklearn")


def add_to(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(chat)


def chat(
    host: Annotated[str, typer.Option(help="Where to serve; all but this machine's own need --auth.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; the next free one is taken when it is in use.")] = 7860,
    auth: Annotated[
        str | None, typer.Option(help="'env' reads USER:PASSWORD from CITEWELL_AUTH; else a file with such lines.")
    ] = None,
    mcp: Annotated[bool, typer.Option("--mcp", help="Serve the tools over MCP too (/gradio_api/mcp/).")] = False,
    index: Annotated[Path | None, typer.Option(help="The index to ask; yours, else the demo corpus.")] = None,
    llm: Annotated[str | None, typer.Option(help="The language model, as provider:model; none by default.")] = None,
    llm_url: LlmUrlOption = None,
    llm_timeout: LlmTimeoutOption = 120.0,
    llm_context: LlmContextOption = None,
    verifier: VerifierOption = "auto",
    name: Annotated[
        list[str] | None, typer.Option(help="A name that a TLS proxy before it is reached by; may be repeated.")
    ] = None,
    runs: Annotated[Path, typer.Option(help="The folder of evaluation runs.")] = Path("runs"),
    keep_days: Annotated[float, typer.Option(min=0, help="Days that a conversation is kept after its last use.")] = 90,
    embed: Annotated[bool, typer.Option("--embed", help="Let pages of other sites show the chat in a frame.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
) -> None:
    """Open the chat in the browser."""
    users, token = credentials(auth), os.environ.get("CITEWELL_TOKEN") or None
    local = host in LOOPBACK and not name
    if not local and not users:
        how = f"--host {host}" if host not in LOOPBACK else f"--name {name[0] if name else ''}"
        raise InputError(
            f"{how} lets other machines in: give --auth env with CITEWELL_AUTH=USER:PASSWORD, or --auth FILE"
        )
    if token and not users:
        raise InputError("CITEWELL_TOKEN is for programs beside people who sign in: give --auth too, or unset it")
    if not local:
        exposed = "the page, Gradio's API, /v1" + (" and MCP" if mcp else "")
        typer.echo(f"reachable from other machines at {host}, signed in: {exposed}; plain HTTP, so put TLS before it")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    typer.echo("starting the chat …")
    parts = load()
    guard = parts["Guard"](
        users=users,
        token=token,
        hosts=frozenset((*LOOPBACK, *(one.lower() for one in name or ()))),
        any_address=host not in LOOPBACK,
        embed=embed,
    )
    library, opener, limits = started(index, llm, llm_url, llm_timeout, llm_context, verifier)
    workspace = parts["Workspace"](opener, name=library, given=index, local=local, limits=limits)
    served = parts["create_app"](workspace, guard=guard, runs=runs, mcp=mcp, days=keep_days)
    parts["launch"](served, host=host, port=port, browser=not no_browser, proxied=bool(name))


def started(
    index: Path | None, llm: str | None, llm_url: str | None, timeout: float, context: int | None, verifier: str
) -> tuple[str, Any, Any]:
    """The library to start with, what opens its assistant, and the limits of models; wrong names fail at once."""
    from rag.llms import Limits, get_llm
    from rag.verify import known
    from ui.conversation.workspace import start_with

    known(verifier)
    limits = Limits(silence=timeout, total=max(600.0, 5 * timeout))
    model = get_llm(llm, url=llm_url, keyed=True, context=context, limits=limits) if llm or llm_url else None
    return *start_with(index, model, verifier), limits


def load() -> dict[str, Any]:
    """The parts of the app, which need the extra ``chat``."""
    try:
        from ui.conversation.workspace import Workspace
        from ui.web.app import create_app, launch
        from ui.web.security import Guard
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        raise MissingExtra(f"the chat needs {error.name}: pip install 'citewell[chat]'") from error
    return {"create_app": create_app, "launch": launch, "Guard": Guard, "Workspace": Workspace}


def credentials(auth: str | None) -> dict[str, str]:
    """Names and passwords from the environment or a file; none where ``auth`` is None."""
    if auth is None:
        return {}
    if auth == "env":
        lines, where = [os.environ.get("CITEWELL_AUTH", "")], "CITEWELL_AUTH"
    else:
        try:
            lines, where = Path(auth).read_text(encoding="utf8").splitlines(), auth
        except OSError as error:
            raise InputError(f"cannot read the passwords in {auth}: {error.strerror}") from error
    pairs = [line.strip().partition(":") for line in lines if line.strip()]
    if not pairs or not all(name and password for name, _, password in pairs):
        raise InputError(f"{where} must hold USER:PASSWORD")
    return {name: password for name, _, password in pairs}
