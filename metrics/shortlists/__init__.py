"""Shortlists: schools compared for one purpose by declared criteria, with how sure each rank is. Nothing here decides; people do (warehouse/shortlists.py)."""
