"""Networks trained on what the corpus holds.

The separator:
mixtures    voice, music and effects off the reels, put together anew for each step
treatments  what rooms, microphones, codecs and editors do to a sound
loss        how far the stems are off
learner     a network with its optimiser and average, on disk and back
checking    how good it is on mixes of the validation split
separator   the loop

Retrieval, on a decoded corpus (`mrcmv.dataset`):
loop        the loop, its recipes and what it trains: read this first
samples     which windows are learnt from, in which batches; who competes with whom
features    what frozen backbones say of all windows, on disk
measures    what was measured of a window; pretraining learns it
tags        classes of it, for networks that learn from them
augmenting  small changes to what is learnt from
retrieval   heads and whole networks that learn to find music; recall says how well they do
stages      backbones, then heads, then all of it
"""
