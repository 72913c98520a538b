"""One declaration, one metric; one file per domain."""
