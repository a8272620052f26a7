"""Rules for lines of text: title, byline, body, footer, and the names and dates in them."""
