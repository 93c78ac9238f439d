"""Random damage to the bytes of a file, for the tests of the readers and for the campaign."""

from __future__ import annotations

import random


def corrupted(data: bytes, chance: random.Random) -> bytes:
    """Cut off, overwritten or lengthened at a random place, with noise, a piece of itself or an opening mark."""
    place, length = chance.randrange(len(data)), chance.randrange(1, 30)
    other = chance.randrange(len(data))
    junk = chance.choice(
        [b"", bytes(chance.choices(range(256), k=length)), data[other : other + length], b"{", b"<", b'"']
    )
    return chance.choice(
        [data[:place], data[:place] + junk + data[place + length :], data[:place] + junk + data[place:]]
    )
