"""Disclosure control: what is withheld so that nobody, person or school, can be inferred."""
