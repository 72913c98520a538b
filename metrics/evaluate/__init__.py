"""What rules, signals and models were worth: their answers beside what is known to be true."""
