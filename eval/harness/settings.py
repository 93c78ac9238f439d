"""The settings of a run: ``--set key=value``, each validated, with its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from index.errors import InputError, UnknownName

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its default, how its text is read, and what it means."""

    default: Value
    read: Callable[[str, str], Value]
    meaning: str


def _text(key: str, text: str) -> Value:
    return None if text in ("", "none", "off") else text


def _count(key: str, text: str) -> Value:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise InputError(f"setting {key} needs a whole number of at least 1, not {text!r}")
    return int(text)


def _whole(key: str, text: str) -> Value:
    return 0 if text == "0" else _count(key, text)


def _room(key: str, text: str) -> Value:
    return None if text in ("", "none") else _count(key, text)


def _switch(key: str, text: str) -> Value:
    if text.lower() not in ("on", "off", "true", "false", "yes", "no", "1", "0"):
        raise InputError(f"setting {key} is on or off, not {text!r}")
    return text.lower() in ("on", "true", "yes", "1")


def _one_of(*valid: str) -> Callable[[str, str], Value]:
    def read(key: str, text: str) -> Value:
        if text not in valid:
            raise UnknownName(f"value of setting {key}:", text, valid)
        return text

    return read


SETTINGS: dict[str, Setting] = {
    "index": Setting(None, _text, "folder of the index; none is the bundled demo corpus"),
    "llm": Setting(None, _text, "provider:model that writes the answer; none is the extractive composer"),
    "llm_url": Setting(None, _text, "address of the LLM's server, where it is not the provider's own"),
    "llm_context": Setting(None, _room, "tokens that prompt and answer may hold, where the LLM does not tell it"),
    "completions": Setting(None, _text, "folder that keeps what LLMs wrote, so that none is asked the same twice"),
    "policy": Setting("flag", _text, "what happens to unsupported sentences of an LLM"),
    "top_k": Setting(5, _count, "how many papers the composer sees"),
    "retriever": Setting("hybrid", _one_of("dense", "bm25", "hybrid"), "how papers are found"),
    "search": Setting(
        "exact", _one_of("exact", "chroma"), "dense search: exact compares with every vector, so that runs repeat"
    ),
    "verifier": Setting(
        "auto", _text, "what checks each sentence: auto, nli, local …; none or off turns the check off"
    ),
    "abstain": Setting(True, _switch, "whether the set-up may refuse to answer"),
    "fallback": Setting(True, _switch, "whether the extractive composer stands in for an LLM that fails"),
    "scorer": Setting(
        "auto",
        _text,
        "entailment model of the citation metrics: local, nli, overlap, or a cross-encoder; auto is never the verifier "
        "that answered: overlap where a language model answers, else local",
    ),
    "alignscore": Setting(None, _text, "name or folder of a cross-encoder for the AlignScore-style metric"),
    "judge": Setting(None, _text, "provider:model that judges faithfulness and relevancy"),
    "judge_url": Setting(None, _text, "address of the judge's server"),
    "seed": Setting(0, _whole, "seed of everything random: variants, bootstrap, brackets"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run, all of SETTINGS, given or default."""

    values: tuple[tuple[str, Value], ...] = tuple((key, s.default) for key, s in SETTINGS.items())

    def __getitem__(self, key: str) -> Value:
        return dict(self.values)[key]

    def text(self, key: str) -> str | None:
        """A setting that is a text or nothing."""
        value = self[key]
        return None if value is None else str(value)

    def number(self, key: str) -> int:
        """A setting that is a whole number."""
        value = self[key]
        assert isinstance(value, int)
        return value

    def describe(self) -> str:
        """The settings that differ from the defaults, as ``--set`` takes them; "default" where none does."""
        given = [f"{k}={_shown(v)}" for k, v in self.values if k not in SETTINGS or v != SETTINGS[k].default]
        return " ".join(given) or "default"


def parse_settings(given: Iterable[str] | Mapping[str, str] = ()) -> Settings:
    """Settings from ``key=value`` texts; an unknown key is UnknownName, a value that cannot be is InputError."""
    pairs = given.items() if isinstance(given, Mapping) else [_pair(text) for text in given]
    values = {key: setting.default for key, setting in SETTINGS.items()}
    for key, text in pairs:
        if key not in SETTINGS:
            raise UnknownName("setting", key, list(SETTINGS))
        values[key] = SETTINGS[key].read(key, text)
    return Settings(tuple(values.items()))


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"a setting is key=value, not {text!r}")
    return key.strip(), value.strip()


def _shown(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "on", False: "off"}[value]
    return str(value)
