"""Builds material from nothing: footage played by a script, voices that speak over it, music.

`footage` plays a scene: `engine` runs the game, `navigation` knows its floor, `player` with its
`goals` and `styles` decides on each tic, `truth` keeps what happened. `commentary` speaks of its
`moments` with `phrases` and `voices`, `editor` lays one over the other, `encode` writes the clip.
`samples` and `intensity` make the clips that the project ships and measures by. `composer` writes
the music of the starter catalog.
"""
