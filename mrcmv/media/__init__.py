"""Opens media safely, decodes them once, and writes sound and video.

Every file that comes in is hostile until it was probed: it is known by its first bytes, opened
with one forced demuxer, and never followed to another file or address. What cannot be used
raises MediaError with a sentence for the person who gave it.
"""

from mrcmv.media.decode import read_clip
from mrcmv.media.filling import fill_alike
from mrcmv.media.loudness import loudness_lufs, true_peak_dbtp
from mrcmv.media.muted import write_picture
from mrcmv.media.muxing import browser_plays, copies_picture, mux
from mrcmv.media.opening import content_hash
from mrcmv.media.probing import probe
from mrcmv.media.recoding import recode
from mrcmv.media.reels import Reel, write_reel
from mrcmv.media.sounds import (
    read_sound,
    read_tags,
    resample,
    resample_pieces,
    sound_duration_s,
)
from mrcmv.media.writing import write_sound

__all__ = [
    "Reel",
    "browser_plays",
    "content_hash",
    "copies_picture",
    "fill_alike",
    "loudness_lufs",
    "mux",
    "probe",
    "read_clip",
    "read_sound",
    "read_tags",
    "recode",
    "resample",
    "resample_pieces",
    "sound_duration_s",
    "true_peak_dbtp",
    "write_picture",
    "write_reel",
    "write_sound",
]
