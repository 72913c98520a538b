"""What the worker does: each module declares TASKS, found by walking this folder."""
