"""A conversation in the browser, without its widgets."""
