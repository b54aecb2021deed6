"""What every room stands on: settings, configuration and store opened together, the plan of a run, how it tells."""
