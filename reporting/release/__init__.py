"""Steps towards a release, and the proof that everything released is what it was."""
