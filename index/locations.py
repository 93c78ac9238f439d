"""Where indexes live: CITEWELL_HOME or the user's data folder, CITEWELL_INDEX, and the demo corpus apart."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The folder of everything that citewell keeps: ``CITEWELL_HOME``, or the user's data folder."""
    chosen = os.environ.get("CITEWELL_HOME")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("citewell", appauthor=False)


def default_index() -> Path:
    """The user's own index: ``CITEWELL_INDEX``, or "index" in :func:`home`."""
    chosen = os.environ.get("CITEWELL_INDEX")
    return Path(chosen).expanduser() if chosen else home() / "index"


def demo_path() -> Path:
    """The index of the bundled demo corpus; never the user's own."""
    return home() / "demo"
