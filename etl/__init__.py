"""The journey of a file from bytes to facts."""
