"""Every format with the fields that are read from it."""

import json
from html import escape
from pathlib import Path

import pytest

from index.identity import merge
from index.readers import Entry, FileContent, read_file, read_paths
from index.schema import Identifiers

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
    text = f"<html><body><article><h3>Title</h3><p>{ABSTRACT}</p><span>·</span>{stamp}</article></body></html>"
    entry = only(read(tmp_path, "a.html", text))
    assert (entry.published, entry.published_text) == ("2025-03-18", "Mar 18")


def test_json_lines_with_the_fields_of_the_demo_cards(tmp_path: Path) -> None:
    card = {"id": "a-b", "title": "A B", "published": "2024-05-03", "published_text": "May 3, 2024", "authors_count": 4}
    card |= {"organisation": "Google", "pages": ["p1.txt", "p2.txt"], "summary": ABSTRACT, "links": ["https://x.org/y"]}
    entry = only(read(tmp_path, "cards.jsonl", json.dumps(card) + "\n"))
    assert (entry.entry_id, *facts(entry)) == ("a-b", "A B", ABSTRACT, 4, "Google", "2024-05-03", "May 3, 2024")
    assert (entry.pages, entry.links) == (("p1.txt", "p2.txt"), ("https://x.org/y",))
    (paper,) = merge([entry])
    assert [source.file for source in paper.sources][1:] == ["p1.txt", "p2.txt"]


@pytest.mark.parametrize(
    "record",
    [
        {"paper_id": 7, "title": "T", "abstract": ABSTRACT},
        {"_id": "7", "title": "T", "text": ABSTRACT, "metadata": {}},
        {"ID": "7", "Title": " T ", "Summary": ABSTRACT},
    ],
)
def test_json_under_other_names(tmp_path: Path, record: dict[str, object]) -> None:
    for text in (json.dumps(record), json.dumps([record]), json.dumps(record, indent=2)):
        for name in ("a.jsonl", "a.json", "a.dat"):
            entry = only(read(tmp_path, name, text))
            assert (entry.entry_id, entry.title, entry.abstract) == ("7", "T", ABSTRACT)


