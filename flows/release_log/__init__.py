"""What a release is: its rules, its entries in the log, its files and folder."""
