"""Names in lower case: "reinforcement learning", "video captioning". Both words must stand in the evidence."""

from __future__ import annotations

from rag.verify.checks.facts.units import CARDINALS, SCALES
from rag.verify.checks.words import Word, read_words, word_set

# What the field names its methods, tasks and parts by, with a word in front that says which one.
_HEADS = word_set(
    """
    adaptation alignment answering attack attacks augmentation autoencoder autoencoders bandit bandits captioning
    classification clustering completion compression corpora corpus decoder decoders decoding detection diffusion
    distillation divergence editing embedding embeddings encoder encoders entropy estimation finetuning forecasting
    forest forests generation gradient gradients imitation injection learning loss matching modeling modelling network
    networks optimisation optimization overlap parsing poisoning prediction pretraining prompting pruning quantization
    reasoning recognition regression retrieval sampling search segmentation summarisation summarization synthesis
    tagging training transformer transformers translation transport tree trees tuning unlearning
    """
)
# In front of a head these words name nothing: they grade it, say what goes without saying, or do something to it.
_PLAIN = word_set(
    """
    actual additional automatic best better careful complex continued data deep different direct early effective
    efficient entire fast final first full general good high human initial knowledge language large larger late later
    low machine main model neural new next normal novel ordinary overall own plain previous prior real robust second
    similar simple slow small smaller standard strong system task text third true usual weak
    allow apply applied avoid beat boost bring brought do drive enable enhance ensure extend guide help improve
    include increase influence instance keep let little lowered make need perform reduce replace require run
    shape speed study support think train use want wanted
    """
)
_TASKS = word_set(
    "answering captioning editing injection parsing poisoning retrieval summarisation summarization translation"
)  # never left out
_WORKED_ON = word_set("code document machine question text")  # too plain to name a task, but the task must be there
_PREFIXES = ("fine", "pre")
_BEFORE_VERBS = word_set("who can could may might will would must should do does did cannot")


def missing_terms(claim: str, evidence: str) -> tuple[tuple[str, int], ...]:
    """Each such name of a cleaned claim that cleaned evidence does not hold, and where it starts.

    Its first word must be there, whatever the order; the second only where it is a task: methods go by many words.
    """
    words, held = read_words(claim), {word.stem for word in read_words(evidence)}
    found = []
    for at, head in enumerate(words):
        which = at - 2 if at > 1 and words[at - 1].lower in _PREFIXES else at - 1
        if which < 0 or head.lower not in _HEADS:
            continue
        if words[which].lower in _WORKED_ON and head.lower in _TASKS and head.stem not in held:
            found.append((claim[words[which].start : head.end].lower(), words[which].start))
        if not _names(words[which], words[which + 1]):
            continue
        if which and words[which - 1].lower in _BEFORE_VERBS:
            continue
        if words[which].stem not in held or (head.lower in _TASKS and head.stem not in held):
            found.append((claim[words[which].start : head.end].lower(), words[which].start))
    return tuple(found)


def _names(which: Word, follows: Word) -> bool:
    """Whether the word says which one: no verb ("slows decoding"), number, adverb or word of another clause.

    What stands in capitals is a name by its looks, and looked for as such.
    """
    word = which.lower
    apart = which.clause != follows.clause or follows.start > which.end + 1
    verb = word.endswith("ing") or (word.endswith("s") and not word.endswith(("ss", "us", "is")))
    plain = (
        word in _PLAIN
        or word in CARDINALS
        or word in SCALES
        or word[0].isdigit()
        or word.endswith("ly")
        or not which.is_content
    )
    return not (apart or verb or plain or which.named or word in _PREFIXES)
