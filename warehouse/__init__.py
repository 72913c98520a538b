"""The warehouse remembers: declarations, places, law, facts, rollups, scope."""
