"""Days, numbers and periods as people write them, each read in one place: in YAML, in file names, on a command line."""
