"""Which entries are one paper, and that no order of the entries changes the answer."""

import random
import time
from itertools import permutations
from pathlib import Path

from index.merge.identity import merge, normalised_title, slug
from index.readers import Entry, read_file, read_paths
from index.schema import Identifiers, Source
from index.storage.codec import paper_from_json, paper_to_json

LONG = "We study how a model should say that it does not know. The method trains on refusals. It works on four sets."


def entry(
    title: str = "Say No", abstract: str = LONG, *, file: str = "/a.txt", position: int = 1, **more: object
) -> Entry:
    return Entry(Source(file, position), title, abstract, **more)  # type: ignore[arg-type]


def test_the_same_title_and_a_near_identical_abstract_are_one_paper() -> None:
    edited = LONG.replace("four", "five") + " More."
    (paper,) = merge([entry(), entry("SAY NO!", edited, file="/b.txt", position=3)])
    assert paper.paper_id == "say-no"
    assert paper.title == "Say No"
    assert paper.abstract == edited
    assert paper.sources == (Source("/a.txt", 1), Source("/b.txt", 3))


def test_the_same_title_alone_is_not() -> None:
    papers = merge([entry(), entry(abstract="Something else entirely about wings in a wind tunnel.", position=2)])
    assert len(papers) == 2
    assert len({paper.paper_id for paper in papers}) == 2
    assert sum(paper.paper_id == "say-no" for paper in papers) == 1
    assert all(paper.paper_id.startswith("say-no") for paper in papers)


def test_an_abstract_that_a_page_cuts_is_the_same_and_does_not_survive() -> None:
    (paper,) = merge([entry(abstract=LONG * 4), entry(abstract=(LONG * 2)[:150] + " …", position=2)])
    assert paper.abstract == LONG * 4


def test_identifiers_join_whatever_the_titles() -> None:
    first = entry("A preprint", "About one.", identifiers=Identifiers(arxiv="2401.00001"))
    both = entry("Printed", "About two.", position=2, identifiers=Identifiers(doi="10.1/x", arxiv="2401.00001"))
    third = entry("Later", "About three.", position=3, identifiers=Identifiers(doi="10.1/x", pmid="7"))
    (paper,) = merge([first, both, third])
    assert paper.identifiers == Identifiers("10.1/x", "2401.00001", "7")


def test_a_publishers_doi_goes_before_arxivs() -> None:
    dois = [Identifiers(doi=name, pmid="1") for name in ("10.48550/arxiv.2401.00001", "10.1000/journal")]
    (paper,) = merge([entry(position=place, identifiers=names) for place, names in enumerate(dois, 1)])
    assert paper.identifiers.doi == "10.1000/journal"


def test_ids_of_the_source_are_kept_and_clashes_get_a_suffix() -> None:
    other = "An abstract of another paper altogether, about wings."
    papers = merge(
        [entry(entry_id="7"), entry("Wings", other, entry_id="7", file="/b.txt"), entry("Free", other + "!")]
    )
    names = sorted(paper.paper_id for paper in papers)
    assert names[0] == "7" and names[1].startswith("7-") and names[2] == "free"


def test_a_collection_that_tells_two_records_apart_is_believed() -> None:
    pair = [entry(entry_id="1"), entry(entry_id="2", abstract=LONG + " Again.", position=2)]
    assert len(merge(pair)) == 2
    assert len(merge([pair[0], entry(entry_id="2", abstract=LONG + " Again.", file="/b.txt")])) == 1
    assert len(merge([pair[0], entry(entry_id="2", position=2)])) == 1


def test_the_richest_metadata_wins() -> None:
    (paper,) = merge(
        [
            entry(published_text="Mar 18", authors_count=3, links=("https://b",)),
            entry(position=2, published="2024-03-18", published_text="Mar 18, 2024", organisation="Google"),
            entry(position=3, published="2024", published_text="2024", authors=("A", "B"), links=("https://a",)),
        ]
    )
    assert (paper.published, paper.published_text, paper.year) == ("2024-03-18", "Mar 18, 2024", 2024)
    assert (paper.authors, paper.authors_count, paper.organisation) == (("A", "B"), 3, "Google")
    assert paper.links == ("https://a", "https://b")


