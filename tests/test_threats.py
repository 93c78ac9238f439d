"""The threat model names the test that shows each line; a folder of weights does not bring code that is run."""

import json
import re
import subprocess
import sys
from pathlib import Path

from conftest import ROOT


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = re.findall(r"`(test_\w+)(\.py)?`", (ROOT / "docs" / "threats.md").read_text(encoding="utf8"))
    assert len(named) > 15
    tests = {file.name: file.read_text(encoding="utf8") for file in (ROOT / "tests").glob("test_*.py")}
    for name, is_file in named:
        assert f"{name}.py" in tests if is_file else any(f"def {name}(" in text for text in tests.values()), name


def test_code_beside_the_weights_is_not_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    classes = {
        "AutoConfig": "own.OwnConfig",
        "AutoModelForCausalLM": "own.OwnModel",
        "AutoTokenizer": ["own.Own", None],
    }
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "own", "auto_map": classes}), encoding="utf8")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"auto_map": classes}), encoding="utf8")
    (tmp_path / "own.py").write_text(f"open({str(ran)!r}, 'w').close()\n", encoding="utf8")
    command = [
        sys.executable,
        "-m",
        "ui.cli",
        "ask",
        "What is alignment faking?",
        "--llm",
        f"hf:{tmp_path}",
        "--no-fallback",
    ]
    done = subprocess.run(command, cwd=ROOT, input="y\ny\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "holds no whole model" in done.stderr
    assert not ran.exists()
