"""Bytes into text: UTF-8, UTF-16 and UTF-32, what an XML or HTML file declares of itself, or Windows-1252."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF; citewell reads abstracts as text, so give it a listing, BibTeX, RIS or a .txt"),
    (b"PK\x03\x04", "a ZIP archive or an office document; unpack it, or save a table as CSV and a text as text"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document; save a table as CSV and a text as text"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database, no text"),
    (b"\x89PNG", "an image, no text"),
    (b"\xff\xd8\xff", "an image, no text"),
    (b"\x7fELF", "a program, no text"),
)
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]{0,100}encoding|<meta[^>]{0,100}charset)\s*=\s*["']?\s*([A-Za-z0-9_.-]{2,30})"""
)
_HIGH = bytes(range(128, 256))
_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_AS_LATIN_1 = {ord(sign): byte for byte in range(128, 160) if (sign := bytes([byte]).decode("cp1252", "ignore"))}
_TWICE = re.compile("[\u00c2-\u00f4][^\x00-\x7f]")
_CONTROL = bytes({*range(32)} - {*b"\t\n\r\f\x1b"})


def decode(data: bytes) -> tuple[str, str]:
    """The text, and why there is none, or an empty string.

    A line that is not UTF-8 and holds none of its sequences is read as Windows-1252 (Latin-1 and some more), which
    old programs write. Bytes that are valid in neither stay in the text as lone surrogates, so that the record
    which holds them is rejected and the others are not.
    """
    for magic, reason in _MAGIC:
        if data.startswith(magic):
            return "", reason
    encoding = "utf-8"
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    else:
        encoding = _unmarked_utf16(data) or encoding
    text = _text(data, encoding)
    if _binary(data, text, encoding):
        return "", "binary data or an unknown encoding, no text; save it as UTF-8"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _once(text), ""


def _once(text: str) -> str:
    """Text of which all was UTF-8 and was taken for Windows-1252 and written as UTF-8 again: ``Ã¼`` is ü."""
    if text.isascii() or not _TWICE.search(text):
        return text
    try:
        return text.translate(_AS_LATIN_1).encode("latin-1").decode().removeprefix("\ufeff")
    except UnicodeError:
        return text


def _text(data: bytes, encoding: str) -> str:
    if encoding != "utf-8":
        return data.decode(encoding, errors="replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        declared = _DECLARED.search(data[:2048])
        return _declared_text(data, declared.group(1).decode()) if declared else _mixed_text(data)


def _declared_text(data: bytes, name: str) -> str:
    """Text in the encoding that the file names, where Python knows it as an encoding of text."""
    try:
        return data.decode(name)
    except (LookupError, UnicodeError):
        return _mixed_text(data)


def _mixed_text(data: bytes) -> str:
    """Line by line, for exports are glued together: UTF-8 where it is, else Windows-1252 where that is likely."""
    return "\n".join(map(_line, data.replace(b"\r\n", b"\n").split(b"\n")))


def _line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    high = len(line) - len(line.translate(None, _HIGH))
    if not _SEQUENCE.search(line) and high * 3 <= len(line):  # more of them would be Cyrillic, Greek or Chinese
        try:
            return line.decode("cp1252")
        except UnicodeDecodeError:
            pass
    return line.decode(errors="surrogateescape")


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without its mark shows by zeros in every other byte of text in Latin letters."""
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half >= 8 and odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if half >= 8 and even > 0.7 * half and odd < 0.05 * half else ""


def _binary(data: bytes, text: str, encoding: str) -> bool:
    """Whether much of the beginning is control characters or no valid text."""
    if encoding != "utf-8":
        sample = text[:20_000]
        return sample.count("\ufffd") * 10 > len(sample)
    head = data[:65_536]
    controls = len(head) - len(head.translate(None, _CONTROL))
    broken = sum("\udc80" <= character <= "\udcff" for character in text[: len(head)])
    return controls * 10 > len(head) or broken * 3 > len(head)
