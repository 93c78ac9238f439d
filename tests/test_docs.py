"""The documentation: it builds without a warning, fetches nothing from elsewhere, and states every licence."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import eval as evaluation
import index
import rag
from tools.licences import PAGE, UNKNOWN, installed, licence

FETCHED = re.compile(r"""<(?:script|img|iframe)[^>]+src=["']?(https?:|//)|<link[^>]+(?:stylesheet|preconnect)[^>]+//""")


def test_everything_that_installs_states_its_licence() -> None:
    stated = {name: licence(found) for name, found in installed().items()}
    assert {"numpy", "torch", "gradio", "llama-index-core"} <= set(stated)
    assert [name for name, found in stated.items() if found == UNKNOWN] == []


def test_the_page_of_licences_lists_what_citewell_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    asked = {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}
    assert asked <= set(re.findall(r"^\| ([\w.-]+) \|", PAGE.read_text(encoding="utf8"), re.MULTILINE))


@pytest.mark.long
def test_the_site_builds_without_a_warning_and_is_whole_without_a_network(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="MkDocs is not installed here: pip install '.[docs]'")
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = {page.parent.name: page.read_text(encoding="utf8") for page in tmp_path.rglob("*.html")}
    assert {"papers", "models", "metrics", "reliability", "architecture", "changelog"} <= set(pages)
    assert [name for name, text in pages.items() if FETCHED.search(text)] == []
    for door in (index, rag, evaluation):
        page = pages[f"api-{door.__name__}"]
        told = set(re.findall(r'id="[\w.]*\.(\w+)"', page))
        assert set(door.__all__) <= told, door
