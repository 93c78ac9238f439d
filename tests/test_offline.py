"""The promise that nothing calls home: seen by the kernel, not by patched Python sockets."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

FOREIGN = re.compile(r"sa_family=AF_INET6?\b(?!.*(127\.\d+\.\d+\.\d+|\"::1\"|::ffff:127\.))")
QUESTION = "What is the advantage function of the teacher used for in ADPA?"


def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "CITEWELL_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}


def citewell(*words: str) -> list[str]:
    return [sys.executable, "-m", "ui.cli", *words]


def works_here(*command: str) -> bool:
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def foreign(command: list[str], tmp_path: Path) -> list[str]:
    """What the command, run to a good end, said to other machines, as the kernel saw it."""
    trace = tmp_path / "trace"
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=network", "-o", str(trace), *command],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = trace.read_text()
    assert "exited with 0" in text
    return [line for line in text.splitlines() if FOREIGN.search(line)]


def test_the_pattern_tells_loopback_from_foreign() -> None:
    connect = "connect(3, {{sa_family={}, {}}}, 16) = 0"
    assert FOREIGN.search(connect.format("AF_INET", 'sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")'))
    assert FOREIGN.search(connect.format("AF_INET6", 'sin6_port=htons(53), inet_pton(AF_INET6, "2606:2800::1")'))
    assert not FOREIGN.search(connect.format("AF_INET", 'sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")'))
    assert not FOREIGN.search(connect.format("AF_UNIX", 'sun_path="/run/nscd/socket"'))


def test_no_destination_but_loopback(tmp_path: Path) -> None:
    if not works_here("strace", "-f", "true"):
        pytest.skip("strace is not usable here (on Debian: apt-get install strace)")
    cards = tmp_path / "cards.jsonl"
    lines = (ROOT / "index" / "corpus" / "cards.jsonl").read_text(encoding="utf8").splitlines()
    cards.write_text("\n".join(lines[:5]), encoding="utf8")
    index = str(tmp_path / "index")
    for command in (
        citewell("index", "sync", str(cards), "--index", index),
        citewell("ask", QUESTION, "--index", index),
    ):
        assert foreign(command, tmp_path) == []


@pytest.mark.long
def test_a_process_that_stays_calls_nobody_later(tmp_path: Path) -> None:
    """onnxruntime looks up its maker's host some ten seconds after it was loaded, unless told not to."""
    if not works_here("strace", "-f", "true"):
        pytest.skip("strace is not usable here (on Debian: apt-get install strace)")
    stay = f"import time, rag; assert rag.query({QUESTION!r}).citations; time.sleep(20)"
    assert foreign([sys.executable, "-c", stay], tmp_path) == []


def test_a_machine_without_a_network_answers(tmp_path: Path) -> None:
    alone = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if not works_here(*alone, "true"):
        pytest.skip("no network namespace can be made here (unshare -rn, ip)")
    done = subprocess.run(
        [*alone, *citewell("ask", QUESTION)], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Advantage-Guided Distillation" in done.stdout