def test_no_order_changes_anything() -> None:
    entries = [
        entry(),
        entry("say no", LONG + " And more.", position=2, published_text="May 1"),
        entry(abstract="Nothing alike: boundary layers.", position=3, entry_id="x"),
        entry("Other", "Text.", position=4, entry_id="x", identifiers=Identifiers(pmid="3")),
        entry("Another", "Longer text.", position=5, identifiers=Identifiers(pmid="3")),
    ]
    outcomes = {merge(order) for order in permutations(entries)}
    assert len(outcomes) == 1
    assert len(outcomes.pop()) == 3


def test_names_of_odd_titles() -> None:
    assert slug("Align^2LLaVA: Über {LLM}s") == "align-2llava-uber-llm-s"
    assert slug("对齐 问题") == "对齐-问题"
    assert normalised_title("The {LLM}'s Café") == normalised_title("the LLM’s CAFE")
    (nameless,) = merge([entry("?!")])
    assert nameless.paper_id.startswith("paper-")
    long, longer = merge([entry("word " * 100), entry("word " * 101, "Else.")])
    assert len(long.paper_id) < 180 and long.paper_id != longer.paper_id


def test_the_saved_pages_are_126_papers_in_any_order(shared: Path) -> None:
    entries = [entry for content in read_paths([shared / "pages"]) for entry in content.entries]
    papers = merge(entries)
    assert (len(entries), len(papers)) == (263, 126)
    assert sum(len(paper.sources) for paper in papers) == 263
    random.Random(3).shuffle(entries)
    assert merge(entries) == papers
    (baichuan,) = [paper for paper in papers if "Baichuan" in paper.title]
    assert baichuan.published == "2024-10-18" and len(baichuan.sources) == 4


def test_no_cranfield_document_vanishes(shared: Path) -> None:
    content = read_file(shared / "bench/cranfield/papers.jsonl")
    papers = merge(content.entries)
    assert len(content.rejects) == 2
    assert {paper.paper_id for paper in papers} == {str(number) for number in range(1, 1401)} - {"471", "995"}


def test_a_title_that_thousands_share_takes_seconds_and_joins_versions_all_the_same() -> None:
    rng = random.Random(5)
    vocabulary = [f"word{number}" for number in range(3000)]
    texts = [" ".join(rng.choices(vocabulary, k=20)) for _ in range(6000)]
    entries = [entry("Editorial", text, position=place) for place, text in enumerate(texts, 1)]
    edited = [
        entry("Editorial", texts[7].replace(texts[7].split()[10], "else"), file="/b.txt"),  # in the middle
        entry("Editorial", "Anew " + texts[8], file="/b.txt", position=2),  # at the start
        entry("Editorial", texts[9], file="/b.txt", position=3),  # nowhere
    ]
    began = time.perf_counter()
    assert len(merge(entries + edited)) == 6000
    assert time.perf_counter() - began < 30  # every pair measured would be 18 million


def test_all_names_of_a_paper_are_kept_and_what_only_one_source_says() -> None:
    first = entry(entry_id="smith20", extra=(("volume", "7"),), retraction="Retracted in 2021")
    (paper,) = merge([first, entry(entry_id="zotero:9", keys=("WOS:1",), file="/b.txt", extra=(("pages", "1-9"),))])
    assert (paper.paper_id, paper.keys) == ("smith20", ("WOS:1", "zotero:9"))
    assert paper.extra == (("pages", "1-9"), ("volume", "7"))
    assert paper.retracted and not merge([entry()])[0].retracted
    assert paper_from_json(paper_to_json(paper)) == paper
