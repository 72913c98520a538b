"""The synthetic ministry, which writes ordinary submission files."""
