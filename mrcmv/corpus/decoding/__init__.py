"""A finished corpus decoded for the networks, once (`mrcmv.dataset` says what lies where).

files      one film, voice or piece → its rows and what is measured in each second
run        all of a corpus, by several processes; goes on where it stopped
separated  voices as a separator leaves them in a mix, in the place of the clean ones
"""

from mrcmv.corpus.decoding.run import decode
from mrcmv.corpus.decoding.separated import separated

__all__ = ["decode", "separated"]
