"""Days, source and author that a question names, and the kind of thing that it asks for."""
