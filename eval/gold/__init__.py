"""The gold sets."""

from eval.gold.dataset import load_gold, resolve
from eval.gold.proposals import by_llm, by_rules, review
from eval.gold.strong import load_answers
from eval.gold.variants import parse_variants

__all__ = ["by_llm", "by_rules", "load_answers", "load_gold", "parse_variants", "resolve", "review"]
