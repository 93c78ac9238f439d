"""Kinds of complaint about real exports, two variants or more of each, all invented."""

# ruff: noqa: E501 - records as programs write them
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.merge.identity import kept_apart, merge
from index.readers import Entry, FileContent, read_file

A = "Reed roofs stayed three degrees cooler in summer."
B = "Snail counts doubled below the weir after the flood."


def read(folder: Path, name: str, data: str | bytes) -> FileContent:
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return read_file(folder / name)


def ris(*lines: str) -> str:
    return "\n".join(["TY  - JOUR", *lines, "ER  - "]) + "\n"


def bib(fields: str) -> str:
    return f"@article{{k1, title={{Reed roofs}}, {fields}, abstract={{{A}}}}}\n"


def csv(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def obj(**fields: Any) -> str:
    return json.dumps({"title": "Reed roofs", "abstract": A} | fields)


# kind -> (file, content, attribute, value of the first entry)
FIELDS: list[tuple[str, str, str | bytes, str, object]] = [
    ("year in another field", "a.ris", ris("TI  - T", "PY  - 2017", "DA  - Spring", f"AB  - {A}"), "published", "2017"),
    ("year in another field", "a.ris", ris("TI  - T", "Y1  - 2016///", "DA  - NOV 3", f"AB  - {A}"), "published", "2016-11-03"),
    ("year in another field", "a.csv", csv("Title,Abstract,Publication Year,Date", f"T,{A},2015,"), "published", "2015"),
    ("year in another field", "a.csv", csv("Title,Abstract,Published Year,Published Month", f"T,{A},2014,11"), "published", "2014-11"),
    ("year in another field", "a.json", obj(issued={"raw": "2013-02"}), "published", "2013-02"),
    ("year in another field", "a.json", obj(type="book", issued={"date-parts": [["2012"]]}), "published", "2012"),
    ("year in another field", "a.json", obj(date="n.d.", year=2011), "published", "2011"),
    ("authors", "a.csv", csv("title,abstract,authors", f"""T,{A},"['Low, Ann', ""O'Ney, Bo""]" """.strip()), "authors", ("Ann Low", "Bo O'Ney")),
    ("authors", "a.csv", csv("title,abstract,authors", f'T,{A},"[""Low, Ann""]"'), "authors", ("Ann Low",)),
    ("authors", "a.bib", bib("author={Low, A. and {Roof Society; Barn Society}}"), "authors", ("A. Low", "Roof Society; Barn Society")),
    ("authors", "a.bib", bib("author={Low, A. AND Ney, B.\n and Ann Owl; Reed Club}"), "authors", ("A. Low", "B. Ney", "Ann Owl", "Reed Club")),
    ("authors", "a.csv", csv("title,abstract,Author Names", f'T,{A},"Low A., van der Ney B.C."'), "authors", ("A. Low", "B.C. van der Ney")),
    ("authors", "a.csv", csv("title,abstract,Authors", f'T,{A},"Low, A., Ney, B.-C."'), "authors", ("A. Low", "B.-C. Ney")),
    ("authors", "a.csv", csv("title,abstract,Authors", f"T,{A},[No author name available]"), "authors", ()),
    ("TeX", "a.bib", bib(r"author={{\L}uk{\'a}sz {\O}re}"), "authors", ("Łukász Øre",)),
    ("TeX", "a.bib", r"@misc{k, title={The $\alpha$--$\beta$ law of {\ss}ea\-weed}, abstract={Reeds.}}", "title", "The α–β law of ßeaweed"),
    ("tilde", "a.bib", r"@misc{k, title={T}, abstract={Up to $\sim$5~kg, (~7), 3~4 and Fig.~2.}}", "abstract", "Up to ~5 kg, (~7), 3~4 and Fig. 2."),
    ("tilde", "a.bib", r"@misc{k, title={T}, abstract={See http://x.org/~ann and A.~Low.}}", "abstract", "See http://x.org/~ann and A.~Low."),
    ("field name with a space", "a.bib", bib("funding text 2={Paid by {A}}, author keywords={a; b}"), "keywords", ("a", "b")),
    ("field name with a space", "a.bib", "Some head\n\n" + bib("affiliation 1={X}, year=2020"), "published", "2020"),
    ("markup", "a.ris", ris("TI  - T", "AB  - <jats:p>H<jats:sub>2</jats:sub>O at 10<jats:sup>6</jats:sup> Pa &amp;lt; x</jats:p>"), "abstract", "H2O at 10^6 Pa < x"),
    ("markup", "a.csv", csv("title,abstract", "T,a<inf>i</inf> in cm<sup>-1</sup> with x<y and y>z"), "abstract", "ai in cm^-1 with x<y and y>z"),
    ("markup", "a.json", obj(abstract="<h4>Aim</h4>To see.<h4>End</h4>Seen &gt; 3 &mu;m."), "abstract", "Aim: To see. End: Seen > 3 μm."),
    ("arXiv snapshot", "a.json", json.dumps({"id": "hep-th/9901001", "title": "T", "abstract": A, "categories": "hep-th", "authors": "A. L\\\"ow and B. Ney", "update_date": "2009-05-01"}), "published", "2009-05-01"),
    ("arXiv snapshot", "a.json", json.dumps({"id": "1507.00001", "title": "T", "abstract": A, "authors_parsed": [["Ney", "Bo", "Jr."]], "versions": [{"created": "Wed, 1 Jul 2015 00:00:01 GMT"}]}), "authors", ("Bo Ney Jr.",)),
    ("daily papers", "a.json", json.dumps({"id": "2606.00009", "title": "T", "summary": A, "publishedAt": "2026-06-02T00:00:00Z", "authors": [{"name": "Ann Low", "hidden": False}]}), "published", "2026-06-02"),
    ("daily papers", "a.jsonl", json.dumps({"paper": {"id": "2606.00009", "title": "T", "summary": A, "authors": [{"name": "Ann Low"}]}}), "authors", ("Ann Low",)),
    ("bytes of Windows", "a.bib", bib("author={Löw, Ann}").encode("cp1252"), "authors", ("Ann Löw",)),
    ("bytes of Windows", "a.csv", csv("title,abstract,authors", f"T,{A},Zoë Šaš").encode("cp1252"), "authors", ("Zoë Šaš",)),
    ("bytes of Windows", "a.ris", ris("TI  - T", "AU  - Łow, Ann", f"AB  - {A}").encode("utf-16"), "authors", ("Ann Łow",)),
    ("tags in any order", "a.ris", f"AB  - {A}\nTY  - CPAPER\nTI  - T\nER  - \n", "title", "T"),
    ("tags in any order", "a.ris", f"Provider: X\n\nTI  - T\nAB  - {A}\nER  - \nAB  - {B}\nTI  - U\nTY  - JOUR\nER  - \n", "title", "T"),
    ("old DOI", "a.bib", bib("doi={10.5555/1(99)<33::AID-AB>2.0.TX;2-7}"), "doi", "10.5555/1(99)<33::aid-ab>2.0.tx;2-7"),
    ("old DOI", "a.ris", ris("TI  - T", f"AB  - {A}", "UR  - https://doi.org/10.5555/1(99)%3C33:AB%3E2"), "doi", "10.5555/1(99)<33:ab>2"),
    ("Scholar's page of results", "a.json", json.dumps({"data": [{"citedPaper": {"paperId": "a", "title": "T", "abstract": A, "year": 2001}}]}), "published", "2001"),
    ("wrapped records", "a.json", json.dumps({"message": {"title": ["T"], "abstract": f"<jats:p>{A}</jats:p>", "type": "x", "issued": {"date-parts": [[2002, 5]]}}}), "published", "2002-05"),
    ("wrapped records", "a.json", json.dumps({"hits": {"hits": [{"_source": {"title": "T", "abstract": A, "year": 2003}}]}}), "published", "2003"),
    ("wrapped records", "a.json", json.dumps([{"key": "K", "data": {"itemType": "book", "title": "T", "abstractNote": A, "date": "May 2004"}}]), "published", "2004-05"),
    ("OpenAlex", "a.jsonl", json.dumps({"id": "W1", "display_name": "T", "abstract_inverted_index": {"b": [1], "a": [0, 2]}}), "abstract", "a b a"),
    ("OpenAlex", "a.csv", csv("display_name,abstract,authorships.author.display_name", f"T,{A},Ann Low|Bo Ney"), "authors", ("Ann Low", "Bo Ney")),
    ("MEDLINE", "a.txt", f"PMID- 7\nTI  - T\nCN  - Reed Club\nAB  - {A}\nDP  - 1999 Jul-Aug\n", "authors", ("Reed Club",)),
    ("MEDLINE", "a.txt", f"OWN - NLM\nFAU - Low, Ann\nJT  - J\nTI  - T\nAB  - {A}\n", "venue", "J"),
    ("Web of Science", "a.txt", f"PT J\nAU Low, A\n   Ney, B\nTI T\nSO J\nAB {A}\nPY 1998\nUT X:1\nER\n", "authors", ("A Low", "B Ney")),
    ("Web of Science", "a.bib", "@article{ WOS:1,\nAuthor = {Low, Ann},\nTitle = {{T}},\nAbstract = {{" + A + "}},\nYear = {{1997}},\nUnique-ID = {{WOS:1}},\n}\n", "published", "1997"),
    ("EndNote", "a.enw", f"%0 Book\n%A Low, Ann\n%T T\n%X {A}\n%D 1996\n", "authors", ("Ann Low",)),
    ("EndNote", "a.xml", f"<xml><records><record><titles><title>T</title></titles><abstract>{A}</abstract><dates><year>1995</year></dates></record></records></xml>", "published", "1995"),
    ("Better BibTeX", "a.json", json.dumps({"items": [{"itemType": "note"}, {"itemType": "thesis", "title": "T", "abstractNote": A, "citekey": "low95", "extra": "DOI: 10.5555/low"}]}), "doi", "10.5555/low"),
    ("Better BibTeX", "a.json", json.dumps([{"itemType": "preprint", "title": "T", "abstractNote": A, "archiveID": "arXiv:2101.00003"}]), "arxiv", "2101.00003"),
    ("note", "n.md", f"---\ntitle: 'Reed: roofs'\nyear: 1994\n---\n# Thoughts\n\n{A}\n", "title", "Reed: roofs"),
    ("headings in markup", "a.json", obj(abstract="<jats:title>Abstract</jats:title><jats:sec><jats:title>Aim:</jats:title><jats:p>To see.</jats:p></jats:sec>"), "abstract", "Aim: To see."),
    ("formula in two spellings", "a.json", obj(abstract="<jats:alternatives><jats:tex-math>$$k=5$$</jats:tex-math><mml:math><mml:mi>k</mml:mi></mml:math></jats:alternatives> reeds"), "abstract", "k reeds"),
    ("formula in two spellings", "a.bib", r'''@misc{k, title={T}, abstract={Up to <inline-formula><tex-math notation="LaTeX">$k=5$</tex-math></inline-formula> reeds.}}''', "abstract", "Up to k=5 reeds."),
    ("formula in two spellings", "a.csv", csv("title,abstract", 'T,"Up to <tex-math notation=""LaTeX"">$10^{3}$ </tex-math> reeds."'), "abstract", "Up to 10^3 reeds."),
    ("firm", "a.csv", csv("title,abstract,authors", f"T,{A},Low & Sons Ltd."), "authors", ("Low & Sons Ltd.",)),
    ("firm", "a.csv", csv("title,abstract,authors", f"T,{A},Ann Low & Bo Ney"), "authors", ("Ann Low", "Bo Ney")),
    ("degrees", "a.ris", ris("TI  - T", f"AB  - {A}", "AU  - Low, Ann, PhD", "AU  - Ney, Bo, M.D., MPH"), "authors", ("Ann Low", "Bo Ney")),
    ("note that is no YAML", "n.md", f"---\ntitle: Reeds: a view\nauthors:\n  - Low, Ann\n  - Ney, Bo\nyear: 1994\n---\n{A}\n", "authors", ("Ann Low", "Bo Ney")),
    ("note that is no YAML", "n.md", f"---\ntitle: Reeds: a view\nyear: 1994\n---\n{A}\n", "title", "Reeds: a view"),
    ("note that is no YAML", "n.md", f"---\ntitle: 'Reeds: *a view* & more'\nyear: 1994\n---\n{A}\n", "published", "1994"),
    ("no label", "a.xml", f'<PubmedArticleSet><PubmedArticle><MedlineCitation><Article><ArticleTitle>T</ArticleTitle><Pagination><StartPage>e7</StartPage></Pagination><Abstract><AbstractText Label="UNASSIGNED">{A}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>', "abstract", A),
    ("retraction of a work", "a.json", json.dumps({"title": ["T"], "abstract": A, "issued": {"raw": "2001"}, "update-to": None, "updated-by": [{"type": "retraction"}]}), "retraction", "Retracted"),
    ("markup in TeX", "a.bib", r"@misc{k, title={T}, abstract={CO{\textless}sub{\textgreater}2{\textless}/sub{\textgreater} {\textless} 5\%}}", "abstract", "CO2 < 5%"),
    ("TeX", "a.bib", r"@misc{k, title={The {\em slow} {\TeX} of {CO}$_{\textrm{2}}$ at $10^{3}$~eV}, abstract={Reeds.}}", "title", "The slow TeX of CO2 at 10^3 eV"),
    ("TeX", "a.bib", bib(r"author={Nguy\~{\^{e}}n, Th\d{i}}"), "authors", ("Thị Nguyễn",)),
    ("parts of a name", "a.bib", bib("author={family=Ney, given=Ann Bo, prefix=van der, useprefix=true and Low, Bo}"), "authors", ("Ann Bo van der Ney", "Bo Low")),
    ("parts of a name", "a.nbib", f"PMID- 7\nTI  - T\nFAU - Ney, Bo C 3rd\nAB  - {A}\nDP  - 1999\n", "authors", ("Bo C Ney 3rd",)),
    ("parts of a name", "a.csv", csv("title,abstract,authors", f'T,{A},"Low A, van der Ney BC, Owl D Jr."'), "authors", ("A Low", "BC van der Ney", "D Owl Jr.")),
    ("authors with nothing between", "a.csv", csv("Item Title,Item DOI,Authors,Publication Year", "T,10.5555/t,Ann LowBo van der NeyCy McOwl,2001"), "authors", ("Ann Low", "Bo van der Ney", "Cy McOwl")),
    ("authors with nothing between", "a.csv", csv("title,abstract,authors", f"T,{A},Ann VanDyke Owl"), "authors", ("Ann VanDyke Owl",)),
    ("a record's word in a column", "a.csv", csv("Title,Abstract,Record Number,Paper Pages", f"T,{A},17,1-2"), "extra", (("pages", "1-2"),)),
    ("another work's fields", "a.json", obj(reference={"doi": "10.5555/other", "title": "U"}, references=[{"type": "doi", "id": "10.5555/u"}]), "doi", None),
    ("page of an article", "a.html", f'<head><meta name="citation_title" content="T"></head><body><h1>T</h1><h2>Abstract</h2><p>{A}</p><h2>Similar</h2><p>{B}</p></body>', "abstract", A),
    ("a record's word in a column", "a.csv", csv("Paper Title,Study DOI,Article Year,Work Authors", "T,10.5555/t,2001,Ann Low"), "doi", "10.5555/t"),
    ("identifier in a note", "a.csv", csv("Title,Abstract Note,Extra", f'T,{A},"Citation: x\nPMID: 771"'), "pmid", "771"),
    ("identifier in a note", "a.json", obj(type="book", issued={"raw": "2001"}, note="arXiv:2101.00003 [cs.CL]\nTLDR: reeds"), "arxiv", "2101.00003"),
    ("identifier in a note", "a.json", obj(type="book", issued={"raw": "2001"}, note="Comment in: J Reeds. PMID: 771"), "pmid", None),
    ("ISBN for ISSN", "a.ris", ris("TI  - T", f"AB  - {A}", "SN  - 978-1-4028-9462-6 (ISBN)"), "extra", (("isbn", "978-1-4028-9462-6"),)),
    ("ISBN for ISSN", "a.xml", f"<xml><records><record><titles><title>T</title></titles><abstract>{A}</abstract><isbn>1234-5679 (Print)&#xD;1234-568X (Linking)</isbn></record></records></xml>", "extra", (("issn", "1234-5679; 1234-568X"),)),
    ("length in TeX", "a.bib", r"@misc{k, title={T}, abstract={Up to \raisebox{-0.5ex}\textasciitilde5 reeds.}}", "abstract", "Up to ~5 reeds."),
    ("pages", "a.bib", bib("pages={101 – 119}"), "extra", (("pages", "101-119"),)),
    ("day with the month", "a.bib", bib('month="15~" # mar, year=1973'), "published", "1973-03-15"),
    ("day with the month", "a.bib", bib('month=apr # "~2", year=1973'), "published", "1973-04-02"),
    ("keyword a line", "a.ris", ris("TI  - T", f"AB  - {A}", "KW  - *Reeds", "Roofs/*history"), "keywords", ("Reeds", "Roofs/history")),
    ("style as a face", "a.xml", '<xml><records><record><titles><title>T</title></titles><abstract><style face="normal">At 10</style><style face="superscript">-3</style><style> bar</style></abstract></record></records></xml>', "abstract", "At 10^-3 bar"),
    ("translated title", "a.nbib", f"PMID- 7\nTI  - [Roofs of\n      reed].\nTT  - Reetdach.\nAB  - {A}\nDP  - 1999\n", "title", "Roofs of reed"),
    ("name beside a user", "a.json", json.dumps({"paper": {"id": "2606.00009", "title": "T", "summary": A, "authors": [{"name": "Ann Low", "user": {"fullname": "al"}}]}}), "authors", ("Ann Low",)),
    ("UTF-8 twice", "a.csv", csv("title,abstract,authors", f"T,{A},JÃ¶rg Ã. MÃ¼ller â€“ â‚¬"), "authors", ("Jörg Á. Müller – €",)),
    ("record within a record", "a.json", json.dumps({"results": [{"id": "x", "bibjson": {"title": "T", "abstract": A, "journal": {"title": "Reeds", "number": "3"}, "identifier": [{"type": "doi", "id": "10.5555/t"}]}}]}), "doi", "10.5555/t"),
    ("record within a record", "a.json", json.dumps({"data": [{"type": "dois", "attributes": {"titles": [{"title": "T"}, {"title": "U"}], "descriptions": [{"description": B, "descriptionType": "Methods"}, {"description": A, "descriptionType": "Abstract"}]}}]}), "abstract", A),
    ("record within a record", "a.json", json.dumps({"notes": [{"id": "x", "content": {"title": {"value": "T"}, "abstract": {"value": A}, "authors": {"value": ["Ann Low"]}}}]}), "authors", ("Ann Low",)),
    ("object for a name", "a.json", obj(journals=[{"title": "Reeds"}]), "venue", "Reeds"),
    ("object for a name", "a.json", obj(journal={"title": "Reeds", "volume": 3}), "extra", (("volume", "3"),)),
    ("Semantic Scholar in bulk", "a.jsonl", json.dumps({"corpusid": 7, "externalids": {"DOI": "10.5555/t"}, "title": "T", "abstract": A}), "doi", "10.5555/t"),
    ("tags as columns", "a.csv", csv("AU,TI,SO,AB,PY,UT", f'"LOW, ANN;NEY, BO",T,REEDS,{A},1998,WOS:7'), "authors", ("ANN LOW", "BO NEY")),
    ("array of a record a line", "a.json", f'[\n{{"title": "T", "abstract": "{A}"}},\n{{"title": "U", "abstract": "{B}"}},\n', "abstract", A),
    ("page of an article", "a.html", f'<html><head><meta name="citation_title" content="T"><meta name="citation_author" content="Low, Ann"><meta name="citation_author" content="Ney, Bo"><meta name="citation_abstract" content="{A}"></head><body><h1>Home</h1><p>{B}</p></body></html>', "authors", ("Ann Low", "Bo Ney")),
    ("UTF-8 twice", "a.csv", csv("title,abstract,authors", f"T,{A},«CAFÉ» und „Ä“"), "authors", ("«CAFÉ» und „Ä“",)),
    ("note", "n.md", f"---\ntitle: T\nauthors: [[[Ann Low]], '[[people/ney|Bo Ney]]']\n---\n# T\n\n> [!abstract] Summary\n> {A}\n\n## Thoughts\nMine.\n", "abstract", A),
    ("note", "n.md", f"---\ntitle: T\nauthors:\n  - '[[people/ney|Bo Ney]]'\n---\n## Abstract\n\n{A}\n\n## Thoughts\nMine.\n", "authors", ("Bo Ney",)),
    ("note", "n.md", f"---\ntitle: T\n---\nMine.\n\n**Abstract:**\n{A}\n\n**Thoughts**\nMine.\n", "abstract", A),
    ("date in another language", "a.csv", csv("title,abstract,year,date", f"T,{A},2020,15. März 2020"), "published", "2020-03-15"),
    ("date in another language", "a.bib", bib("date={3 de agosto de 2019}"), "published", "2019-08-03"),
    ("date in another language", "a.ris", ris("TI  - T", f"AB  - {A}", "DA  - 1er févr. 2018"), "published", "2018-02-01"),
    ("date in another language", "a.json", obj(date="2017年5月6日"), "published", "2017-05-06"),
    ("date in another language", "a.csv", csv("title,abstract,date", f"T,{A},ottobre 2016"), "published", "2016-10"),
    ("day and month in figures", "a.csv", csv("title,abstract,date", f"T,{A},03.04.2015"), "published", "2015-04-03"),
    ("day and month in figures", "a.csv", csv("title,abstract,date", f"T,{A},25/12/2015"), "published", "2015-12-25"),
    ("day and month in figures", "a.csv", csv("title,abstract,date", f"T,{A},12/25/2015 0:00"), "published", "2015-12-25"),
    ("day and month in figures", "a.csv", csv("title,abstract,date", f"T,{A},03/04/2015"), "published", "2015"),
    ("day and month in figures", "a.json", obj(date="7/2014"), "published", "2014-07"),
    ("number of an article", "a.ris", ris("TI  - T", f"AB  - {A}", "C7  - 104567"), "extra", (("pages", "104567"),)),
    ("number of an article", "a.ris", ris("TI  - T", f"AB  - {A}", "SP  - 3", "EP  - 9", "C7  - 104567"), "extra", (("pages", "3-9"),)),
    ("entity in a list", "a.csv", csv("title,abstract,authors", f'T,{A},"L&ouml;w, Ann; Ney, Bo"'), "authors", ("Ann Löw", "Bo Ney")),
    ("entity in a list", "a.json", obj(authors=["L&#246;w, Ann", {"family": "N&eacute;y", "given": "Bo"}]), "authors", ("Ann Löw", "Bo Néy")),
    ("entity in a list", "a.csv", csv("title,abstract,keywords", f"T,{A},R&ouml;hricht; D&auml;cher"), "keywords", ("Röhricht", "Dächer")),
    ("parts of a name", "a.jsonl", obj(authors=[{"first": "Ann", "middle": ["B", "C"], "last": "Low", "suffix": ""}, {"first": "Bo", "middle": [], "last": "Ney"}]), "authors", ("Ann B C Low", "Bo Ney")),
    ("parts of a name", "a.json", obj(authors=[{"first_name": "Ann", "middle_name": "B.", "last_name": "Low"}]), "authors", ("Ann B. Low",)),
    ("note", "n.md", f"---\ntags: [a]\n---\n# Reed roofs\n{A}\n", "title", "Reed roofs"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "data", "field", "value"), FIELDS)
def test_a_field_is_read(tmp_path: Path, kind: str, name: str, data: str | bytes, field: str, value: object) -> None:
    content = read(tmp_path, name, data)
    assert not [reject for reject in content.rejects if not reject.kept], content.rejects
    entry: Entry = content.records[0]
    found = getattr(entry.identifiers, field) if field in ("doi", "arxiv", "pmid") else getattr(entry, field)
    assert found == value, kind


UNREAD = {
    "Ovid": "<1>\nUnique Identifier\n  90000001\nTitle\n  Reed roofs.\nAbstract\n  Reeds are cool.\n\n<2>\nTitle\n  Weirs.\n",
    "labelled": f"Title: Reed roofs\nAuthors: Low, Ann\nYear: 2001\nAbstract: {A}\n\nTitle: Weirs\nAbstract: {B}\n",
    "PubMed's plain text": f"1. J Reeds. 2001;3:1-9.\n\nReed roofs.\n\n{A}\n\nDOI: 10.5555/a\nPMID: 90000001\n\n2. J Reeds. 2002.\n\n"
    f"Weirs.\n\n{B}\n\nDOI: 10.5555/b\nPMID: 90000002\n",
    "code": "import os\n\ndef main():\n    return os.getcwd()\n",
    "columns": "id\tname\tvalue\n1\tReeds are cool.\t3\n2\tWeirs are wet.\t4\n",
    "log": "[12:00:01] INFO started.\n[12:00:02] INFO stopped.\n[12:00:03] WARN lost.\n",
}


@pytest.mark.parametrize("name", UNREAD)
def test_an_unknown_format_is_never_one_paper(tmp_path: Path, name: str) -> None:
    content = read(tmp_path, "export.txt", UNREAD[name])
    assert content.records == () and "in no format that citewell knows" in content.rejects[0].reason
    assert len(read_file(tmp_path / "export.txt", as_text=True).entries) == 1


@pytest.mark.parametrize(
    "word",
    [
        "NA",
        "[Abstract not available]",
        "There is no abstract available.",
        "None",
        "-",
        "n/a",
        "None available.",
        "The abstract for this document is not available.",
    ],
)
def test_a_placeholder_is_no_abstract(tmp_path: Path, word: str) -> None:
    for name, text in {
        "a.csv": csv("title,abstract", f"Reed roofs,{word}"),
        "a.bib": f"@misc{{k, title={{T}}, abstract={{{word}}}}}",
    }.items():
        content = read(tmp_path, name, text)
        assert (len(content.entries), len(content.titles)) == (0, 1) and content.rejects[0].kept
    assert len(read(tmp_path, "b.csv", csv("title,abstract", "T,No effect was seen.")).entries) == 1


def test_works_that_share_an_identifier_alone_stay_two_and_versions_of_one_are_one(tmp_path: Path) -> None:
    def papers(*rows: str) -> int:
        found = merge(read(tmp_path, "a.csv", csv("title,abstract,doi,pmid", *rows)).records)
        assert bool(kept_apart(found)) == (len(found) > 1)
        return len(found)

    assert papers(f"Reed roofs of barns,{A},10.5555/s,", f"Snails of the weir,{B},10.5555/s,") == 2
    assert papers(f"Reed roofs of barns,{A},,77", f"Snails of the weir,{B},,77") == 2
    assert papers("Reed roofs of barns,,10.5555/s,", f"Snails of the weir,{B},10.5555/s,") == 2
    assert papers(f"Reed roofs of barns,{A},10.5555/s,", f"Roofs of reed on barns: a study,{B},10.5555/s,") == 1
    assert papers(f"Reed roofs of barns,{A},10.5555/s,", f"Cool barns,{A} So it was.,10.5555/s,") == 1
    meeting = "Papers of the second reed meeting at"
    rows = [f'"{meeting} Ems: roofs",{A},10.5555/s,Ann Low', f'"{meeting} Ems: weirs",{B},10.5555/s,Bo Ney']
    assert len(merge(read(tmp_path, "b.csv", csv("title,abstract,doi,authors", *rows)).records)) == 2
    rows[1] = rows[1].replace("Bo Ney", "Ann Low; Bo Ney")
    assert len(merge(read(tmp_path, "b.csv", csv("title,abstract,doi,authors", *rows)).records)) == 1


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("title={[Retracted] Reed roofs}", True),
        ("title={Reed roofs (Retracted article. See vol. 3, pg. 9, 2020)}", True),
        ("title={Reed roofs}, note={Retracted by the authors}", True),
        ("title={WITHDRAWN: Reed roofs}", True),
        ("title={Retracted landscapes: roofs of reed}", False),
        ("title={Retraction of claws in cats}", False),
        ("title={Reed}, annote={This submission has been withdrawn by its authors}", True),
        ("title={Reed}, summary={The authors have withdrawn this manuscript, for its roofs leaked.}", True),
        ("title={Reed}, summary={Withdrawn reeds grow again.}", False),
    ],
)
def test_a_retracted_paper_is_marked(tmp_path: Path, record: str, said: bool) -> None:
    (paper,) = merge(read(tmp_path, "a.bib", f"@article{{k, {record}, text={{{A}}}}}").entries)
    assert paper.retracted == said


