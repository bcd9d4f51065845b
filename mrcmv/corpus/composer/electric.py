"""Styles with synthesisers, electric guitars and drum machines.

Each layer lists General MIDI programs from dull to brilliant; the mood's brightness picks. Data,
nothing else.
"""

from mrcmv.corpus.composer.style import FOUR, THREE, TWELVE, Layer, Style

OPEN = ("aeolian", "dorian", "mixolydian", "major", "lydian")

DARK = ("phrygian", "harmonic minor", "aeolian")

AMBIENT = Style(
    (0.18, 0.65, 0.2), (62, 92), OPEN,
    (
        Layer("pad", "pad", (89, 95, 88, 94), 50, 74, volume=84, pan=50, reverb=80, chorus=40),
        Layer("strings", "pad", (49, 48, 50), 55, 79, at=0.55, volume=66, pan=80, reverb=80),
        Layer("keys", "broken arp_wave", (4, 0, 11), 57, 81, at=0.2, volume=92, pan=58, reverb=64),
        Layer("bells", "sparkle", (11, 10, 98, 9), 72, 93, volume=74, pan=84, reverb=92),
        Layer("lead", "lead", (79, 73, 75), 67, 86, at=0.42, volume=84, pan=60, reverb=80),
        Layer("air", "counter", (52, 53, 54), 60, 76, at=0.8, volume=70, pan=44, reverb=90),
        Layer("bass", "hold lazy", (32, 35, 39), 33, 50, at=0.3, volume=90, reverb=24),
    ),
    meters=(FOUR, FOUR, THREE), grooves=("shimmer",), chord_size=4, room=0.85, kit_volume=70,
)  # fmt: skip

SPACE = Style(
    (0.45, 0.55, 0.4), (78, 124), OPEN,
    (
        Layer("pad", "pad", (89, 95, 90, 92), 48, 72, volume=84, pan=64, reverb=80, chorus=50),
        Layer("sequence", "arp_up arp_wave", (38, 87, 81), 48, 76, at=0.25, volume=76, pan=88,
              reverb=56, chorus=30),
        Layer("glass", "sparkle", (98, 99, 96), 74, 96, volume=72, pan=36, reverb=96),
        Layer("lead", "lead", (80, 81, 84), 64, 84, at=0.5, volume=72, pan=64, reverb=76,
              chorus=40),
        Layer("choir", "counter", (91, 54, 52), 60, 77, at=0.75, volume=80, pan=40, reverb=90),
        Layer("bass", "hold drive", (39, 38, 87), 31, 50, at=0.2, volume=92, reverb=16),
    ),
    grooves=("four", "gated"), kit=25, kit_volume=84, chord_size=4, ritardando=False, room=0.85,
)  # fmt: skip

METAL = Style(
    (0.9, 0.2, 0.8), (126, 176), DARK,
    (
        Layer("guitar left", "power", (30, 30, 29), 38, 57, at=0.15, volume=82, pan=18, reverb=20),
        Layer("guitar right", "power", (29, 30, 30), 38, 57, at=0.45, volume=80, pan=110,
              reverb=20),
        Layer("organ", "pad stabs", (16, 18, 18), 52, 74, at=0.6, volume=70, pan=50, reverb=40),
        Layer("lead", "lead", (30, 81, 84), 60, 84, at=0.4, volume=78, pan=70, reverb=50,
              chorus=20),
        Layer("choir", "pad", (52, 52, 48), 55, 76, at=0.8, volume=84, pan=64, reverb=70),
        Layer("strings", "ostinato", (48, 48, 50), 55, 79, at=0.2, volume=70, pan=86, reverb=50),
        Layer("bass", "drive octaves gallop", (34, 34, 36), 26, 45, volume=98, pan=64, reverb=8),
    ),
    meters=(FOUR, FOUR, TWELVE), grooves=("metal", "metal", "rock"), kit=16, room=0.4,
    kit_volume=100, ritardando=False,
)  # fmt: skip

ACTION = Style(
    (0.85, 0.4, 0.65), (118, 172), ("phrygian", "aeolian", "aeolian", "dorian"),
    (
        Layer("strings", "ostinato", (48, 48, 50), 48, 72, volume=82, pan=40, reverb=46),
        Layer("synth", "arp_up ostinato", (38, 87, 81), 48, 72, at=0.2, volume=72, pan=90,
              reverb=30),
        Layer("guitar", "power", (28, 29, 30), 40, 57, at=0.45, volume=76, pan=26, reverb=24),
        Layer("brass", "stabs lead", (57, 61, 61), 50, 72, at=0.6, volume=90, pan=76, reverb=54),
        Layer("lead", "lead", (60, 56, 81), 55, 79, at=0.4, volume=88, pan=58, reverb=56),
        Layer("bass", "drive octaves syncopated", (39, 38, 87), 28, 47, volume=100, pan=64,
              reverb=10),
        Layer("taiko", "thump", (116, 117), 40, 52, at=0.7, volume=98, pan=64, reverb=40),
        Layer("sweep", "riser", (119, 119), 60, 60, at=0.4, volume=84, pan=64, reverb=50),
    ),
    grooves=("action", "breakbeat"), kit=24, kit_volume=102, ritardando=False, room=0.5,
)  # fmt: skip

