"""Doubts about the data (疑点): declared signals over the panel of school-years, each with its sentence and its reasons."""
