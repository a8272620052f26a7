"""The sentences of replies and commands; errors and refusals of the library stand where they are raised."""
