"""The pages of one form: filled, explained, put forward, approved, made again, downloaded."""
