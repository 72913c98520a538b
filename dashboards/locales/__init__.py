"""The interface's own phrases, Chinese and English side by side; one file for each region of the page.

Every module here holds `PHRASES: dict[str, tuple[str, str]]`: id -> (Chinese, English) with `{slots}`.
English plurals are written into the slot: `{n:school|schools}`.
"""
