"""Past periods: backfilled, made again, corrected."""
