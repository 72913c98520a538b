"""The synthetic ministry: it writes ordinary submission files, the same bytes for the same seed."""
