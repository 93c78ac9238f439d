"""The folder of a run: run.json, gold questions with answers and scores in results.jsonl, costs in timings.jsonl.

While a run goes on its finished questions are in journal.jsonl, one line each in the order in which they finished, so
that a killed run continues where it stopped. At the end they are put in the order of the gold set. judges.json holds
how far the models that judged can be trusted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.judges.trust import Trust
from eval.runs.records import dump, result_from_dict, result_to_dict, timing_from_dict, timing_to_dict
from eval.schema import Result, Timing
from index.errors import InputError
from rag.saved import checked

FORMAT, VERSION = "citewell-run", 1
IDENTITY = ("settings", "gold", "fingerprint")


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its folder and manifest, and for each question the result and the timing, in gold order."""

    folder: Path
    manifest: Mapping[str, Any]
    results: tuple[Result, ...]
    timings: tuple[Timing, ...]
    judges: tuple[Trust, ...] = ()

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.folder.resolve().name


def open_folder(folder: Path, manifest: Mapping[str, Any]) -> dict[str, tuple[Result, Timing]]:
    """Start a run in a folder, or continue the same one: what is finished, by query_id."""
    file = folder / "run.json"
    if file.exists():
        _check_same(folder, read_manifest(folder), manifest)
    elif folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} holds other files and no run; give --out a new folder")
    else:
        folder.mkdir(parents=True, exist_ok=True)
        replace_text(file, json.dumps(dict(manifest), ensure_ascii=False, indent=1) + "\n")
    return {result.example.query_id: (result, timing) for result, timing in _journal(folder)}


def append(folder: Path, result: Result, timing: Timing) -> None:
    """Put a finished question into the journal."""
    with (folder / "journal.jsonl").open("a", encoding="utf8", newline="\n") as journal:
        journal.write(dump({"result": result_to_dict(result), "timing": timing_to_dict(timing)}) + "\n")


def finish(folder: Path, done: Sequence[tuple[Result, Timing]]) -> None:
    """Write the finished run in gold order and drop the journal."""
    replace_text(folder / "timings.jsonl", "".join(dump(timing_to_dict(t)) + "\n" for _, t in done))
    replace_text(folder / "results.jsonl", "".join(dump(result_to_dict(r)) + "\n" for r, _ in done))
    (folder / "journal.jsonl").unlink(missing_ok=True)


def keep_judges(folder: Path, measure: Callable[[], tuple[Trust, ...]]) -> None:
    """Measure how far the judges can be trusted, once a run."""
    if not (folder / "judges.json").exists():
        rows = [asdict(trust) for trust in measure()]
        replace_text(folder / "judges.json", json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def load_run(folder: str | Path) -> Run:
    """Read a finished run; a folder that is none, is unfinished or damaged is an InputError that says which."""
    path = Path(folder)
    manifest = read_manifest(path)
    expected = manifest["gold"]["questions"]
    if not (path / "results.jsonl").exists():
        done = len(list(_journal(path)))
        raise InputError(f"{path} is not finished ({done} of {expected} questions); run the same command again")
    results = tuple(_rows(path / "results.jsonl", result_from_dict))
    timings_file = path / "timings.jsonl"
    timings = tuple(_rows(timings_file, timing_from_dict)) if timings_file.exists() else ()
    if len(results) != expected:
        raise InputError(f"{path / 'results.jsonl'} holds {len(results)} questions, run.json says {expected}")
    return Run(path, manifest, results, timings, _judges(path / "judges.json"))


def read_manifest(folder: Path) -> dict[str, Any]:
    """What run.json says: settings, gold set, versions, fingerprint, notes."""
    file = folder / "run.json"
    if not folder.is_dir():
        raise InputError(f"there is no run at {folder}")
    try:
        manifest = json.loads(file.read_text(encoding="utf8"))
    except OSError as error:
        raise InputError(f"{folder} is no run folder: it has no readable run.json") from error
    except ValueError as error:
        raise InputError(f"{file} is damaged: {str(error).splitlines()[0]}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(f"{file} is no manifest of a citewell run")
    if manifest.get("version") != VERSION:
        raise InputError(f"{file} is of run format {manifest.get('version')!r}; this citewell reads version {VERSION}")
    missing = [key for key in (*IDENTITY, "versions", "notes") if key not in manifest]
    if missing or not isinstance(manifest["gold"], dict) or "questions" not in manifest["gold"]:
        raise InputError(f"{file} is damaged: it lacks {', '.join(missing) or 'the number of questions'}")
    return manifest


def replace_text(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = file.with_name(file.name + ".part")
    part.write_text(text, encoding="utf8", newline="\n")
    part.replace(file)


def _judges(file: Path) -> tuple[Trust, ...]:
    if not file.exists():
        return ()
    try:
        return tuple(checked(Trust, row) for row in json.loads(file.read_text(encoding="utf8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{file} is damaged ({type(error).__name__}: {error}); delete it") from error


def _check_same(folder: Path, there: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    plain = json.loads(json.dumps(dict(ours)))
    before, now = there.get("code", {}), plain["code"]
    if before.get("sha256") != now["sha256"]:
        was, this = (f"{c.get('version', '?')}, commit {c.get('commit', '?')}" for c in (before, now))
        raise InputError(
            f"{folder} was made by other code (citewell {was}; this is {this}); give --out a new folder, or delete it"
        )
    for part in IDENTITY:
        if there[part] != plain[part]:
            keys = [k for k in {**there[part], **plain[part]} if there[part].get(k) != plain[part].get(k)]
            raise InputError(
                f"{folder} holds a run with another {part} ({', '.join(keys)}); give --out a new folder, or delete it"
            )


def _journal(folder: Path) -> Iterator[tuple[Result, Timing]]:
    file = folder / "journal.jsonl"
    if (folder / "results.jsonl").exists():
        run = load_run(folder)
        if len(run.timings) != len(run.results):
            raise InputError(f"{folder / 'timings.jsonl'} does not fit results.jsonl; delete the folder and run again")
        yield from zip(run.results, run.timings, strict=True)
    elif file.exists():
        data = file.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            file.write_bytes(whole)  # the line that was being written when the run was killed
        for result, timing in _rows(file, lambda row: (result_from_dict(row["result"]), row["timing"])):
            yield result, timing_from_dict(timing)


def _rows(file: Path, read: Any) -> Iterator[Any]:
    try:
        lines = file.read_text(encoding="utf8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file}: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line:
            try:
                yield read(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise InputError(f"{file}, line {number} is damaged ({type(error).__name__}: {error})") from error
