"""Music of the corpus: soundtracks of free games and pieces by the project's composer."""
