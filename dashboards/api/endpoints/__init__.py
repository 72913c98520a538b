"""What programs may ask: each module declares endpoints in ENDPOINTS, and everything around them is put by the package above."""
