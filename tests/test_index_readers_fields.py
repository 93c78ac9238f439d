"""The formats with named fields, and plain text: every field that is read from them."""

import json
from pathlib import Path

import pytest
from test_index_readers import ABSTRACT, facts, only, read

from index.merge.identity import merge
from index.readers import read_file
from index.schema import Identifiers


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
    assert entry.abstract == "It gains 5% on all, with β_1 = 2."
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
