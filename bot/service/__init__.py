"""The service between the bot and retrieval: searches, pushes, and what the bot remembers."""
