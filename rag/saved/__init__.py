"""Saved answers: checked again, asked again."""
