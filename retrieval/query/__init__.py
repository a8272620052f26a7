"""What a question names: days, a source, an author, and the kind of thing that it asks for."""
