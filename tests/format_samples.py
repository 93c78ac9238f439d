"""One invented paper in every format, with every field that the format has; and what an honest reading of it gives."""

# ruff: noqa: E501 - records as programs write them
from __future__ import annotations

import json
from typing import Any

ABSTRACT = "Pumps ran at 10^-3 bar in 12 valleys. They used 31% less power (p < 0.01)."
MARKED = "<p>Pumps ran at 10<sup>-3</sup> bar in 12 valleys. They used 31% less power (p &lt; 0.01).</p>"
TITLE = "Slow pumps in cold valleys"
# what every sample says, as far as its format can
FACTS: dict[str, Any] = {
    "title": TITLE,
    "abstract": ABSTRACT,
    "authors": ("Ada Holm", "Jörg Müller"),
    "published": "2021-03-05",
    "venue": "Valley Engineering",
    "doi": "10.5555/pump.1",
    "pmid": "90000007",
    "arxiv": "2103.00007",
    "keywords": ("pumpery", "valleys"),
    "volume": "707",
    "issue": "2",
    "pages": "11-19",
    "language": "en",
    "publisher": "Valley Press",
    "issn": "1234-5678",
}

CSL: dict[str, Any] = {
    "id": "holm2021", "type": "article-journal", "title": TITLE, "abstract": MARKED,
    "container-title": "Valley Engineering",
    "author": [{"family": "Holm", "given": "Ada"}, {"family": "Müller", "given": "Jörg"}], "DOI": "10.5555/PUMP.1",
    "PMID": "90000007", "issued": {"date-parts": [[2021, 3, 5]]}, "volume": "707", "issue": "2", "page": "11-19",
    "keyword": "pumpery, valleys", "language": "en", "publisher": "Valley Press", "ISSN": "1234-5678",
}  # fmt: skip
CROSSREF = CSL | {"title": [TITLE], "container-title": ["Valley Engineering"], "ISSN": ["1234-5678"], "subject": ["x"]}
CROSSREF = {key: value for key, value in CROSSREF.items() if key not in ("id", "keyword", "PMID", "subject")}
ZOTERO = {
    "itemType": "journalArticle", "citationKey": "holm2021", "title": TITLE, "abstractNote": MARKED,
    "date": "2021-03-05",
    "creators": [{"firstName": "Ada", "lastName": "Holm", "creatorType": "author"},
                 {"firstName": "Jörg", "lastName": "Müller", "creatorType": "author"},
                 {"firstName": "Ed", "lastName": "Itor", "creatorType": "editor"}],
    "publicationTitle": "Valley Engineering", "DOI": "10.5555/pump.1", "volume": "707", "issue": "2", "pages": "11-19",
    "tags": [{"tag": "pumpery"}, {"tag": "valleys"}], "language": "en", "ISSN": "1234-5678",
    "publisher": "Valley Press",
    "extra": "PMID: 90000007\narXiv: 2103.00007",
}  # fmt: skip
_WORDS = ABSTRACT.split()
OPENALEX = {
    "id": "https://openalex.org/W77", "display_name": TITLE, "publication_date": "2021-03-05", "publication_year": 2021,
    "doi": "https://doi.org/10.5555/pump.1", "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/90000007"},
    "authorships": [{"author": {"display_name": "Ada Holm"}}, {"author": {"display_name": "Jörg Müller"}}],
    "primary_location": {"landing_page_url": "https://arxiv.org/abs/2103.00007",
                         "source": {"display_name": "Valley Engineering", "issn_l": "1234-5678",
                                    "host_organization_name": "Valley Press"}},
    "abstract_inverted_index": {one: [n for n, word in enumerate(_WORDS) if word == one] for one in _WORDS},
    "biblio": {"volume": "707", "issue": "2", "first_page": "11", "last_page": "19"}, "type": "article",
    "language": "en",
    "keywords": [{"display_name": "pumpery"}, {"display_name": "valleys"}], "is_retracted": False,
}  # fmt: skip
SCHOLAR = {
    "paperId": "f" * 40, "title": TITLE, "abstract": ABSTRACT, "year": 2021, "publicationDate": "2021-03-05",
    "authors": [{"authorId": "1", "name": "Ada Holm"}, {"authorId": None, "name": "Jörg Müller"}],
    "externalIds": {"DOI": "10.5555/pump.1", "PubMed": "90000007", "ArXiv": "2103.00007", "CorpusId": 5},
    "journal": {"name": "Valley Engineering", "volume": "707", "pages": "11-19"}, "fieldsOfStudy": ["pumpery",
    "valleys"],
    "publicationTypes": ["JournalArticle"],
}  # fmt: skip
EUROPE = {
    "id": "90000007", "pmid": "90000007", "doi": "10.5555/pump.1", "title": TITLE, "authorString": "Holm A, Müller J.",
    "authorList": {"author": [{"firstName": "Ada", "lastName": "Holm"}, {"firstName": "Jörg", "lastName": "Müller"}]},
    "journalInfo": {"volume": "707", "issue": "2", "journal": {"title": "Valley Engineering", "issn": "1234-5678"}},
    "pubYear": "2021", "firstPublicationDate": "2021-03-05", "pageInfo": "11-19", "abstractText": MARKED,
    "language": "en",
    "pubTypeList": {"pubType": ["Journal Article"]}, "keywordList": {"keyword": ["pumpery", "valleys"]},
}  # fmt: skip
BIORXIV = {
    "doi": "10.5555/pump.1", "title": TITLE, "authors": "Holm, A.; Müller, J.;", "date": "2021-03-05", "version": "1",
    "category": "pumpery", "abstract": ABSTRACT, "published": "10.5555/other", "server": "bioRxiv",
}  # fmt: skip
SNAPSHOT = {
    "id": "2103.00007", "title": "Slow pumps in\n  cold valleys", "authors": "A. Holm, J. M\\\"uller",
    "doi": "10.5555/pump.1",
    "authors_parsed": [["Holm", "Ada", ""], ['M\\"uller', "J{\\\"o}rg", ""]], "categories": "pumpery valleys",
    "journal-ref": "Valley Engineering", "update_date": "2022-01-01", "comments": "8 pages",
    "abstract": "  Pumps ran at $10^{-3}$ bar in 12~valleys. They used 31\\% less\npower ($p<0.01$).\n",
    "versions": [{"version": "v1", "created": "Fri, 5 Mar 2021 10:00:00 GMT"}],
}  # fmt: skip
HF = {"paper": {"id": "2103.00007", "title": TITLE, "summary": ABSTRACT, "publishedAt": "2021-03-05T00:00:00.000Z",
                "authors": [{"name": "Ada Holm"}, {"name": "Jörg Müller"}], "ai_keywords": ["pumpery", "valleys"]},
      "publishedAt": "2022-01-01T00:00:00.000Z"}  # fmt: skip

