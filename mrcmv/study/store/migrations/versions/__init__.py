"""One revision a file, named by its number. A revision is never edited once it is released."""
