"""Builds material from nothing: footage played by a script, voices that speak over it, music.

footage   game clips with their own sound and the engine's truth
voices    lines that follow what happens, spoken
editor    who fits whom, and one laid over the other
music     soundtracks of free games and pieces of the composer, as sources of one kind
composer  music from a seed and a mood
build     all of it in order: the corpus OpenGame
checks    a finished corpus, measured and judged
sheet     a finished corpus, drawn: figures, and clips to watch
reels     its clean sounds, decoded, for whoever trains on sound
videos    the same tables made of finished videos
encode    pictures and sound into files
debian    packages fetched and taken apart

`samples` and `intensity` make the clips that the project ships and measures by, `starter` the
tracks of the starter catalog.
"""
