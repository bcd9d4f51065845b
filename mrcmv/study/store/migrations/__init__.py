"""Recorded changes of the tables, run in order when a database is opened."""
