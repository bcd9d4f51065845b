"""The networks' parts: torch only, no files but checkpoints, no faces.

grid        where the 72 tokens of a window lie in time
vggish      VGGish's front end: sound at 16 kHz → log-mel patches
separator   a mix → masks of voice, music and effects, on `spectra` in `bands`
streaming   the separator over sound of any length
checkpoint  weights on disk, with what they are and how they came
"""
