"""Each field of a paper under the names that exports give it: the first usable value in this order counts."""

from __future__ import annotations

import re

# upper and lower case, spaces and punctuation of a name make no difference
_TABLE = {
    "id": "paperid id corpusid citationkey",
    "keys": "citationkey citekey bibkey accessionnumber key ut eid pui lensid publicationid recordid pmcid nctnumber "
    "corduid",
    "title": "title articletitle papertitle documenttitle primarytitle originaltitle displayname titlefull",
    "abstract": "abstract summary abstractnote abstracttext notesabstract abstractenglish briefsummary text "
    "description",
    "authors": "authorfullnames authors author authornames authorsraw authorsnames firstauthors authorstring "
    "authorshipsauthordisplayname authorlist creator creators firstauthor",
    "authors_count": "authorscount numauthors nauthors",
    "organisation": "organisation organization institution affiliation",
    "date": "published publicationdate date publishdate datepublished publishedat publishedonline "
    "publisheddate issued coverdate publishtime firstpublicationdate versioncreated updatedate",
    "year": "publicationyear publishedyear pubyear yearpublished copyrightyear year",
    "month": "publishedmonth publicationmonth month",
    "day": "publishedday publicationday day",
    "published_text": "publishedtext",
    "venue": "venue journal journaltitle journalstitle booktitle sourcetitle publicationtitle journalref journalname "
    "journalbook secondarytitle containertitle primarylocationsourcedisplayname hostvenuedisplayname "
    "conferencename conference anthologytitle publication journalabbreviation serialtitle bookseriestitle source",
    "doi": "doi digitalobjectidentifier doilink idsdoi",
    "arxiv": "arxiv arxivid eprint",
    "pmid": "pmid pubmedid medlinepmid idspmid",
    "links": "links urls url link pdfurl pdflink articleurl landingpageurl primarylocationlandingpageurl",
    "pages": "pages",
    "kind": "documenttype itemtype publicationtype reftype typeofwork entrytype contenttype referencetype type",
    "keywords": "keywords authorkeywords keyword manualtags tags indexkeywords descriptors keywordsdisplayname",
    "retracted": "retracted isretracted retraction retractionstatus publicationstatus",
    "note": "note notes comment comments extra annote",
    "volume": "volume vol volumenumber journalvolume bibliovolume",
    "issue": "issue number issuenumber issueno journalissue journalnumber biblioissue",
    "first_page": "pagestart startpage beginningpage firstpage bibliofirstpage articlenumber artno",
    "last_page": "pageend endpage endingpage lastpage bibliolastpage",
    "page_range": "pages page pagination pagerange",
    "publisher": "publisher journalpublisher",
    "issn": "issn issnl printissn issnisbn issns journalissns",
    "isbn": "isbn",
    "language": "language languageoforiginaldocument lang langid languagecode journallanguage",
}
# "Item Title", "Paper DOI": what a record is called says nothing of the field
RECORD = re.compile(r"^(?:item|paper|article|document|record|work|study|publication)(?!number|no$|count|date|$)")
NAMES = {field: tuple(names.split()) for field, names in _TABLE.items()}
# fields that are shown and exported, no more
EXTRA = ("volume", "issue", "publisher", "issn", "isbn", "language")
