"""Text of others made harmless: what goes into a prompt as data, and what comes out of a model as text."""

from __future__ import annotations

import re
import unicodedata

# Characters that are not seen but change what is read: zero-width, bidirectional controls, tags, variation selectors.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)?")
_LINK = re.compile(r"\[([^\]\n]*)\]\(\s*[^)\n]*\)?")
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[A-Za-z|!][^<>\n]{0,400}>?", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style|iframe|svg)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,12}://|\bwww\.|\b(?:javascript|data|mailto|file):)[^\s<>\"'`]+", re.IGNORECASE
)
_EMPHASIS = re.compile(r"(\*\*|__|`+)(?=\S)(.+?)(?<=\S)\1")
_ROW = re.compile(r"^[^\S\n]*\|(.*?)\|?[^\S\n]*$", re.MULTILINE)
_LINE_START = re.compile(r"^\s*(?:#{1,6}\s+|>\s+|[-*•]\s+|\d{1,2}[.)]\s+)", re.MULTILINE)


def visible(text: str) -> str:
    """The text without terminal escapes, control characters and invisible characters; line ends stay."""
    text = INVISIBLE.sub("", _ANSI.sub("", text))
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in text)


def as_data(text: str) -> str:
    """A paper's text for a prompt: on one line, unable to close its passage, open a turn, or look like a marker."""
    text = " ".join(visible(text).split())
    text = text.replace("[", "(").replace("]", ")").replace("```", "'''")
    text = re.sub(r"<(?=[A-Za-z/|!<\uff5c])", "< ", text)
    return re.sub(r"(?<=[|\uff5c])>", " >", text)


def plain(text: str, known: str = "") -> str:
    """A model's text without markup: no tags, no links, and no address that does not stand in ``known``."""
    text = _SCRIPT.sub(" ", visible(text))
    text = _LINK.sub(_label, _IMAGE.sub(r"\1", _TAG.sub(" ", text)))
    text = _ADDRESS.sub(lambda found: found.group() if found.group().rstrip(".,;:)]") in known else "", text)
    return _EMPHASIS.sub(r"\2", _LINE_START.sub("", _ROW.sub(_row, text)))


def _row(found: re.Match[str]) -> str:
    """The cells of a row of a table, the first before a colon; nothing of the line under its head."""
    cells = [cell.strip() for cell in found[1].split("|") if cell.strip(" :-")]
    return f"{cells[0]}: {', '.join(cells[1:])}" if len(cells) > 1 else "".join(cells)


def _label(link: re.Match[str]) -> str:
    """What a link shows; a marker that was made a link stays a marker."""
    return f"[{link[1]}]" if link[1].strip().isdigit() else link[1]
