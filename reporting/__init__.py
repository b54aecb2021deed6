"""What is done for every door, once: gathering, counting, checking, keeping, writing, releasing, watching, upkeep."""
