"""One file, one kind of signal; discovery walks them."""
