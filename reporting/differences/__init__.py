"""What differs between two vintages, cell by cell, and why."""
