"""The shape that DESIGN promises: one direction of imports, one public door a package, no work at import."""

import ast
import importlib
import subprocess
import sys

import pytest
from conftest import ROOT

MAY_IMPORT = {"index": set(), "rag": {"index"}, "eval": {"index", "rag"}, "ui": {"index", "rag", "eval"}}
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