def test_flags_of_databases_and_notices_mark_a_paper(tmp_path: Path) -> None:
    medline = (
        f"PMID- 1\nTI  - Reed roofs\nAB  - {A}\nPT  - Journal Article\nPT  - Retracted Publication\nRIN - J. 2020\n"
    )
    assert read(tmp_path, "a.nbib", medline).entries[0].retraction == "Retracted in: J. 2020"
    work = json.dumps({"display_name": "T", "abstract_inverted_index": {"a": [0]}, "is_retracted": True})
    assert read(tmp_path, "a.json", work).entries[0].retraction
    pair = csv(
        "title,abstract,year", f"Reed roofs of barns,{A},2019", f'"Retraction to “Reed roofs of barns” [J. 3]",{B},2022'
    )
    papers = {paper.title: paper for paper in merge(read(tmp_path, "a.csv", pair).entries)}
    assert (papers["Reed roofs of barns"].retraction or "").startswith("retracted in 2022")
    assert [paper.kind for title, paper in papers.items() if "Retraction" in title] == ["retraction notice"]


def test_a_retracted_title_is_the_paper_that_it_was(tmp_path: Path) -> None:
    rows = csv("title,abstract,year", f"Reed roofs of barns,{A},2019", f"RETRACTED: Reed roofs of barns,{A},2019")
    (paper,) = merge(read(tmp_path, "a.csv", rows).entries)
    assert paper.retracted and len(paper.sources) == 2


