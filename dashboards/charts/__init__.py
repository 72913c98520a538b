"""Pure functions from rows to a Plotly figure in its JSON form."""
