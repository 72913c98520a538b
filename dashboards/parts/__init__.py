"""The parts of a page: pure functions from a small view to an element; a file holds the view and its function."""