FUNK = Style(
    (0.55, 0.65, 0.25), (88, 138), ("aeolian", "dorian", "dorian", "mixolydian", "major"),
    (
        Layer("keys", "comp", (4, 5, 7), 52, 74, volume=92, pan=76, reverb=36, chorus=24),
        Layer("guitar", "offbeat strum", (28, 27, 25), 55, 74, at=0.4, volume=70, pan=30,
              reverb=24),
        Layer("bass", "syncopated", (33, 33, 36), 28, 48, at=0.1, volume=100, pan=64, reverb=8),
        Layer("lead", "lead", (66, 65, 80), 60, 81, at=0.4, volume=82, pan=56, reverb=46),
        Layer("brass", "stabs", (57, 61, 62), 55, 74, at=0.75, volume=80, pan=92, reverb=36),
        Layer("clav", "ostinato", (7, 7), 50, 70, at=0.6, volume=70, pan=102, reverb=20),
        Layer("pad", "pad", (89, 48, 90), 55, 76, at=0.3, volume=60, pan=48, reverb=60, chorus=40),
    ),
    grooves=("funk",), kit=8, flavour="jazz", chord_size=4, swing=0.54, swing_beats=0.5,
    ritardando=False, room=0.4,
)  # fmt: skip

SYNTHWAVE = Style(
    (0.7, 0.55, 0.35), (84, 168), ("aeolian", "aeolian", "dorian", "mixolydian", "major"),
    (
        Layer("pad", "pad", (89, 95, 90), 52, 76, volume=76, pan=50, reverb=64, chorus=50),
        Layer("sequence", "arp_up arp_wave", (81, 90, 87), 60, 84, at=0.15, volume=66, pan=92,
              reverb=40),
        Layer("bass", "octaves drive", (38, 39, 38), 28, 48, at=0.1, volume=100, pan=64, reverb=6),
        Layer("lead", "lead", (80, 81, 84), 64, 86, at=0.4, volume=74, pan=60, reverb=60,
              chorus=30),
        Layer("brass", "stabs pad", (63, 62, 62), 52, 72, at=0.7, volume=76, pan=36, reverb=50),
        Layer("guitar", "double", (29, 30, 30), 55, 76, at=0.9, volume=66, pan=78, reverb=40),
        Layer("bells", "sparkle", (5, 98, 98), 76, 96, at=0.3, until=0.8, volume=60, pan=30,
              reverb=80),
        Layer("sweep", "riser", (119, 119), 60, 60, at=0.4, volume=76, pan=64, reverb=60),
    ),
    grooves=("gated", "four"), kit=24, kit_volume=98, ritardando=False, room=0.6,
)  # fmt: skip

LOFI = Style(
    (0.28, 0.5, 0.15), (66, 92), ("dorian", "dorian", "aeolian", "major", "major"),
    (
        Layer("keys", "comp", (4, 4, 5), 50, 72, volume=98, pan=70, reverb=40, chorus=36),
        Layer("bass", "lazy", (32, 35, 33), 28, 48, at=0.2, volume=100, pan=64, reverb=10),
        Layer("vibes", "lead sparkle", (11, 11, 12), 64, 84, at=0.4, volume=80, pan=88, reverb=56,
              chorus=20),
        Layer("guitar", "lead comp", (24, 26, 26), 55, 76, at=0.55, volume=78, pan=40, reverb=40),
        Layer("pad", "pad", (89, 89, 48), 55, 74, at=0.6, volume=58, pan=56, reverb=60, chorus=30),
        Layer("flute", "counter", (75, 73, 73), 67, 84, at=0.85, volume=66, pan=100, reverb=60),
    ),
    grooves=("lofi",), kit=8, flavour="jazz", chord_size=4, swing=0.58, swing_beats=0.5,
    room=0.45, kit_volume=84,
)  # fmt: skip

CHIP = Style(
    (0.6, 0.75, 0.25), (100, 176), ("aeolian", "dorian", "mixolydian", "major", "major"),
    (
        Layer("lead", "lead", (79, 80, 80), 64, 88, at=0.15, volume=74, pan=56, reverb=24),
        Layer("harmony", "harmony", (80, 80, 81), 57, 81, at=0.7, volume=62, pan=92, reverb=24),
        Layer("sequence", "arp_up broken", (80, 80, 87), 60, 84, volume=58, pan=96, reverb=20),
        Layer("bass", "octaves drive", (38, 38, 87), 33, 55, volume=92, pan=64, reverb=4),
        Layer("bells", "sparkle", (8, 9, 112), 76, 96, at=0.3, volume=62, pan=34, reverb=50),
        Layer("pluck", "offbeat", (45, 12, 13), 60, 79, at=0.4, volume=76, pan=36, reverb=30),
        Layer("pad", "pad", (90, 90, 81), 55, 74, at=0.6, volume=52, pan=50, reverb=40, chorus=30),
    ),
    grooves=("chip",), kit=25, ritardando=False, room=0.3, kit_volume=86,
)  # fmt: skip
