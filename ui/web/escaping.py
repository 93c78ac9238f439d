"""Text that came from papers, models and people, made harmless for where it is shown: Markdown, and the template."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from ui.web.formulas import mathml

MATH = re.compile(
    r"\$\$(?P<a>[^$]{1,400}?)\$\$|\\\[(?P<b>.{1,400}?)\\\]|\\\((?P<c>.{1,400}?)\\\)"
    r"|(?<!\\)\$(?=\S)(?P<d>[^$\n]{1,200}?)(?<=[^\s\\])\$(?!\d)"
)
DELIMITERS = [
    {"left": "\\(", "right": "\\)", "display": False},
    {"left": "\\[", "right": "\\]", "display": True},
]
_ACTIVE = {ord(one): f"&#{ord(one)};" for one in "&<>\\`*_{}[]#|!~$\"'@"}
_BOLD = re.compile(r"&#42;&#42;(?=\S)(.{1,400}?)(?<=\S)&#42;&#42;")
_CODE = re.compile(r"&#96;([^&]{1,200})&#96;")


def markdown(text: str, *, emphasis: bool = False) -> str:
    """One line of Markdown that shows the text and nothing else, formulas set as such.

    emphasis: whether **bold** and `code` are meant as Markdown, as in what a model writes.
    """
    text = " ".join(text.split())
    parts, at = [], 0
    for found in MATH.finditer(text):
        inner = next(group for group in found.groups() if group is not None)
        parts += [_escaped(text[at : found.start()], emphasis), f"\\({escape(inner, quote=False)}\\)"]
        at = found.end()
    parts.append(_escaped(text[at:], emphasis))
    line = "".join(parts)
    line = re.sub(r"^(\d{1,9})([.)])", lambda found: f"{found[1]}&#{ord(found[2])};", line)
    return re.sub(r"^[-+=:]", lambda found: f"&#{ord(found[0])};", line)


def _escaped(text: str, emphasis: bool) -> str:
    shown = text.translate(_ACTIVE).replace("://", "&#58;//").replace("www.", "www&#46;")  # no links of its own
    if emphasis:
        shown = _CODE.sub(r"<code>\1</code>", _BOLD.sub(r"**\1**", shown))
    return shown


# What a template shows as text. What it may put into an attribute never holds a tag, a formula's neither.
SHOWN = frozenset(("title", "text", "words", "said", "warning", "facts", "kicker"))


def template(value: dict[str, Any]) -> dict[str, Any]:
    """A value for a template of ``gr.HTML``, its texts escaped, the formulas in ``SHOWN`` set as such.

    Gradio puts what the template makes into a JavaScript template string: a text with ``${…}`` in it would be run.
    """
    return {name: _inert(one, name in SHOWN) for name, one in value.items()}


def _inert(value: Any, shown: bool) -> Any:
    if isinstance(value, str):
        return _with_formulas(value) if shown else _plain(value)
    if isinstance(value, dict):
        return template(value)
    return [_inert(one, shown) for one in value] if isinstance(value, list | tuple) else value


def _plain(text: str) -> str:
    shown = escape(text)
    return shown.replace("$", "&#36;").replace("`", "&#96;").replace("\\", "&#92;").replace("{", "&#123;")


def _with_formulas(text: str) -> str:
    parts, at = [], 0
    for found in MATH.finditer(text):
        inner = next(group for group in found.groups() if group is not None)
        parts += [_plain(text[at : found.start()]), mathml(inner, _plain) or _plain(found.group())]
        at = found.end()
    return "".join([*parts, _plain(text[at:])])
