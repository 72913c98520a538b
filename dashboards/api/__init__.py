"""The interface for programs: what pages show, under the same scope and disclosure, as JSON and files."""
