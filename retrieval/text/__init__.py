"""Text as it is compared: folding, sentences, numbers, terms and n-grams."""
