"""A finished corpus decoded for the networks, once (`mrcmv.dataset` says what lies where).

files    one film, voice or piece → its rows and what is measured in each second
run      all of a corpus, by several processes; goes on where it stopped
"""

from mrcmv.corpus.decoding.run import decode

__all__ = ["decode"]
