"""The search server: its address, and requests that survive a lost node."""
