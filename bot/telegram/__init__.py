"""Telegram: handlers for readers and editors, and the messages they send."""
