"""The simulated editor: what it goes by, what it chooses, and how it finishes a clip.

mind      the axes, the shares of voice and picture, the editors' tastes
listening windows of music and clips → the axes, measured
choosing  a window for each clip, with taste, whim and bounded uses
oracle    what perfect readers of the editor's mind would reach
laying    a voice laid over a take's sound, levels of both
"""
