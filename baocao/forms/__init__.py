"""The form decided, before it is any file: filling it, understanding one somebody filled, comparing two."""
