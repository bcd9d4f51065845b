"""The networks' parts: torch only, no files but checkpoints, no faces.

grid     where the 72 tokens of a window lie in time
vggish   VGGish's front end: sound at 16 kHz → log-mel patches
"""
