"""What is printed: plain values in, bytes out. Knows no web framework and no database."""
