"""A form made from the forms of the units below."""