def test_json_authors_and_identifiers(tmp_path: Path) -> None:
    people = [{"name": "Ada Lovelace"}, {"given": "Alan", "family": "Turing"}, "Hopper, Grace"]
    record = {
        "title": "T",
        "abstract": ABSTRACT,
        "authors": people,
        "doi": "https://doi.org/10.1000/ABC.",
        "year": 2023,
    }
    record |= {"url": "https://arxiv.org/abs/2401.00001v2", "pmid": 123, "journal": "J"}
    entry = only(read(tmp_path, "a.jsonl", json.dumps(record)))
    assert entry.authors == ("Ada Lovelace", "Alan Turing", "Grace Hopper")
    assert entry.identifiers == Identifiers("10.1000/abc", "2401.00001", "123")
    assert (entry.published, entry.venue, entry.authors_count) == ("2023", "J", 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables(tmp_path: Path, delimiter: str) -> None:
    header = ["Key", "Publication Year", "Author", "Title", "DOI", "Abstract Note"]
    row = ["K1", "2021", '"Lovelace, Ada; Turing, Alan"', '"A ""quoted"" title"', "10.1000/x", '"Two\nlines, here."']
    text = delimiter.join(header) + "\n\n" + delimiter.join(row) + "\n"
    entry = only(read(tmp_path, "a.csv", text))
    assert (entry.title, entry.abstract, entry.published) == ('A "quoted" title', "Two\nlines, here.", "2021")
    assert (entry.authors, entry.identifiers.doi) == (("Ada Lovelace", "Alan Turing"), "10.1000/x")


def test_bibtex(tmp_path: Path) -> None:
    text = """% a comment
@string{acl = "Proc. of ACL"}
@comment{jabref-meta: nothing}
@inproceedings{smith24,
  title = {The {LLM} \\"{U}ber \\& \\emph{alles}},
  author = "Smith, Jos{\\'e} and {Open AI} and Doe, A.",
  booktitle = acl, year = 2024, month = mar,
  doi = {10.1000/x_y}, url = {https://arxiv.org/abs/2403.00001},
  abstract = {It gains 5\\% on
     all~\\cite{a,b}, with $\\beta_1 = 2$.},
}
"""
    entry = only(read(tmp_path, "refs.bib", text))
    assert entry.entry_id == "smith24"
    assert entry.title == "The LLM Über & alles"
    assert entry.authors == ("José Smith", "Open AI", "A. Doe")
    assert entry.abstract.startswith("It gains 5% on all, with $")
    assert (entry.published, entry.venue) == ("2024-03", "Proc. of ACL")
    assert entry.identifiers == Identifiers("10.1000/x_y", "2403.00001")
    assert entry.source.position == 1


def test_ris(tmp_path: Path) -> None:
    text = f"""TY  - JOUR
T1  - A title
AU  - Lovelace, Ada
AU  - Turing, Alan
PY  - 2023/05/12/
JO  - A Journal
DO  - 10.1000/z
UR  - https://example.org/z
AB  - {ABSTRACT[:55]}
{ABSTRACT[55:]}
ER  -\x20

TY  - JOUR
TI  - Another
N2  - {ABSTRACT}
ER  -
"""
    content = read(tmp_path, "refs.ris", text)
    assert content.rejects == ()
    first, second = content.entries
    assert (first.title, first.abstract, first.published) == ("A title", ABSTRACT, "2023-05-12")
    assert (first.authors, first.venue) == (("Ada Lovelace", "Alan Turing"), "A Journal")
    assert (first.identifiers.doi, first.links) == ("10.1000/z", ("https://example.org/z",))
    assert (second.title, second.abstract) == ("Another", ABSTRACT)


ATOM = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
  <title>ArXiv Query</title>
  <entry>
    <id>http://arxiv.org/abs/2401.00001v2</id><published>2024-01-03T10:00:00Z</published>
    <title>A  wrapped
      title</title><summary>  {ABSTRACT.replace("The", chr(10) + "The")} &lt;b&gt; </summary>
    <author><name>Ada Lovelace</name></author><author><name>Alan Turing</name></author>
    <arxiv:doi>10.1000/q</arxiv:doi><arxiv:journal_ref>J. of Q</arxiv:journal_ref>
  </entry>
</feed>"""


def test_atom(tmp_path: Path) -> None:
    entry = only(read(tmp_path, "feed.xml", ATOM))
    assert (entry.entry_id, entry.title, entry.abstract) == ("2401.00001", "A wrapped title", ABSTRACT + " <b>")
    assert (entry.authors, entry.published, entry.venue) == (("Ada Lovelace", "Alan Turing"), "2024-01-03", "J. of Q")
    assert entry.identifiers == Identifiers("10.1000/q", "2401.00001")


PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.invalid/pubmed.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">123</PMID><Article>
<Journal><JournalIssue><PubDate><Year>2022</Year><Month>Mar</Month><Day>5</Day></PubDate></JournalIssue>
<Title>The Journal</Title></Journal><ArticleTitle>Of <i>E. coli</i></ArticleTitle>
<Abstract>
<AbstractText Label="AIM">To see.</AbstractText><AbstractText Label="RESULTS">We saw 3.</AbstractText></Abstract>
<AuthorList><Author><LastName>Lovelace</LastName><ForeName>Ada</ForeName></Author>
<Author><CollectiveName>The Group</CollectiveName></Author></AuthorList></Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/P</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
</PubmedArticleSet>"""


def test_pubmed(tmp_path: Path) -> None:
    entry = only(read(tmp_path, "export.xml", PUBMED))
    assert (entry.title, entry.abstract) == ("Of E. coli", "AIM: To see.\nRESULTS: We saw 3.")
    assert (entry.authors, entry.published, entry.published_text) == (
        ("Ada Lovelace", "The Group"),
        "2022-03-05",
        "2022 Mar 5",
    )
    assert (entry.identifiers, entry.venue) == (Identifiers("10.1000/p", None, "123"), "The Journal")


@pytest.mark.parametrize("name", ["My_note-2.txt", "My_note-2.md"])
def test_any_other_text_is_one_paper_named_by_its_file(tmp_path: Path, name: str) -> None:
    entry = only(read(tmp_path, name, f"\n# Heading\n\n{ABSTRACT}\n\n- a point\n"))
    assert entry.title == "My_note-2"
    assert entry.abstract == f"# Heading\n\n{ABSTRACT}\n\n- a point"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_text("Größe 对齐 matters.", encoding=encoding)
    assert only(read_file(tmp_path / "a.txt")).abstract == "Größe 对齐 matters."


def test_a_declared_encoding_is_honoured(tmp_path: Path) -> None:
    feed = ATOM.replace("UTF-8", "ISO-8859-1").replace("wrapped", "größere")
    (tmp_path / "a.xml").write_bytes(feed.encode("latin-1"))
    assert only(read_file(tmp_path / "a.xml")).title == "A größere title"