BIBTEX = r"""@article{holm2021, title = {Slow {P}umps in cold valleys}, author = {Holm, Ada and M{\"u}ller, J\"org},
 journal = "Valley Engineering", year = 2021, month = mar, day = 5, doi = {10.5555/pump.1}, pmid = {90000007},
 eprint = {2103.00007}, archiveprefix = {arXiv}, volume = 707, number = {2}, pages = {11--19}, keywords = {pumpery; valleys},
 language = {en}, publisher = {Valley Press}, issn = {1234-5678},
 abstract = {Pumps ran at $10^{-3}$ bar in 12~valleys. They used 31\% less power ($p < 0.01$).}}
"""
RIS = f"""TY  - JOUR
AU  - Holm, Ada
AU  - Müller, Jörg
TI  - {TITLE}
T2  - Valley Engineering
PY  - 2021
DA  - 2021/03/05
VL  - 707
IS  - 2
SP  - 11
EP  - 19
DO  - 10.5555/pump.1
DB  - PubMed
AN  - 90000007
KW  - pumpery
KW  - valleys
LA  - en
PB  - Valley Press
SN  - 1234-5678
AB  - {MARKED}
ER  -
"""
MEDLINE = f"""PMID- 90000007
OWN - NLM
DP  - 2021 Mar 5
TI  - Slow pumps
      in cold valleys
VI  - 707
IP  - 2
PG  - 11-19
LA  - en
IS  - 1234-5678
AB  - {ABSTRACT[:37]}
      {ABSTRACT[37:].strip()}
FAU - Holm, Ada
AU  - Holm A
FAU - Müller, Jörg
AU  - Müller J
AID - S1234 [pii]
AID - 10.5555/pump.1 [doi]
JT  - Valley Engineering
TA  - Valley Eng
PT  - Journal Article
OT  - pumpery
OT  - valleys
"""
WOS = f"""FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Holm, A
   Müller, J
AF Holm, Ada
   Müller, Jörg
TI Slow pumps
   in cold valleys
SO Valley Engineering
LA en
DT Article
DE pumpery; valleys
AB {ABSTRACT[:37]}
   {ABSTRACT[37:].strip()}
SN 1234-5678
PU Valley Press
PD MAR 5
PY 2021
VL 707
IS 2
BP 11
EP 19
DI 10.5555/pump.1
PM 90000007
UT WOS:000000000000077
ER

EF
"""
_COLUMNS = {"PT": "J", "AU": "Holm, A; Müller, J", "AF": "Holm, Ada; Müller, Jörg", "TI": TITLE, "SO": "Valley Engineering",
            "LA": "en", "DT": "Article", "DE": "pumpery; valleys", "AB": ABSTRACT, "PD": "MAR 5", "PY": "2021",
            "VL": "707",
            "IS": "2", "BP": "11", "EP": "19", "DI": "10.5555/pump.1", "PM": "90000007", "SN": "1234-5678",
            "PU": "Valley Press", "UT": "WOS:000000000000077"}  # fmt: skip
