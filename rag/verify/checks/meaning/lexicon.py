"""Lists of words that turn a sentence round: negators, and opposites by family with their sign."""

from __future__ import annotations

from functools import cache

from rag.verify.checks.words import stem, word_set

NEGATORS = word_set(
    """
    not no never without neither nor none cannot can't won't don't doesn't didn't isn't aren't wasn't weren't couldn't
    wouldn't shouldn't hasn't haven't hadn't hardly barely scarcely rarely seldom nothing nobody nowhere unable fail
    fails failed failing failure lack lacks lacked lacking absent absence unlikely refuse refuses refused non
    """
)
# Behind "no" and "not" these take the negation away: "not only", "no more than", "no matter".
NOT_NEGATED = word_set("only just merely solely more less fewer later matter doubt wonder necessarily unlike least")
# Near-denials: where one stands in the one text and a negator in the other, both may say the same.
SOFT = word_set(
    """
    little few scarce first only avoid avoids avoided avoiding place limited limit limits stop stops prevents before
    beyond besides miss misses missing missed struggle struggles struggling skip skips skipping skipped eliminate
    eliminates eliminating difficult hard lose loses lost losing loss suffer suffers rather instead overlook overlooks
    overlooked ignore ignores ignored ignoring suboptimal poor poorly challenge challenging open decline declines omit
    omits omitted remove removes removed removing dispense dispenses away underexplored neglect neglects free
    insufficient inconsistent incomplete inefficient ineffective incapable inadequate inaccurate invisible impossible
    impractical impaired
    """
)
GRADED = ("amount", "quality", "size", "effect", "speed", "ease", "extent", "stability")
NEGATIVE_PREFIXES = ("un", "non")
AUXILIARIES = word_set("is are was were be been being get gets got")

# Each family: words of the one sign, words of the other.
_FAMILIES: dict[str, tuple[str, str]] = {
    "amount": (
        """more greater higher larger bigger increase increases increased increasing increasingly up raise raises raised
        raising rise rises rose rising grow grows grew grown growing gain gains boost boosts boosted exceed
        exceeds exceeded maximize maximizes maximum expand expands enlarge enlarges highest largest climb
        climbs upward amplify amplifies""",
        """less fewer lower smaller decrease decreases decreased decreasing reduce reduces reduced reducing reduction
        down cut cuts cutting drop drops dropped fall falls fell falling decline declines declined shrink shrinks
        shrank shrunk minimize minimizes minimum diminish diminishes shorten shortens shorter short
        negligible lessen lowers lowered lowering lowest smallest downward mitigate mitigates compress
        compresses save saves saved saving""",
    ),
    "quality": (
        """better improve improves improved improving improvement improvements enhance enhances enhanced superior
        outperform outperforms outperformed outperforming surpass surpasses surpassed surpassing beat beats
        beaten beating exceed exceeds exceeded exceeding best strong stronger strongest strengthen
        strengthens strengthened ahead above win wins won advance advances advantage sharpen overtake
        overtakes eclipse eclipses""",
        """worse degrade degrades degraded degrading degradation worsen worsens inferior underperform underperforms
        underperformed trail trails trailed lag lags lagged worst weak weaker weakest weaken weakens behind
        hurt hurts undermine undermines undermined poor poorer poorly short damage damages impair impairs
        below deteriorate deteriorates detrimental""",
    ),
    "size": (
        "large big great high long many wide above over",
        "small little tiny low short few narrow below under",
    ),
    "effect": ("effective efficient helpful beneficial", "ineffective inefficient unhelpful detrimental"),
    "speed": (
        "fast faster fastest quick quicker quickly rapid rapidly accelerate accelerates speed speeds",
        "slow slower slowest slowly slows slowed decelerate",
    ),
    "ease": (
        "easy easier easily simple simpler simply cheap cheaper inexpensive affordable lightweight",
        "hard harder difficult complicated costly costlier expensive tricky cumbersome",
    ),
    "extent": (
        "maximize maximizes maximal highest upper overestimate overestimates overapproximate",
        "minimize minimizes minimal lowest lower underestimate underestimates underapproximate",
    ),
    "frequency": (
        "often consistently readily",
        "rarely seldom hardly occasionally uncommon rare scarce scarcely barely sporadically",
    ),
    "likeness": (
        "similar closer agree agrees converge converges homogeneous uniform",
        "different dissimilar distinct disagree disagrees diverge diverges inconsistent heterogeneous differ",
    ),
    "presence": (
        """include includes included accept accepts accepted enable enables chosen preferred available retain retains
        encourage encourages succeed succeeds success successful successfully sufficient""",
        """exclude excludes excluded reject rejects rejected remove removes removed discard discards prevent prevents
        prohibit hinder hinders oppose opposes dispreferred unavailable forbid discourage discourages fail
        fails failure unsuccessful unsuccessfully impossible insufficient refute refutes contradict
        contradicts conceal conceals""",
    ),
    "stability": (
        "stable stabler robust robustly safe safer reliable honest accurate truthful",
        "unstable brittle fragile unsafe unreliable vulnerable susceptible dishonest harmful inaccurate",
    ),
    "breadth": ("wide wider broad broader", "narrow narrower sparse"),
    "time": (
        "before earlier precede precedes prior",
        "after later subsequent subsequently",
    ),
}  # fmt: skip
# Comparisons with two sides: who stands left of them and who right matters.
RELATIONS = word_set(
    """
    outperform outperforms outperformed outperforming surpass surpasses surpassed surpassing beat beats beaten beating
    exceed exceeds exceeded exceeding underperform underperforms underperformed trail trails trailed lag lags lagged
    above below ahead behind superior inferior overtake overtakes eclipse eclipses win wins won lose loses lost short
    """
)
STANDARD = word_set("than versus vs over against relative compared comparison")


@cache
def opposites() -> dict[str, dict[str, int]]:
    """For each word the families that it stands in, with its sign there."""
    table: dict[str, dict[str, int]] = {}
    for family, sides in _FAMILIES.items():
        for sign, words in zip((1, -1), sides, strict=True):
            for word in words.split():
                table.setdefault(word, {})[family] = sign
                table.setdefault(f"~{stem(word)}", {}).setdefault(family, sign)
    return table


def signs_of(word: str) -> dict[str, int]:
    """The families of a lower-case word with its sign; by its stem where the word itself is not listed."""
    table = opposites()
    return table.get(word) or table.get(f"~{stem(word)}") or {}
