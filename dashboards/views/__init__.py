"""From answers to what the parts of a page show: one small file for each part, pure but for the questions asked."""