def test_a_record_without_abstract_joins_its_paper_and_no_other(tmp_path: Path) -> None:
    rows = [f"Reed roofs of old barns,{A},Ann Low,2019", "Reed roofs of old barns,,Ann Low,2020",
            "Reed roofs of old barns,,Bo Ney,2019", "Editorial,,Ann Low,2019", "Editorial,,Ann Low,2019"]  # fmt: skip
    papers = merge(read(tmp_path, "a.csv", csv("title,abstract,authors,year", *rows)).records)
    assert sorted(len(paper.sources) for paper in papers) == [1, 1, 1, 2]


def test_every_name_of_a_paper_finds_it(tmp_path: Path) -> None:
    same = read(tmp_path, "a.bib", "@article{low19, title={Reed}, doi={10.5555/r}, abstract={" + A + "}}").entries
    other = read(tmp_path, "a.ris", ris("TI  - Reed", "DO  - 10.5555/r", "AN  - WOS:7", f"AB  - {A}")).entries
    (paper,) = merge([*same, *other])
    assert (paper.paper_id, paper.keys) == ("low19", ("WOS:7",))


def test_an_entry_takes_from_the_volume_that_it_refers_to(tmp_path: Path) -> None:
    volume = "@proceedings{v, title={Reeds {II}}, year=2019, month=jul, publisher={Barn Press}, abstract={All.}}\n"
    entry = "@inproceedings{k, title={Roofs}, crossref={v}, pages={1--2}, abstract={" + A + "}}\n"
    for text in (entry + volume, volume + entry):
        found = next(one for one in read(tmp_path, "a.bib", text).entries if one.entry_id == "k")
        assert (found.title, found.abstract, found.venue, found.published) == ("Roofs", A, "Reeds II", "2019-07")
        assert found.extra == (("pages", "1-2"), ("publisher", "Barn Press"))


