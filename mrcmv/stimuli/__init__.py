"""The verb from a study to its rendered stimuli: match, mix, level, strip, fill, name.

gathering    what goes in, checked before any work: clips, tags, tracks, methods (`gather`)
folders      a study's files on disk: its clips, its tags, what was made elsewhere
soundtracks  every soundtrack of a clip, before its loudness is set
levelling    a clip's soundtracks at one loudness, as files
building     all of it as a bundle, put in its place when it is whole (`build`, `built`)

**What a rater can't tell from files.** All soundtracks of a clip have the same codec, rate,
channels, samples, bit rate, and frames of the same size; loudness within 0.5 LU; no tags; names
drawn anew at each build; one time of change. The picture is one file for all of them.
"""

from mrcmv.stimuli.building import build, built
from mrcmv.stimuli.gathering import App, Job, gather

__all__ = ["App", "Job", "build", "built", "gather"]
