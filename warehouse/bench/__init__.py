"""What `zhijian bench` needs of the warehouse: its data, and the machine's own baselines."""
