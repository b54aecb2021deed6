"""For the servers tests start in this process."""

POLL_S = 0.02
"""How often a server looks whether it is to stop; by itself every half second, which each of its tests would wait for."""