def test_what_a_file_holds_in_another_format_is_said(tmp_path: Path) -> None:
    content = read(tmp_path, "a.txt", bib("year=2001") + ris("TI  - Weirs", f"AB  - {B}"))
    assert len(content.entries) == 1 and "holds RIS records as well as BibTeX" in content.rejects[0].reason
    medline = f"PMID- 7\nTI  - T\nAB  - {A}\n\n" + ris("TI  - Weirs", f"AB  - {B}")
    assert any("holds RIS records as well as MEDLINE" in one.reason for one in read(tmp_path, "b.txt", medline).rejects)
    assert not read(tmp_path, "c.bib", bib("annote={See TY  - JOUR.}")).rejects


@pytest.mark.parametrize("name", ["a.bib", "a.ris", "a.nbib", "a.csv", "a.json"])
def test_a_page_under_the_name_of_data_is_no_paper(tmp_path: Path, name: str) -> None:
    page = f"<!DOCTYPE html><html><body><h1>Sign in to export</h1><p>{A}</p></body></html>"
    content = read(tmp_path, name, page)
    assert content.records == () and "a web page under the name of" in content.rejects[0].reason
    assert read(tmp_path, "a.html", page).records


def test_xml_that_is_no_page_is_not_read_as_one(tmp_path: Path) -> None:
    mods = (
        f'<?xml version="1.0"?><modsCollection><mods><title>T</title><abstract>{A}</abstract></mods></modsCollection>'
    )
    assert "in no format that citewell knows" in read(tmp_path, "a.xml", mods).rejects[0].reason
