"""The tabs, one file each: ``build`` makes the widgets of a tab, ``wire`` says what their events do."""