WOS_TABLE = "\t".join(_COLUMNS) + "\n" + "\t".join(_COLUMNS.values()) + "\n"
ENDNOTE = f"""%0 Journal Article
%T {TITLE}
%A Holm, Ada
%A Müller, Jörg
%J Valley Engineering
%D 2021
%8 March 5
%V 707
%N 2
%P 11-19
%R 10.5555/pump.1
%K pumpery
valleys
%G en
%I Valley Press
%@ 1234-5678
%F holm2021
%X {ABSTRACT}
"""
ENDNOTE_XML = f"""<?xml version="1.0" encoding="UTF-8"?><xml><records><record><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Holm, Ada</style></author><author>Müller, Jörg</author></authors>
</contributors><titles><title><style>Slow pumps </style><style face="italic">in cold valleys</style></title>
<secondary-title>Valley Engineering</secondary-title></titles><pages>11-19</pages><volume>707</volume><number>2</number>
<keywords><keyword>pumpery</keyword><keyword>valleys</keyword></keywords>
<dates><year>2021</year><pub-dates><date>Mar 5</date></pub-dates></dates><publisher>Valley Press</publisher>
<isbn>1234-5678</isbn><abstract><style>{ABSTRACT.replace("<", "&lt;")}</style></abstract><language>en</language>
<electronic-resource-num>10.5555/pump.1</electronic-resource-num></record></records></xml>"""
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>
<id>http://arxiv.org/abs/2103.00007v2</id><published>2021-03-05T10:00:00Z</published><title>{TITLE}</title>
<summary>Pumps ran at $10^{{-3}}$ bar in 12 valleys. They used 31\\% less power (p &lt; 0.01).</summary>
<author><name>Ada Holm</name></author><author><name>J\\"org M\\"uller</name></author>
<arxiv:doi>10.5555/pump.1</arxiv:doi><arxiv:journal_ref>Valley Engineering</arxiv:journal_ref>
<category term="pumpery"/><category term="valleys"/></entry></feed>"""
PUBMED = f"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>90000007</PMID><Article><Journal><ISSN>1234-5678</ISSN>
<JournalIssue><Volume>707</Volume><Issue>2</Issue><PubDate><Year>2021</Year><Month>Mar</Month><Day>5</Day></PubDate>
</JournalIssue><Title>Valley Engineering</Title></Journal><ArticleTitle>{TITLE}</ArticleTitle><Pagination>
<MedlinePgn>11-19</MedlinePgn></Pagination><Abstract><AbstractText>Pumps ran at 10<sup>-3</sup> bar in 12 valleys. They
used 31% less power (p &lt; 0.01).</AbstractText></Abstract><AuthorList><Author><LastName>Holm</LastName><ForeName>Ada</ForeName>
</Author><Author><LastName>Müller</LastName><ForeName>Jörg</ForeName></Author></AuthorList><Language>en</Language>
<PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList></Article>
<KeywordList><Keyword>pumpery</Keyword><Keyword>valleys</Keyword></KeywordList></MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="doi">10.5555/pump.1</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>"""
JATS = f"""<?xml version="1.0"?><article article-type="research-article" xml:lang="en"><front><journal-meta><journal-title-group>
<journal-title>Valley Engineering</journal-title></journal-title-group><issn>1234-5678</issn><publisher><publisher-name>Valley
Press</publisher-name></publisher></journal-meta><article-meta><article-id pub-id-type="doi">10.5555/pump.1</article-id>
<article-id pub-id-type="pmid">90000007</article-id><title-group><article-title>{TITLE}</article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Holm</surname><given-names>Ada</given-names></name></contrib>
<contrib contrib-type="author"><name><surname>Müller</surname><given-names>Jörg</given-names></name></contrib></contrib-group>
<pub-date><day>5</day><month>3</month><year>2021</year></pub-date><volume>707</volume><issue>2</issue><fpage>11</fpage>
<lpage>19</lpage><abstract><p>Pumps ran at 10<sup>-3</sup> bar in 12 valleys. They used 31% less power (p &lt; 0.01).</p>
</abstract><kwd-group><kwd>pumpery</kwd><kwd>valleys</kwd></kwd-group></article-meta></front><body><p>More.</p></body></article>"""


