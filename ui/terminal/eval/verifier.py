"""`citewell eval verifier`: how far the verifier can be trusted, on labelled pairs and on the user's own corpus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.judges import ClaimRate, Margin, MutationReport, VerifierReport
    from index import Index

PairsOption = Annotated[Path | None, typer.Option("--pairs", help="Labelled pairs (default: the bundled ones).")]
SplitOption = Annotated[str, typer.Option("--split", help="dev, test or all.")]
VerifierOption = Annotated[str, typer.Option("--verifier", help="auto, nli, local, cross-encoder:MODEL, or overlap.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Index to mutate (default: yours, else the demo).")]
SentencesOption = Annotated[int, typer.Option("--sentences", min=1, help="Sentences to mutate.")]
BaselinesOption = Annotated[bool, typer.Option("--baselines", help="Compare with cosine and word recall alone.")]
WIDTH = 30


def verifier(
    pairs: PairsOption = None,
    split: SplitOption = "test",
    name: VerifierOption = "auto",
    index: IndexOption = None,
    sentences: SentencesOption = 60,
    against: BaselinesOption = False,
) -> None:
    """Judge the judge: AUROC, balanced accuracy and calibration on labelled pairs; mutations caught in your corpus.

    Where your corpus is the demo one, also claims of strong models, each against the sentences that it cites.
    """
    import numpy as np

    from eval.judges import (
        baselines,
        catch_rates,
        claim_rates,
        judge_pairs,
        load_pairs,
        margin,
        named_verifier,
        report_on,
        strong_claims,
    )

    judge = named_verifier(name)
    chosen = load_pairs(pairs, split=None if split == "all" else split)
    supports = judge_pairs(chosen, judge)
    typer.echo(render_report(report_on(chosen, supports, judge.name), split))
    if against:
        scores = np.array([support.score for support in supports])
        found = [margin(chosen, scores, other, title) for title, other in baselines(chosen).items()]
        typer.echo("\n" + render_margins(found))
    with _open(index) as opened:
        typer.echo("\n" + render_mutations(catch_rates(opened.papers(), judge, limit=sentences)))
        if claims := strong_claims(opened.papers(), split):
            typer.echo("\n" + render_claims(claim_rates(claims, judge), split))


def _open(path: Path | None) -> Index:
    from index import demo_index, open_index
    from index.errors import IndexMissing

    if path is not None:
        return open_index(path)
    try:
        return open_index()
    except IndexMissing:
        return demo_index()


def render_report(report: VerifierReport, split: str) -> str:
    """The quality of a verifier as text, with its reliability diagram."""
    lines = [f"verifier {report.verifier} on {report.pairs} labelled pairs ({split})", "", "AUROC"]
    lines += [f"  {group.group:<24}{_figure(group.auroc)}   n = {group.pairs}" for group in report.groups]
    lines += ["", f"balanced accuracy at the stored threshold  {_figure(report.balanced_accuracy)}"]
    lines += [f"  supported accepted  {_figure(report.accepted)}", f"  unsupported caught  {_figure(report.caught)}"]
    lines += ["", f"reliability: share truly supported by score; calibration error {report.calibration_error:.3f}"]
    for one in report.bins:
        bar = list("█" * round(one.share_supported * WIDTH) + "·" * (WIDTH - round(one.share_supported * WIDTH)))
        bar[min(WIDTH - 1, int(one.mean_score * WIDTH))] = "|"
        share = f"{one.share_supported:.2f} of {one.pairs}"
        lines.append(f"  {one.low:.1f}–{one.high:.1f}  {''.join(bar)}  {share}")
    return "\n".join([*lines, "  | marks the mean score of the bin; a calibrated bar ends there"])


def render_margins(margins: list[Margin]) -> str:
    """The margins over the baselines as text."""
    lines = ["macro mean of AUROC over the sources, against"]
    for one in margins:
        lines.append(f"  {one.baseline:<12} {one.difference:+.3f}  95% interval [{one.low:+.3f}, {one.high:+.3f}]")
        lines += [f"    {source:<12} {ours:.3f} against {theirs:.3f}" for source, ours, theirs in one.by_source]
    return "\n".join(lines)


def render_mutations(report: MutationReport) -> str:
    """Catch rates and false alarms as text."""
    lines = [f"mutated sentences of the corpus (from {report.sentences})", "  kind              caught"]
    lines += [f"  {one.kind:<18}{_figure(one.rate)}  {one.caught} of {one.made}" for one in report.rates]
    share = report.false_alarms / report.sentences if report.sentences else None
    return "\n".join([*lines, f"false alarms on the sentences as they are: {_figure(share)} ({report.false_alarms})"])


def render_claims(rates: Sequence[ClaimRate], split: str) -> str:
    """The claims of strong models that were accepted, as text."""
    lines = [f"claims of strong models, each against what it cites ({split})", "  kind              accepted"]
    lines += [f"  {one.kind:<18}{_figure(one.accepted / one.claims)}  {one.accepted} of {one.claims}" for one in rates]
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "  —  " if value is None else f"{value:.3f}"
