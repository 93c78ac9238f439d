"""Dialects of JSON, one file each: ``fits`` tells a record of it, ``fields`` gives each field's candidates."""
