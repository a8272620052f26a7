"""File formats: readers of one kind of file each, and the parts that they share."""
