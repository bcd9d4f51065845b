"""Game footage with its own sound, and what the engine knew of each moment.

doom      plays a scene: `engine` runs the game, `navigation` knows its floor, `player` with its
          `goals` and `styles` decides on each tic, `truth` keeps what happened
"""
