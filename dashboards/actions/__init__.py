"""One file, the actions of one matter."""
