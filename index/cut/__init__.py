"""An abstract cut into sentences and chunks."""

from index.cut.sentences import split_sentences

__all__ = ["split_sentences"]
