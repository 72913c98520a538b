"""How a sensitive value is shown to whoever need not know it: its ends, so that it is recognised by whoever knows it already."""

from __future__ import annotations

HIDDEN = "***"
_SHORT = 8  # characters from which both ends may show


def masked(text: str | None) -> str:
    """13800001234 is 138***1234; a short value shows its first character alone; an address of mail its host too."""
    said = (text or "").strip()
    if not said:
        return ""
    name, at, host = said.partition("@")
    if at:
        return f"{name[:1]}{HIDDEN}@{host}"
    if len(said) < _SHORT:
        return f"{said[:1]}{HIDDEN}"
    return f"{said[:3]}{HIDDEN}{said[-4:]}"
