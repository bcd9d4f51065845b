"""Networks trained on what the corpus holds.

mixtures    voice, music and effects off the reels, put together anew for each step
treatments  what rooms, microphones, codecs and editors do to a sound
loss        how far the stems are off
learner     a network with its optimiser and average, on disk and back
checking    how good it is on mixes of the validation split
separator   the loop
"""
