"""A match laid under a whole clip: gain plan, mixed sound, file.

plan      how loud the music is at each moment (pure arithmetic)
arrange   the track looped or trimmed to the clip
render    the two levels and the sum
meter     loudness and true peak as envelopes
limiter   the gain to the loudness target, and the look-ahead limiter under the ceiling
master    the soundtrack's file, proved by decoding it again
checks    the sentences for options that make no sense
request   one mix asked for: what it is made from, its cached files
"""

from mrcmv.mixing.checks import check_options, check_start
from mrcmv.mixing.plan import plan_gains
from mrcmv.mixing.request import lay, mix, playable

__all__ = ["check_options", "check_start", "lay", "mix", "plan_gains", "playable"]
