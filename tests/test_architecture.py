"""The shape that DESIGN promises: one direction of imports, one public door a package, no work at import."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

MAY_IMPORT = {"index": set(), "rag": {"index"}, "eval": {"index", "rag"}, "ui": {"index", "rag", "eval"}}
STAGES = {  # the folders of rag/, and which of the others each may import
    "text": set(),
    "fitted": set(),
    "llms": set(),
    "question": {"text"},
    "retrieve": {"text", "fitted", "question"},
    "read": {"text", "fitted", "question", "retrieve"},
    "compose": {"text", "fitted", "question", "retrieve", "read"},
    "refuse": {"text", "fitted", "question", "retrieve", "read", "compose"},
    "verify": {"text", "fitted", "llms", "read"},
    "generate": {"text", "question", "retrieve", "compose", "verify", "llms"},
    "saved": {"compose", "llms", "assistant"},
}
# What a package uses of another behind the doors of its folders: who scores the judges changes what they look for.
BEHIND_DOORS = {
    ("eval.judges.agreement", "rag.verify.checks.measure"),
    ("eval.judges.mutations", "rag.verify.checks.facts.names"),
    ("eval.judges.mutations", "rag.verify.checks.facts.numbers"),
    ("eval.judges.agreement", "rag.verify.checks.words"),
    ("eval.judges.mutations", "rag.verify.checks.meaning.negation"),
    ("eval.judges.mutations", "rag.verify.checks.words"),
    ("rag.read.reader", "index.embedding.onnx"),
    ("rag.read.reader", "index.embedding.weights"),
    ("ui.terminal.eval.output", "eval.report.tables"),
    ("ui.terminal.eval.run", "eval.report.tables"),
    ("ui.terminal.eval.tools", "eval.report.tables"),
}
HEAVY = {"torch", "transformers", "sentence_transformers", "chromadb", "gradio", "llama_index", "sklearn", "matplotlib"}


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_follow_the_arrows(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for file in files:
        ours = imported(ast.parse(file.read_text(encoding="utf8"))) & set(MAY_IMPORT)
        assert ours <= MAY_IMPORT[package] | {package}, file


def modules() -> dict[str, Path]:
    found = {}
    for package in MAY_IMPORT:
        for file in (ROOT / package).rglob("*.py"):
            found[".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = file
    return found


def exported(file: Path) -> set[str]:
    """What a door lets out: a function may be named as the file that it comes from."""
    for node in ast.parse(file.read_text(encoding="utf8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def arrows(known: dict[str, Path]) -> dict[str, set[str]]:
    """Which of our modules each imports, wherever in the file: late imports and TYPE_CHECKING count."""
    found: dict[str, set[str]] = {}
    for module, file in known.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                door = exported(known[node.module]) if node.module in known else set()
                whole = {f"{node.module}.{alias.name}" for alias in node.names if alias.name not in door}
                names |= (whole & set(known)) or {node.module}
        found[module] = (names & set(known)) - {module}
    return found


def test_no_files_import_each_other() -> None:
    left = arrows(modules())
    while free := [module for module, needs in left.items() if not needs & set(left)]:
        for module in free:
            del left[module]
    assert not left, f"a circle runs through {sorted(left)}"


def test_stages_of_rag_follow_the_arrows() -> None:
    folders = {path.name for path in (ROOT / "rag").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(STAGES)
    for module, needs in arrows(modules()).items():
        if module.startswith("rag.") and (stage := module.split(".")[1]) in STAGES:
            others = {name.split(".")[1] for name in needs if name.startswith("rag.")} - {stage, "schema"}
            assert others <= STAGES[stage], module


def test_packages_meet_at_their_doors() -> None:
    """A package uses ``rag`` or ``rag.verify``, never ``rag.verify.local``; eval.fit, which fits rag's inside, may."""
    known = modules()
    found = set()
    for module, needs in arrows(known).items():
        if not module.startswith("eval.fit."):
            others = {need for need in needs if need.split(".")[0] != module.split(".")[0]}
            found |= {(module, need) for need in others if need.count(".") > 1}
    assert found <= BEHIND_DOORS, "go through the folder's __init__.py, or say in BEHIND_DOORS why not"
    assert found >= BEHIND_DOORS, "no longer needed: take it out of BEHIND_DOORS"


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_the_public_door_is_sorted_and_holds_nothing_else(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf8"))
    for node in tree.body[1:]:
        assert isinstance(node, ast.ImportFrom | ast.Assign | ast.AnnAssign), ast.dump(node)
    names = importlib.import_module(package).__all__
    assert names == sorted(names)
    assert all(hasattr(importlib.import_module(package), name) for name in names)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    code = f"import {package}, sys; print(' '.join(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())
