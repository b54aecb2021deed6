"""Bad days, by the hundred: `make chaos` kills every command that writes, and looks whether the books still balance."""
