"""The command line: its commands, and their output for people and for programs."""
