"""A corpus out of finished videos: voice-over and music in one sound track, taken apart.

looking    which files below a folder are usable videos, each once
stretches  where speech and music are heard together
taking     one video: stems, stretches, frames, and a stamp that it was done
splitting  which split a video belongs to
rows       the rows of the manifest, those of the simulated corpus
run        all of it in order, resumable

The paper prepared HoK400 and CFM400 like this (MRCMV, section 4.1). How to fill a folder, and what
such a corpus lacks, stands in `docs/datasets.md`.
"""
