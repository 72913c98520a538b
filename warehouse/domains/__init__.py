"""One file, one of the ten domains of the notice: it declares that domain's forms."""
