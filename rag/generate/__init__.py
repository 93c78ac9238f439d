"""An answer with a language model: prompt, markers, attribution, policy."""
