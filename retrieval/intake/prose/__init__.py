"""Rules for lines of text: title, date, byline, body and what surrounds them."""
