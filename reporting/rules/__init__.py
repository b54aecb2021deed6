"""The rules in force, in words: how figures are made, what checks demand and how far they let a figure go."""
