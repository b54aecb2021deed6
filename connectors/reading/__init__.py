"""Reading kept answers strictly, and keeping of them only what is declared."""
