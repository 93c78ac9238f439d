"""Listing pages, as text and as HTML."""

from html import escape
from pathlib import Path

from index.readers import Entry, FileContent, read_file, read_paths

COUNTS = [60, 54, 55, 58, 36]
ABSTRACT = (
    "We study how a model should say that it does not know. The method trains on refusals and works on four sets."
)
PAGE = f"""new

Get trending papers in your email inbox!

byAK and the research community

May 30

A First Title: With More

{ABSTRACT}

  • 12 authors
·
Nov 15, 2024

Second Title That Has No Details

{ABSTRACT} {ABSTRACT}

Third Title by a Company

{ABSTRACT}

google Google
·
Mar 18 3
"""


def read(folder: Path, name: str, text: str) -> FileContent:
    file = folder / name
    file.write_text(text, encoding="utf8")
    return read_file(file)


def only(content: FileContent) -> Entry:
    assert content.rejects == ()
    (entry,) = content.entries
    return entry


def facts(entry: Entry) -> tuple[object, ...]:
    return (entry.title, entry.abstract, entry.authors_count, entry.organisation, entry.published, entry.published_text)


EXPECTED = [
    ("A First Title: With More", ABSTRACT, 12, None, "2024-11-15", "Nov 15, 2024"),
    ("Second Title That Has No Details", f"{ABSTRACT} {ABSTRACT}", None, None, None, None),
    ("Third Title by a Company", ABSTRACT, None, "Google", None, "Mar 18"),
]


def test_a_listing_page(tmp_path: Path) -> None:
    content = read(tmp_path, "page.txt", PAGE)
    assert (content.format, content.rejects) == ("listing", ())
    assert [facts(entry) for entry in content.entries] == EXPECTED
    assert [entry.source.position for entry in content.entries] == [1, 2, 3]
    assert content.entries[0].source.file == str(tmp_path / "page.txt")


def test_other_headers_and_a_footer_change_nothing(tmp_path: Path) -> None:
    for header in ("May 30\n\n", "Hello\n\nSign in to follow all the papers that you like.\n\nMay 30\n\n", ""):
        body = PAGE[PAGE.index("A First") :]
        content = read(tmp_path, "page.txt", header + body + "\nPrevious\n\nNext\n\nAll rights reserved here\n")
        assert [facts(entry) for entry in content.entries] == EXPECTED, header
        assert content.rejects == ()


def test_a_page_without_any_date_is_known_by_its_regularity(tmp_path: Path) -> None:
    entries = [f"A Title Of Paper {number}\n\n{ABSTRACT} {ABSTRACT}\n" for number in range(5)]
    assert len(read(tmp_path, "a.txt", "Log In\n\n" + "\n".join(entries)).entries) == 5
    prose = "\n".join(f"# {entry}" for entry in entries)
    assert read(tmp_path, "a.md", prose).format == "plain"
    assert read(tmp_path, "a.txt", "\n".join(entry + "\nMore of it.\n" for entry in entries)).format == "plain"


def test_a_title_that_lost_its_abstract_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    page = PAGE.replace("Second Title", "A Title With No Abstract\n\nSecond Title")
    content = read(tmp_path, "page.txt", page)
    assert [facts(entry) for entry in content.entries] == EXPECTED
    (reject,) = content.rejects
    assert (reject.line, reject.reason) == (17, "no abstract: A Title With No Abstract")


def test_an_abstract_that_lost_its_title_does_not_take_the_next(tmp_path: Path) -> None:
    content = read(tmp_path, "page.txt", PAGE.replace("Second Title That Has No Details\n", ""))
    assert [facts(entry) for entry in content.entries] == [EXPECTED[0], EXPECTED[2]]
    assert "without a title" in content.rejects[0].reason


def test_the_saved_pages(shared: Path) -> None:
    contents = list(read_paths([shared / "pages"]))
    assert [len(content.entries) for content in contents] == COUNTS
    assert all(content.format == "listing" and not content.rejects for content in contents)


def semantic(page: FileContent) -> str:
    parts = ["<!DOCTYPE html><html><head><title>Papers</title><script>var a='<p>x</p>';</script></head><body>"]
    parts.append("<nav><a href='/'>Home</a></nav><header><h1>Daily Papers</h1><div>May 30</div></header>")
    for entry in page.entries:
        details = [f"<li>{entry.authors_count} authors</li>"] if entry.authors_count else []
        details += [f"<span>{entry.organisation}</span>"] if entry.organisation else []
        details += [f"<span>·</span> <time>{entry.published_text}</time>"] if entry.published_text else []
        head = f"<h3><a href='/p'>{escape(entry.title)}</a></h3><p>{escape(entry.abstract)}</p>"
        parts.append(f"<article>{head}<div>{' '.join(details)}</div></article>")
    return "\n".join([*parts, "<footer><p>All rights reserved.</p></footer></body></html>"])


def test_the_saved_pages_as_html(shared: Path, tmp_path: Path) -> None:
    for file in sorted((shared / "pages").glob("*.txt")):
        page = read_file(file)
        lines = [escape(line) for line in file.read_text(encoding="utf8").split("\n")]
        shapes = {
            "semantic": semantic(page),
            "headings": semantic(page).replace("article>", "div>"),
            "blocks": "<html><body>"
            + "".join(f"<div><span>{line}</span></div>\n" for line in lines)
            + "</body></html>",
            "breaks": "<html><body>" + "<br>\n".join(lines),
            "pre": "<html><pre>" + "\n".join(lines) + "</pre></html>",
            "bare": "<html><body>" + "\n".join(lines) + "</body></html>",
        }
        for shape, text in shapes.items():
            content = read(tmp_path, f"{shape}.html", text)
            assert (content.format, content.rejects) == ("html", ()), shape
            assert list(map(facts, content.entries)) == list(map(facts, page.entries)), shape


def test_html_dates_may_carry_the_year_that_is_not_shown(tmp_path: Path) -> None:
    stamp = '<time datetime="2025-03-18T10:00:00">Mar 18</time>'
    title = "<div>17</div><h3><a href='/papers/2503.00001'>Title</a></h3>"
    tail = f"<li>4 authors</li><b>5</b><div>·</div>{stamp}<p>Share</p>"
    text = f"<html><body><article>{title}<p>{ABSTRACT}</p>{tail}</article></body></html>"
    entry = only(read(tmp_path, "a.html", text))
    assert (entry.title, entry.authors_count, entry.identifiers.arxiv) == ("Title", 4, "2503.00001")
    assert (entry.published, entry.published_text) == ("2025-03-18", "Mar 18")
