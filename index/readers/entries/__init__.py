"""One record of a file: fields cleaned, dates and identifiers read."""
