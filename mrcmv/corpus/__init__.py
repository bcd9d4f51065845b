"""Builds material from nothing: footage played by a script, voices that speak over it, music.

footage   game clips with their own sound and the engine's truth
voices    lines that follow what happens, spoken
editor    one laid over the other
composer  music from a seed and a mood
encode    pictures and sound into files

`samples` and `intensity` make the clips that the project ships and measures by, `starter` the
tracks of the starter catalog.
"""
