"""The one component of our own: the sources of an answer, and a paper with the very words that are cited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

HERE = Path(__file__).parent


def component(**how: Any) -> gr.HTML:
    """Shows what ``views`` makes. Its event "go" tells the part of the address behind "#" whenever that changes.

    A value must have gone through ``escaping.template``: Gradio's front end runs what it finds in it.
    """
    return gr.HTML(
        {},
        html_template=(HERE / "template.html").read_text(encoding="utf8"),
        css_template=(HERE / "style.css").read_text(encoding="utf8"),
        js_on_load=(HERE / "events.js").read_text(encoding="utf8"),
        apply_default_css=False,
        **how,
    )
