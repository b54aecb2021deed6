"""What `baocao doctor` and `baocao health` look at, each check a function that gives findings."""
