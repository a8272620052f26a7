"""The running bot: how updates arrive, when they are acknowledged, and the log."""
