"""Consolidation: pure steps over values (pipeline.py), and the driver that commits their changes (night.py)."""
