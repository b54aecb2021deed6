"""When what runs, for which period and units, and how much at once."""
