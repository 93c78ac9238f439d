"""Markup in titles and abstracts as text: entities, HTML and JATS tags; a superscript keeps its meaning."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from index.readers.entries.latex import untexed

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INLINE = (
    "i b em strong u s sc span font a small big tt bold italic underline monospace roman sans-serif styled-content"
)
_INLINE += " overline named-content xref ext-link scp inline-formula disp-formula alternatives tex-math"
_BLOCK = "p div br h1 h2 h3 h4 h5 h6 ul ol li section sec title abstract"
_SCRIPT = "sup sub inf"
_NAMES = "|".join(sorted((*_INLINE.split(), *_BLOCK.split(), *_SCRIPT.split()), key=len, reverse=True))
# linear: no part can match what its neighbour matches, and the whole is at most 400 characters
_TAG = re.compile(
    rf"<(?P<close>/?)(?:jats:)?(?P<name>{_NAMES})(?P<rest>(?:\s[^<>]{{0,400}})?/?)>|(?P<comment><!--)", re.IGNORECASE
)
_ATTRIBUTES = re.compile(r"(?:\s+[\w:.-]{1,40}\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))*\s*/?")
_MATH = re.compile(r"<(?:mml:)?math\b[^<>]{0,400}>")
# a formula that is given in MathML as well
_TEX_BESIDE = re.compile(
    r"<(?:jats:)?tex-math\b[^<>]{0,200}>[^<>]{0,3000}</(?:jats:)?tex-math>\s*(?=<(?:mml:)?math\b)"
    r"|(?<=math>)\s{0,9}<(?:jats:)?tex-math\b[^<>]{0,200}>[^<>]{0,3000}</(?:jats:)?tex-math>", re.IGNORECASE
)  # fmt: skip
_TEX = re.compile(r"<(?:jats:)?tex-math\b[^<>]{0,200}>(?P<tex>[^<>]{0,3000})</(?:jats:)?tex-math>", re.IGNORECASE)
_HEADING = re.compile(
    r"<(?P<tag>(?:jats:)?(?:title|h[3-6]))>(?P<title>[^<>]{1,60})</(?P=tag)>\s{0,99}(?:<(?:jats:)?p>\s{0,99})?",
    re.IGNORECASE,
)
_SCRIPTS = {"sup": "^", "sub": "_", "inf": "_", "msup": "^", "msub": "_"}
_FACES = {"superscript": "sup", "subscript": "sub"}
_BLOCKS = frozenset(_BLOCK.split())
_HALF_OPEN = frozenset(("p", "br", "li"))
_ORDINAL = re.compile(r"(?:st|nd|rd|th|o|a|er|e|®|™)", re.IGNORECASE)


def unmarked(text: str) -> str:
    """The text as a reader of the page would see it; what only looks like markup ("p < 0.01") stays."""
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)  # &amp;lt; of doubly escaped exports
    if "<" not in text:
        return text
    if "math" in text:
        text = _TEX_BESIDE.sub("", text)
        text = _TEX.sub(lambda found: untexed(found["tex"].strip().replace("$$", "$")), text)
        text = "".join(_without_math(text))
    return _without_tags(_HEADING.sub(_label, text))


def _label(found: re.Match[str]) -> str:
    """The heading of a part of an abstract stands before its text, as a label."""
    title = found["title"].strip()
    return (
        ""
        if title.rstrip(":.").lower() in ("abstract", "summary")
        else f" {title}{'' if title.endswith(':') else ':'} "
    )


def scripted(before: str, kind: str, text: str) -> str:
    """A superscript or subscript behind what stands before it: 10^-3, CO2, 1st, x^(a+b)."""
    text = text.strip()
    if not text or kind == "_":
        return f"_{text}" if text[:1].isdigit() and before[-1:].isdigit() else text
    if not before or not (before[-1].isalnum() or before[-1] in ")]") or _ORDINAL.fullmatch(text):
        return text  # the mass of an isotope, an ordinal
    if re.fullmatch(r"[a-z*†‡§,\s]{1,3}", text) and before[-1].islower():
        return text  # a footnote's mark
    return f"^{text}" if re.fullmatch(r"[+−–-]?[\w.]+[+−–-]?|[+−–-]", text) else f"^({text})"


def content(element: Element | None) -> str:
    """All the text in an element of XML, on one line; superscripts are marked, formulas in TeX go without theirs."""
    if element is None:
        return ""
    parts: list[str] = []
    _gather(element, parts)
    return " ".join("".join(parts).replace("\x00", "\ufffd").split())


def _gather(element: Element, parts: list[str]) -> None:
    """Depth first, with a stack of its own: a document may be nested deeper than Python's calls."""
    stack: list[tuple[str, Element | str]] = [("", element)]
    while stack:
        kind, item = stack.pop()
        if isinstance(item, str):
            parts.append(scripted("".join(parts[-3:]), kind, item) if kind else item)
            continue
        name = item.tag.rpartition("}")[2] if isinstance(item.tag, str) else "tex-math"
        if name in ("tex-math", "annotation"):
            continue
        held: list[tuple[str, Element | str]] = [("", item.text or "")]
        if name == "style" and item.get("face") in _FACES:  # EndNote
            name = _FACES[str(item.get("face"))]
        if name in ("sup", "sub", "inf"):
            held = [(_SCRIPTS[name], "".join(item.itertext()))]
        elif name in ("msup", "msub") and len(item) == 2:
            held = [("", item[0]), (_SCRIPTS[name], "".join("".join(item[1].itertext()).split()))]
        else:
            for child in item:
                block = child.tag.rpartition("}")[2] in _BLOCKS if isinstance(child.tag, str) else False
                held += [("", " " if block else ""), ("", child), ("", (" " if block else "") + (child.tail or ""))]
        stack += reversed(held)


def _without_math(text: str) -> Iterator[str]:
    """Formulas in MathML as their text."""
    place = 0
    while found := _MATH.search(text, place):
        end_tag = "</mml:math>" if found.group().startswith("<mml:") else "</math>"
        end = text.find(end_tag, found.end())
        if end < 0:
            break
        yield text[place : found.start()]
        place = end + len(end_tag)
        inner = re.sub(r"(</?)mml:", r"\1", text[found.end() : end])
        try:
            yield "".join(content(fromstring(f"<math>{inner}</math>")).split(" "))
        except (ParseError, DefusedXmlException, ValueError):
            yield re.sub(r"<[^<>]*>", "", inner)
    yield text[place:]


def _without_tags(text: str) -> str:
    """Known tags go, where the text also closes one of that name; a comment goes with what it holds."""
    found = list(_TAG.finditer(text))
    closed = {one["name"].lower() for one in found if one["close"]} | _HALF_OPEN
    parts, place, script = [], 0, ""
    last_comment = text.rfind("-->")
    for one in found:
        if one.start() < place:
            continue
        if one["comment"]:
            if last_comment < one.end():
                continue
            end = text.find("-->", one.end())
            parts.append(text[place : one.start()])
            place = end + 3
            continue
        name = one["name"].lower()
        if name not in closed or not _ATTRIBUTES.fullmatch(one["rest"]):
            continue
        piece = text[place : one.start()]
        place = one.end()
        parts.append(scripted("".join(parts[-3:]), script, piece) if script and one["close"] else piece)
        script = _SCRIPTS.get(name, "") if not one["close"] else ""
        if name in _BLOCKS:
            parts.append("\n\n" if name == "p" else " ")
    parts.append(text[place:])
    return re.sub(r"\s+", lambda run: "\n\n" if "\n\n" in run[0] else run[0], "".join(parts)).strip()
