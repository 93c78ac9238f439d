"""Conversations in SQLite: each person's own, beyond a restart, found by words, renamed, deleted and brought back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_ui_chat_parts import answer

from index.errors import InputError
from index.schema import Chunk, ScoredChunk
from rag.schema import Answer, Cell, Row, Table
from ui.conversation.codec import from_json, to_json
from ui.conversation.state import Conversation, Exchange
from ui.conversation.store import Store
from ui.conversation.suggest import suggestions


def exchange(number: int = 1, question: str = "How fast is tea?") -> Exchange:
    return Exchange(number, question, answer(), 0.5, library="own", asked_of="2 of 3 papers", read_as="tea, how fast")


def kept(store: Store, person: str, question: str = "How fast is tea?") -> Conversation:
    one = exchange(1, question)
    return store.put(person, Conversation().asked(one), one)


def test_an_exchange_comes_back_as_it_was_with_everything_an_answer_can_hold() -> None:
    table = Table(("speed",), (Row("Tea", (Cell("fast", (1,)),)),))
    chunk = ScoredChunk(Chunk("c", "p", "Tea", "Tea is fast.", 0, 12), 0.5, 1)
    full: Answer = replace(
        answer(), table=table, contexts=(chunk,), timings=(("retrieve", 0.1),), unknown_markers=("7",)
    )
    one = replace(exchange(), answer=full, good=False)
    assert from_json(to_json(one)) == one


@pytest.mark.parametrize("text", ["", "[]", "5", '{"number": 1}', to_json(exchange()).replace('"recited"', '"nobody"')])
def test_what_is_no_exchange_is_one_line(text: str) -> None:
    with pytest.raises(InputError, match="can no longer be read"):
        from_json(text)


def test_a_restart_keeps_them_and_nobody_reaches_anothers(tmp_path: Path) -> None:
    file = tmp_path / "c.sqlite"
    made = kept(Store(file), "ann")
    again = Store(file)
    assert again.get("ann", made.key).exchanges == made.exchanges and made.title == "How fast is tea?"
    for reach in (again.get, again.delete, again.restore):
        with pytest.raises(InputError):
            reach("bob", made.key)
    with pytest.raises(InputError, match="somebody else's"):
        again.put("bob", made, exchange(2))
    assert again.listed("bob") == () and len(again.listed("ann")) == 1


def test_words_find_titles_questions_and_answers_and_signs_are_no_wildcards(tmp_path: Path) -> None:
    store = Store(tmp_path / "c.sqlite")
    one, two = kept(store, "", "How fast is tea?"), kept(store, "", "Is 100% of it sold?")
    assert [one.key for one in store.listed("", "FAST")] == [one.key]
    assert [one.key for one in store.listed("", "0% of")] == [two.key] and store.listed("", "1_0") == ()
    assert len(store.listed("", "a sentence")) == 2  # in both answers
    store.rename("", one.key, "  Cups  and pots ")
    assert [one.title for one in store.listed("", "pots")] == ["Cups and pots"]


def test_asking_again_replaces_what_followed_and_a_deletion_can_be_taken_back(tmp_path: Path) -> None:
    store = Store(tmp_path / "c.sqlite")
    now = kept(store, "")
    for number in (2, 3):
        one = exchange(number)
        now = store.put("", now.asked(one), one)
    back = now.before(2)
    store.put("", back.asked(exchange(2, "And coffee?")), exchange(2, "And coffee?"))
    assert [one.question for one in store.get("", now.key).exchanges] == ["How fast is tea?", "And coffee?"]
    store.cut("", now, 2)
    assert len(store.get("", now.key).exchanges) == 1
    store.delete("", now.key)
    assert store.listed("") == ()
    store.restore("", now.key)
    assert len(store.listed("")) == 1


def test_a_library_that_is_renamed_is_so_in_every_conversation(tmp_path: Path) -> None:
    store = Store(tmp_path / "c.sqlite")
    ann, bob = (kept(store, person) for person in ("ann", "bob"))
    store.rename_library("own", "mine")
    assert [store.get(*one).exchanges[0].library for one in (("ann", ann.key), ("bob", bob.key))] == ["mine", "mine"]
    store.rename_library("own", "other")
    assert store.get("ann", ann.key).exchanges[0].library == "mine"


def test_a_start_forgets_what_was_deleted_and_what_is_too_old(tmp_path: Path) -> None:
    store = Store(tmp_path / "c.sqlite", days=1)
    old, gone = kept(store, "", "one"), kept(store, "", "two")
    store.delete("", gone.key)
    store.tidy()
    assert [one.key for one in store.listed("")] == [old.key]
    Store(tmp_path / "c.sqlite", days=0).tidy()
    assert store.listed("") == ()


def test_suggestions_are_of_the_cited_paper_first_and_never_the_same_question() -> None:
    def chunk(paper: str, title: str, text: str) -> ScoredChunk:
        return ScoredChunk(Chunk(paper, paper, title, text, 0, len(text)), 0.5, 1)

    found = (
        chunk("q", "Cups: A Survey", "We annotated a dataset of cups."),
        chunk("p", "Teapot: Brewing", "Teapot beats the kettle by 12%."),
        chunk("r", "A Title Without a Colon", "Nothing of note."),
    )
    one = replace(answer(), contexts=found)
    assert suggestions(one) == ("What results does Teapot report?", "What data does Cups use?")
    asked = replace(one, question="what results does teapot report?")
    assert suggestions(asked)[0] != "What results does Teapot report?"
