"""Source systems: each module turns one real dialect into raw payloads and those into canonical records."""
