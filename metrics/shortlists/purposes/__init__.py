"""One file is one purpose; they are found by walking this folder."""
