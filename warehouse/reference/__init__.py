"""Data the warehouse is born with: places, code lists, law."""
