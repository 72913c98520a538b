"""`zhijian bench`: the bars of the design, measured in one run beside the machine's own baselines."""