def _csv(row: dict[str, str], preface: str = "") -> str:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    return preface + ",".join(map(quoted, row)) + "\n" + ",".join(map(quoted, row.values())) + "\n"


_TABLES = {
    "scopus": _csv({"Authors": "Holm A.; Müller J.",
    "Author full names": "Holm, Ada (57200000000); Müller, Jörg (57200000001)",
                    "Title": TITLE, "Year": "2021", "Source title": "Valley Engineering", "Volume": "707", "Issue": "2",
                    "Page start": "11", "Page end": "19", "DOI": "10.5555/pump.1", "Abstract": ABSTRACT,
                    "Author Keywords": "pumpery; valleys", "PubMed ID": "90000007", "Source": "Scopus",
                    "ISSN": "1234-5678",
                    "Publisher": "Valley Press", "Language of Original Document": "en", "Document Type": "Article"}),
    "dimensions": _csv({"Rank": "1", "DOI": "10.5555/pump.1", "PMID": "90000007", "Title": TITLE, "Abstract": ABSTRACT,
                        "Source title": "Valley Engineering", "Publication date": "2021-03-05", "PubYear": "2021",
                        "Volume": "707", "Issue": "2", "Pagination": "11-19", "Authors": "Holm, Ada; Müller, Jörg"},
                       '"About the data: exported on Mar 05, 2021."\n'),
    "openalex.csv": _csv({"id": "https://openalex.org/W77", "display_name": TITLE, "abstract": ABSTRACT,
                          "authorships.author.display_name": "Ada Holm|Jörg Müller", "publication_date": "2021-03-05",
                          "primary_location.source.display_name": "Valley Engineering",
                          "doi": "https://doi.org/10.5555/pump.1",
                          "ids.pmid": "https://pubmed.ncbi.nlm.nih.gov/90000007", "biblio.volume": "707",
                          "language": "en"}),
    "covidence": _csv({"Title": TITLE, "Authors": "Holm, Ada; Müller, Jörg", "Abstract": ABSTRACT,
    "Published Year": "2021",
                       "Published Month": "3", "Journal": "Valley Engineering", "Volume": "707", "Issue": "2",
                       "Pages": "11-19",
                       "DOI": "10.5555/pump.1", "Covidence #": "#1"}),
    "rayyan": _csv({"key": "rayyan-1", "title": TITLE, "year": "2021", "month": "3", "day": "5",
    "journal": "Valley Engineering",
                    "issn": "1234-5678", "volume": "707", "issue": "2", "pages": "11-19",
                    "authors": "Holm, Ada and Müller, Jörg",
                    "language": "en", "publisher": "Valley Press", "abstract": ABSTRACT,
                    "keywords": "pumpery, valleys"}),
    "asreview": _csv({"record_id": "1", "title": TITLE, "abstract": ABSTRACT,
    "authors": "['Holm, Ada', 'Müller, Jörg']",
                      "keywords": "['pumpery', 'valleys']", "year": "2021", "doi": "10.5555/pump.1", "included": "1"}),
    "zotero.csv": _csv({"Key": "ABCD1234", "Item Type": "journalArticle", "Publication Year": "2021", "Title": TITLE,
                        "Author": "Holm, Ada; Müller, Jörg", "Publication Title": "Valley Engineering",
                        "ISSN": "1234-5678",
                        "DOI": "10.5555/pump.1", "Abstract Note": ABSTRACT, "Date": "2021-03-05", "Pages": "11-19",
                        "Issue": "2", "Volume": "707", "Manual Tags": "pumpery; valleys", "Language": "en"}),
}  # fmt: skip
MARKDOWN = f"""---
title: {TITLE}
authors: [Ada Holm, Jörg Müller]
date: 2021-03-05
journal: Valley Engineering
doi: 10.5555/pump.1
tags: [pumpery, valleys]
---
{ABSTRACT}
"""

