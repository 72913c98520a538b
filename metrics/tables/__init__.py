"""Tables that a reader puts together: places, years, metrics and a breakdown, laid out in rows and columns."""
