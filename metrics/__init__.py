"""What a number means, and the one way to get it."""
