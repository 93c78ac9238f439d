"""The wheel that users install: complete, and answering from a fresh environment."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("citewell-*.whl"))


@pytest.mark.long
def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "index", "rag", "eval", "ui"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert tracked
    assert set(tracked) <= packed


@pytest.mark.long
def test_the_index_of_packages_would_take_the_wheel(wheel: Path) -> None:
    twine = pytest.importorskip("twine", reason="twine is not installed here: pip install twine").__name__
    done = subprocess.run(
        [sys.executable, "-m", twine, "check", "--strict", wheel], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_users_type_checkers_see_our_types() -> None:
    assert all((ROOT / package / "py.typed").exists() for package in ("index", "rag", "eval", "ui"))


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_wheel_answers_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    install = [home / "bin" / "python", "-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt", wheel]
    subprocess.run(install, check=True)
    done = subprocess.run(
        [home / "bin" / "citewell", "ask", "What is the advantage function of the teacher used for in ADPA?"],
        cwd=tmp_path,
        env={**os.environ, "CITEWELL_HOME": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
    assert "Advantage-Guided Distillation" in done.stdout
