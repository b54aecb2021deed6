"""The release log, and the configurations forms were made with."""
