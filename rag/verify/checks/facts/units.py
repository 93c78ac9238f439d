"""How numbers, scales and units are written: the tables behind the check of numbers."""

from __future__ import annotations


def _listed(text: str) -> list[str]:
    return text.split()


SMALL = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
ORDINAL_WORDS = _listed("first second third fourth fifth sixth seventh eighth ninth tenth")
CARDINALS: dict[str, float] = {word: float(n) for n, word in enumerate(SMALL)}
CARDINALS |= {word: 20.0 + 10 * n for n, word in enumerate(TENS)}
CARDINALS |= {"both": 2.0, "couple": 2.0, "dozen": 12.0}
ORDINALS: dict[str, float] = {word: n + 1.0 for n, word in enumerate(ORDINAL_WORDS)}
TIMES = {"twice": 2.0, "double": 2.0, "doubled": 2.0, "doubles": 2.0, "twofold": 2.0, "triple": 3.0, "threefold": 3.0}
SHARES = {"half": 50.0, "quarter": 25.0, "halved": 50.0, "halves": 50.0}
FRACTIONS = {
    "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "sixth": 100 / 6, "seventh": 100 / 7, "eighth": 12.5,
    "tenth": 10.0,
}  # fmt: skip
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mio": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "t": 1e12,
}  # fmt: skip
# unit as written -> (kind, factor): quantities of one kind compare after multiplication.
UNITS: dict[str, tuple[str, float]] = {
    "%": ("%", 1), "percent": ("%", 1), "percentage": ("%", 1), "pp": ("%", 1), "point": ("%", 1),
    "ms": ("time", 1e-3), "millisecond": ("time", 1e-3), "s": ("time", 1), "sec": ("time", 1), "second": ("time", 1),
    "min": ("time", 60), "minute": ("time", 60), "h": ("time", 3600), "hour": ("time", 3600), "hr": ("time", 3600),
    "day": ("time", 86400), "week": ("time", 604800), "month": ("month", 1), "year": ("month", 12),
    "kb": ("bytes", 1e3), "mb": ("bytes", 1e6), "gb": ("bytes", 1e9), "tb": ("bytes", 1e12),
    "kilobyte": ("bytes", 1e3), "megabyte": ("bytes", 1e6), "gigabyte": ("bytes", 1e9), "terabyte": ("bytes", 1e12),
    "x": ("times", 1), "×": ("times", 1), "times": ("times", 1), "fold": ("times", 1), "time": ("times", 1),
    "usd": ("money", 1), "dollar": ("money", 1), "km": ("length", 1e3), "cm": ("length", 1e-2), "mm": ("length", 1e-3),
    "hz": ("rate", 1), "khz": ("rate", 1e3), "db": ("level", 1),
}  # fmt: skip
