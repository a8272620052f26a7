"""Quality and speed of the ranking, measured on folders of questions with answers."""
