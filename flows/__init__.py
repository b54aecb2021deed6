"""Everything that starts work: flows, their engine, deployments and the command line."""
