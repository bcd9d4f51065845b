"""Measurements: what the project says of its own speed and fitness comes from here."""
