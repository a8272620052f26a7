"""What a question asks for: its days, its paper, its author and the kind of its answer."""
