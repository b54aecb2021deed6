"""How far every form of every unit is."""
