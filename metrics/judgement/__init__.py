"""The three judgements as one review makes them: breaches, doubts and risks of every school, written down as flags with their reasons."""
