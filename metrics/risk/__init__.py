"""The risk of what has not happened yet: panels, trajectories, models, and their back-test by time."""
