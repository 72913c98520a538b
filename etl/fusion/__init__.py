"""Provinces with systems of their own: how their columns and codes map to ours, and how their interface is read."""
