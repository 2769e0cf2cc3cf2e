"""What the night does with what was said: pure steps over values, one transaction at the edge (night.py)."""
