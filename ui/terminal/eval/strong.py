"""`citewell eval strong`: answers of a strong model played through the whole assistant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.terminal.eval.output import print_table, progress_bar

if TYPE_CHECKING:
    from eval.judges import Played, Row, StrongReport

FileArgument = Annotated[Path, typer.Argument(help="Answers with labels (JSON Lines), or plain ones (JSON).")]
VerifierOption = Annotated[str, typer.Option("--verifier", help="What checks the sentences.")]
MarkersOption = Annotated[Literal["sentence", "passage"], typer.Option("--markers", help="passage: cut [n.m] to [n].")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of the index (default: the demo corpus).")]
RepliesOption = Annotated[
    Path | None, typer.Option("--replies", help="A judge's verdicts by statement, or replies by key.")
]
PromptsOption = Annotated[Path | None, typer.Option("--prompts", help="Write what a judge is asked: {key, prompt}.")]
ListOption = Annotated[bool, typer.Option("--list", help="Also print every sentence with what became of it.")]


def strong(
    file: FileArgument,
    verifier: VerifierOption = "auto",
    markers: MarkersOption = "sentence",
    index: IndexOption = None,
    listed: ListOption = False,
    replies: RepliesOption = None,
    prompts: PromptsOption = None,
) -> None:
    """Play answers of a strong model through the assistant: what is true must come through, what is wrong must not."""
    from eval.gold import load_answers
    from eval.judges import StrongLLM, play, read_replies, report
    from index import demo_index, open_index
    from rag import Assistant

    answers = load_answers(file, markers=markers)
    llm = StrongLLM(answers, read_replies(replies))
    with open_index(index) if index else demo_index() as opened, progress_bar("asking") as progress:
        assistant = Assistant(opened, llm=llm, verifier=verifier)
        played = play(answers, assistant, progress)
        name = assistant.verifier.name
    if prompts:
        asked = [json.dumps({"key": key, "prompt": told}) for key, told in llm.unknown.items()]
        prompts.write_text("\n".join(asked), encoding="utf8")
    if listed:
        _list(played)
    _print(report(played, sum(llm.lost.values())), f"{file.name}, markers by {markers}, verifier {name}")
    if replies:
        typer.echo(f"statements for the judge: {llm.judged}, without a verdict in {replies.name}: {llm.unjudged}")


def _print(found: StrongReport, title: str) -> None:
    head = ("kind", "answers", "true", "supported", "unchecked", "contradicted", "lost", "whole", "facts shown")
    print_table(title, head, [_cells(row) for row in (*found.kinds, found.total)])
    errors = [(kind, str(n), f"{passed} of {n}") for kind, n, passed in found.errors]
    total = found.total
    errors.append(("all", str(total.planted), _share(total.passed, total.planted)))
    print_table("planted errors", ("kind", "n", "supported"), errors)
    refused, abstained, own = found.refusals
    typer.echo(f"refusals {refused}: {abstained} end as abstentions, {own} of them in the model's own words")
    typer.echo(f"markers lost because their paper was not retrieved: {found.lost_markers}")
    typer.echo(f"answered without the model: {len(found.not_asked)}")
    typer.echo(f"{found.milliseconds:.0f} ms a sentence (median), first sentence after {found.first_seconds:.2f} s")


def _cells(row: Row) -> tuple[str, ...]:
    fates = (row.supported, row.unchecked, row.contradicted, row.lost)
    return (
        row.kind,
        str(row.answers),
        str(row.true),
        *(_share(part, row.true) for part in fates),
        _share(row.whole, row.true_answers),
        _share(row.facts_shown, row.facts_written),
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "—"


def _list(played: list[Played]) -> None:
    for one in played:
        for sentence, fate in zip(one.given.sentences, one.fates, strict=True):
            row = {"question": one.given.question, "text": sentence.text, "label": sentence.label, "fate": fate}
            typer.echo(json.dumps({**row, "error": sentence.error}, ensure_ascii=False))
