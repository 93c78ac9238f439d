"""An abstract cut into sentences and chunks."""
