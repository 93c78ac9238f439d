"""TeX in titles, names and abstracts as Unicode: accents, Greek, symbols; what is not understood stays whole.

The text is read from the innermost pieces outwards, so that the library sees each short piece once: it is thorough
and slow, and the same accents come again and again.
"""

from __future__ import annotations

import functools
import logging
import re
from typing import Any

_CITED = re.compile(r"~?\\cite[a-zA-Z]*\*?\s*(?:\[[^\[\]\\]{0,200}\]\s*){0,2}\{[^{}]{0,2000}\}")
_TIE = re.compile(r"(?<=[^\W\d]|[.,;:})\]$])~(?=\S)|(?<=\d)~(?=[^\d\s])")
_SUBSCRIPT = re.compile(r"\$\s*_\s*(?:\{(?:\\(?:text|math)[a-z]{0,6}\s*\{(\w{1,20})\}|(\w{1,20}))\}|(\w))\s*\$")
_ORDINAL = re.compile(r"\\textsuperscript\s*\{(st|nd|rd|th)\}|\$\s*\^\s*\{?\s*(st|nd|rd|th)\s*\}?\s*\$")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[a-zA-Z]+\*?\}")
_LENGTH = re.compile(r"\\(?:raisebox|[hv]space\*?)\s*\{[^{}]{0,40}\}")
_SCRIPT = re.compile(r"\\text(super|sub)script\s*\{([^{}]*)\}")
_WRITTEN_TILDE = re.compile(r"\\textasciitilde(?:\{\}|\s)?|\\~\{\s*\}|\\sim(?![a-zA-Z])\s*")
_PIECE = re.compile(
    r"\$\$[^$]{1,500}\$\$"
    r"|\$(?=[^$]{0,500}[\\^_{\ue000])[^$]{1,500}\$|\$(?!\s)[^$]{1,500}(?<!\s)\$(?!\d)"  # else a dollar sign is money
    r"|\\[cvHkurdbt]\s+[A-Za-z]|\\[`'^\"~=.]\s*(?:\{[^{}]{0,20}\}|\\[ij](?![a-zA-Z])|[A-Za-z])"
    r"|\\(?P<name>[a-zA-Z]+)\*?(?:\[[^\[\]{}]{0,200}\])?(?:(?:\{[^{}]*\})+|[ ]?)"
    r"|\\(?![`'^\"~=.]\s*\{)[^a-zA-Z]|\{(?P<braced>[^{}\\$]*)\}"
)
# what the library would give as well, a hundred times faster: letters, figures and scripts; a style around plain words
_PLAIN = re.compile(r"\$(?P<formula>[\w^{}=+<>():;.,|*/! -]*)\$", re.ASCII)
_STYLED = re.compile(
    r"\\(?:emph|text(?:it|bf|rm|sf|tt|sc|sl)|math(?:rm|bf|it|sf|tt|cal))\{(?P<words>[\w=+():;., -]*)\}", re.ASCII
)
_STANDS_FOR = str.maketrans("~$\\{}", "\ue000\ue001\ue002\ue003\ue004")  # written out, no longer TeX
_WRITTEN = str.maketrans("\ue000\ue001\ue002\ue003\ue004", "~$\\{}")
_SIGNS = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))
_DEEPEST = 8
# alphabets of mathematics are letters all the same
_LETTERS = ["mathbf", "mathit", "mathcal", "mathsf", "mathtt", "mathbb", "mathrm", "mathfrak", "mathscr"]
_SYMBOLS = {
    "textless": "<", "textgreater": ">", "textbar": "|", "textquotedbl": '"', "textbraceleft": "{",
    "textbraceright": "}", "textunderscore": "_", "textminus": "−", "textmicro": "µ", "pounds": "£", "euro": "€",
    "degree": "°", "permil": "‰", "celsius": "°C", "slash": "/", "TeX": "TeX", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e",
    "BibTeX": "BibTeX", "glqq": "„", "grqq": "“", "flqq": "«", "frqq": "»", "thinspace": " ", "enspace": " ",
    "newline": " ", "linebreak": " ", "par": " ",
}  # fmt: skip
# how the text is set from here on, which says nothing
_SETTING = (
    *("em", "it", "bf", "rm", "sc", "tt", "sl", "sf", "tiny", "small", "normalsize", "large", "Large", "itshape"),
    *("bfseries", "rmfamily", "sffamily", "ttfamily", "scshape", "upshape", "mdseries", "slshape", "protect", "relax"),
    *("leavevmode", "xspace", "noindent", "displaystyle"),
)


