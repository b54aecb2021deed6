"""The tables, by topic. Rows never leave the store."""
