"""A new form from the issuer's blank file: drafted, held against the configuration, seen before it is in force."""