# name of the sample -> (file, text, format that is told)
SAMPLES: dict[str, tuple[str, str, str]] = {
    "bibtex": ("a.bib", BIBTEX, "bibtex"),
    "ris": ("a.ris", RIS, "ris"),
    "medline": ("a.nbib", MEDLINE, "medline"),
    "wos": ("a.ciw", WOS, "wos"),
    "wos-table": ("a.txt", WOS_TABLE, "wos-table"),
    "endnote": ("a.enw", ENDNOTE, "endnote"),
    "endnote-xml": ("a.xml", ENDNOTE_XML, "endnote-xml"),
    "atom": ("a.xml", ATOM, "atom"),
    "pubmed": ("a.xml", PUBMED, "pubmed"),
    "jats": ("a.xml", JATS, "jats"),
    "csl-json": ("a.json", json.dumps([CSL]), "csl-json"),
    "crossref": ("a.json", json.dumps({"status": "ok", "message": {"items": [CROSSREF]}}), "csl-json"),
    "zotero": ("a.json", json.dumps({"config": {}, "items": [ZOTERO]}), "zotero"),
    "openalex": ("a.json", json.dumps({"meta": {}, "results": [OPENALEX]}), "openalex"),
    "semantic-scholar": ("a.json", json.dumps({"total": 1, "data": [SCHOLAR]}), "semantic-scholar"),
    "europe-pmc": ("a.json", json.dumps({"resultList": {"result": [EUROPE]}}), "europe-pmc"),
    "biorxiv": ("a.json", json.dumps({"collection": [BIORXIV]}), "biorxiv"),
    "arxiv-snapshot": ("a.json", json.dumps(SNAPSHOT) + "\n", "arxiv-snapshot"),
    "hf-papers": ("a.json", json.dumps([HF]), "hf-papers"),
    "markdown": ("a.md", MARKDOWN, "markdown"),
} | {name: ("a.csv", text, "table") for name, text in _TABLES.items()}  # fmt: skip

# what a sample cannot say, because its format or its export has no such field, or says otherwise
OTHERWISE: dict[str, dict[str, Any]] = {
    "bibtex": {"title": "Slow Pumps in cold valleys"},
    "biorxiv": {"authors": ("A. Holm", "J. Müller"), "venue": "bioRxiv", "keywords": ("pumpery",)},
    "arxiv-snapshot": {"abstract": ABSTRACT.replace("p < 0.01", "p<0.01")},
    "covidence": {"published": "2021-03"},
    "scopus": {"published": "2021"},
    "asreview": {"published": "2021"},
}


def said(entry: Any) -> dict[str, Any]:
    """The fields of an entry by the names of FACTS, those that are there."""
    ids = entry.identifiers
    found = {name: getattr(entry, name) for name in ("title", "abstract", "authors", "published", "venue", "keywords")}
    found |= {"doi": ids.doi, "arxiv": ids.arxiv, "pmid": ids.pmid} | dict(entry.extra)
    return {name: value for name, value in found.items() if value and name in FACTS}
