"""OpenAlex works: the abstract comes as an inverted index."""

from __future__ import annotations

from index.readers.formats.json.shape import Record, at, each

NAME = "openalex"
_MOST_WORDS = 30_000


def fits(record: Record) -> bool:
    """Whether a record has what only OpenAlex's works have."""
    return "abstract_inverted_index" in record or ("authorships" in record and "display_name" in record)


def fields(record: Record) -> dict[str, list[object]]:
    """Each field's candidates, best first."""
    places = [at(record, "primary_location"), *each(record.get("locations"))]
    pages = [page for place in places if isinstance(page := at(place, "landing_page_url"), str)]
    return {
        "id": [record.get("id")],
        "title": [record.get("title"), record.get("display_name")],
        "abstract": [record.get("abstract"), _text(record.get("abstract_inverted_index"))],
        "authors": [
            [at(one, "author", "display_name") or at(one, "raw_author_name") for one in each(record.get("authorships"))]
        ],
        "date": [record.get("publication_date")],
        "year": [record.get("publication_year")],
        "venue": [at(record, "primary_location", "source", "display_name"), at(record, "host_venue", "display_name")],
        "doi": [record.get("doi"), at(record, "ids", "doi")],
        "pmid": [at(record, "ids", "pmid")],
        "arxiv": [page for page in pages if "arxiv.org/" in page],
        "links": [[page] for page in pages[:1]],
        "kind": [record.get("type")],
        "keywords": [list(each(record.get("keywords"), "display_name"))],
        "retracted": [record.get("is_retracted")],
        "volume": [at(record, "biblio", "volume")],
        "issue": [at(record, "biblio", "issue")],
        "first_page": [at(record, "biblio", "first_page")],
        "last_page": [at(record, "biblio", "last_page")],
        "publisher": [at(record, "primary_location", "source", "host_organization_name")],
        "issn": [at(record, "primary_location", "source", "issn_l")],
        "language": [record.get("language")],
    }


def _text(index: object) -> str | None:
    """The words in the order of their places."""
    if not isinstance(index, dict):
        return None
    words: dict[int, str] = {}
    for word, places in index.items():
        for place in places if isinstance(places, list) else ():
            if isinstance(place, int) and len(words) < _MOST_WORDS:
                words[place] = str(word)
    return " ".join(words[place] for place in sorted(words)) or None
