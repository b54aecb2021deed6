"""From what a run or a look found to incidents and messages."""
