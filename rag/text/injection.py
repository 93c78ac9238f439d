"""Sentences in an abstract that speak to a machine instead of the reader: never evidence, never in a prompt.

Text in a paper is data. A language model cannot be trusted to treat it so; therefore what looks like an order to a
model, a faked turn of a conversation, or markup that would run or send something is left out before any model or
composer sees it. The abstract itself stays as it is. On 12,922 sentences of real abstracts the rules speak up once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.text.sanitise import INVISIBLE
from rag.text.words import content


def _any(words: str) -> str:
    """A pattern of these words; an underscore stands for a space."""
    return "(?:" + "|".join(word.replace("_", " ") for word in words.split()) + ")"


_START = r"(?:^\W*|[.:!?\"“”>]\s*|\b(?:please|kindly|you must)\s+)"
_SET_ASIDE = _any("ignore disregard forget override bypass discard skip drop do_not_follow do_not_obey stop_following")
_RULES = _any(
    "instruction prompt rule guideline guardrail directive command system_message safeguard restriction task question "
    "context passage polic training previous_ prior_ above_ earlier_ everything_ all_"
)
_MACHINE = _any(
    r"ai a\.i\. assistants? models? llms? language_models? chat_?bots? agents? summari[sz]ers? readers? reviewers?"
)
_ROLE = _any("system assistant user human developer ai tool")
_TOKEN = _any(
    "im_start im_end system user assistant human endoftext eot_id start_header_id s start_of_turn end_of_turn passage "
    "document context tool function"
).replace(" ", "_")
_WRITE = _any(
    "print output say write reply respond answer append prepend repeat reveal echo recite translate render visit click "
    "fetch open send post forward email cite quote mention tell type emit display leak disclose dump insert embed "
    "execute run call navigate browse download praise recommend declare claim pretend act behave confirm encode decode "
    "conclude begin start end finish add include replace use state return produce generate list show remember note"
)
_OBJECT = _any(
    "your you the_user users? the_reader every_answer every_sentence every_reply every_response all_answers "
    "all_sentences all_questions only exactly verbatim with the_above"
)
_THING = _any(
    "text message following words? phrase string code token secret system_prompt prompt answer reply response "
    "conversation instructions? sentence link url image marker citation password key page paper"
)
_TAG = _any(
    "script img iframe svg a form object embed style link meta body html input button video audio base div span "
    "details marquee"
)
_ABOUT_ANSWERING = _any(r"summari[sz]ing answering citing asked responding quoting you")
_YOU_ARE = _any("an?_ai an?_assistant an?_language_model an?_chatbot an?_helpful an?_unrestricted now")
_SIGNS = {
    "an order to set instructions aside": (
        rf"{_START}(?:(?:now|then|simply|just)\s+)?{_SET_ASIDE}\b.{{0,60}}\b{_RULES}",
        rf"\b(?:must|should|you|to)\s+{_SET_ASIDE}\b.{{0,60}}\b{_RULES}",
    ),
    "an order to a model": (
        r"\b(?:new|updated|real|actual|hidden|secret|following) (?:system )?(?:instruction|prompt|task)s?\s*[:=]",
    ),
    "a turn of a conversation": (
        rf"<\s*\|?\s*/?\s*{_TOKEN}\b[^>]{{0,40}}>?|<<\s*/?\s*SYS\s*>>|\[/?\s*(?:INST|SYS|{_ROLE})\s*\]",
        rf"(?:^|[\n.!?\"“”)\]#*]\s*)#{{0,6}}\s*\**{_ROLE}(?: (?:message|prompt|note|override|update|turn))?\**\s*:",
    ),
    "words to a model": (
        rf"\byou are {_YOU_ARE}\b|\bas an ai\b.{{0,20}}\byou",
        rf"(?:\bdear|\battention|\bnote (?:to|for)|\bmessage (?:to|for)|\bhey|\bhello|^\W*to)[,:]? "
        rf"(?:(?:the|any|all|every) )?(?:\w+ )?{_MACHINE}\b\s*(?:[:,!—–-]|reading|processing|that|who|which)",
        rf"\bif you are (?:an? )?(?:automated|{_MACHINE})",
        rf"\b{_MACHINE} (?:reading|processing|parsing|seeing) this\b",
        rf"\bwhen {_ABOUT_ANSWERING}\b.{{0,80}}\b(?:always|must|{_WRITE})\b",
        r"\b(?:you|your (?:answer|reply|response|output|summary|next)) "
        r"(?:must|shall|will now|should|need to|have to|are required)\b",
        r"\b(?:developer|dan|god|jailbreak|admin(?:istrator)?|debug|maintenance) mode\b",
    ),
    "an order to write something": (
        rf"{_START}(?:(?:now|then|instead|always|only)\s+)?{_WRITE}\b"
        rf"(?=.{{0,80}}(?:\b(?:{_OBJECT}|(?:this|the) {_THING})\b|[\"“'‘`]|https?:|\[\d))",
    ),
    "an order at the beginning": (rf"^\W*(?:please )?{_WRITE} (?:by|with|back|it|me|us|nothing|no|that|this)\b",),
    "a prompt asked for": (
        r"\b(?:your|hidden|initial|original) (?:system |hidden |initial )?(?:prompt|instructions)\b"
        r".{0,40}\b(?:is|are|verbatim|word for word|in full|above)\b",
    ),
    "markup that runs or sends": (
        r"!\[[^\]]*\]\s*\(|\[[^\]]*\]\(\s*(?:https?|javascript|data|file|ftp|//)|```|~~~",
        rf"<\s*/?\s*{_TAG}\b|javascript\s*:|\bdata:(?:text|image)/|\bon(?:error|load|click|mouseover)\s*=",
        r"https?://\S*[?&][\w-]+=",
    ),
}
_PATTERNS = tuple(
    (what, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for what, signs in _SIGNS.items() for pattern in signs
)
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e0fff]")
_OBJECT_OF_ORDER = re.compile(
    r"\b(?:words?|codes?|tokens?|passwords?|secrets?|phrases?|strings?|answers?|repl(?:y|ies)|responses?|keys?|links?|prompts?"
    r"|instructions?|messages?|you|your|urls?)\b",
    re.IGNORECASE,
)
HIDDEN = 3  # zero-width characters in a sentence that pass as typesetting


def suspicion(sentence: str) -> str | None:
    """What makes a sentence look as if it spoke to a machine; None for the prose of a paper."""
    if _OVERRIDES.search(sentence):
        return "characters that change the reading order"
    if len(INVISIBLE.findall(sentence)) > HIDDEN:
        return "hidden characters"
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", sentence))
    return next((what for what, pattern in _PATTERNS if pattern.search(text)), None)


@lru_cache(maxsize=4096)
def trusted(title: str, sentences: tuple[str, ...]) -> tuple[bool, ...]:
    """Which sentences of an abstract may serve as evidence.

    A neighbour of a suspicious sentence falls with it when it shares no word of content with the rest of the paper and
    speaks of answers, words, codes or the like: an order is often followed by its object ("The word of the day is …").
    """
    ok = [suspicion(sentence) is None for sentence in sentences]
    if all(ok):
        return tuple(ok)
    words = [set(content(sentence)) for sentence in sentences]
    rest = [set(content(title)).union(*(w for j, w in enumerate(words) if ok[j] and j != i)) for i in range(len(ok))]
    for order in (range(len(ok)), reversed(range(len(ok)))):
        for i in order:
            beside = (i > 0 and not ok[i - 1]) or (i + 1 < len(ok) and not ok[i + 1])
            if ok[i] and beside and not words[i] & rest[i] and _OBJECT_OF_ORDER.search(sentences[i]):
                ok[i] = False
    return tuple(ok)
