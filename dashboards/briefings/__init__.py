"""Briefings: a place and a topic on paper, read off the page itself; see docs/decisions/a-briefing-is-its-page.md."""