def untexed(text: str) -> str:
    """A field of BibTeX or arXiv: accents and symbols as characters, styles and braces gone, `~` as a space.

    ``10~\\%`` and ``Fig.~3`` have a tie, which is a space; in ``40~90`` and `` ~30`` it is written to be seen.
    A dollar sign that opens no formula is money.
    """
    text = _CITED.sub("", text)
    if "~" in text and "://" not in text:
        text = _TIE.sub(" ", text)
    for sign, character in _SIGNS:
        text = text.replace(sign, character)
    if not any(sign in text for sign in "\\{$"):
        return text
    text = _LENGTH.sub(" ", _ENVIRONMENT.sub(" ", text))
    text = _SUBSCRIPT.sub(lambda found: found[1] or found[2] or found[3], text)
    text = _ORDINAL.sub(lambda found: found[1] or found[2], text)
    text = _SCRIPT.sub(lambda found: ("^" if found[1] == "super" else "") + found[2], text)
    text = _WRITTEN_TILDE.sub("\ue000", text)
    for _ in range(_DEEPEST):
        before, text = text, _PIECE.sub(_converted, text)
        if text == before:
            break
    return text.translate(_WRITTEN).replace("\u00ad", "")


def _converted(found: re.Match[str]) -> str:
    if found["braced"] is not None:
        return found["braced"]
    text = found.group()
    if (styled := _STYLED.fullmatch(text)) and "__" not in text:
        return styled["words"]
    if (plain := _PLAIN.fullmatch(text)) and text.count("{") == text.count("}"):
        return plain["formula"].replace("{", "").replace("}", "").strip()
    return _piece(text, found["name"])


@functools.lru_cache(4096)
def _piece(piece: str, name: str | None) -> str:
    """One formula or macro; an unknown macro gives way to what stands in its braces, and stays whole without any."""
    known, converter = _converter()
    if name and name not in known:
        if name.startswith("text") and name[4:] in known:  # \\textbeta
            return _piece(piece.replace("\\text", "\\", 1), name[4:])
        inside = re.findall(r"\{([^{}]*)\}", piece)
        inside = inside[-1:] if name == "href" else inside
        return " ".join(inside) if inside else piece.translate(_STANDS_FOR)
    piece = re.sub(r"(?<!\\)~", "\ue000", re.sub(r"(?<!\\)%", r"\\%", piece))
    try:
        return str(converter.latex_to_text(piece)).translate(_STANDS_FOR)
    except Exception:  # the library raises many kinds on damaged TeX; the source's own words are better than none
        return piece.translate(_STANDS_FOR)


@functools.cache
def _converter() -> tuple[frozenset[str], Any]:
    """The names of the macros that are known, and pylatexenc's converter."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    context = get_default_latex_context_db()
    macros = [*(MacroTextSpec(name, "%s") for name in _LETTERS), MacroTextSpec("url", "%s")]
    macros += [MacroTextSpec(name, sign) for name, sign in (_SYMBOLS | dict.fromkeys(_SETTING, "")).items()]
    context.add_context_category("citewell", prepend=True, macros=macros)
    context.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=lambda node, **_: node.latex_verbatim()))
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # what it cannot read is left as it stands
    names = frozenset(spec.macroname for spec in context.iter_macro_specs()) - {"begin", "end", "href"}
    return names, LatexNodes2Text(latex_context=context, math_mode="text", strict_latex_spaces=False)
