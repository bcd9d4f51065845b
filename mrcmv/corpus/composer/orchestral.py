"""Styles for the orchestra and its soloists.

Each layer lists General MIDI programs from dull to brilliant; the mood's brightness picks. Data,
nothing else.
"""

from mrcmv.corpus.composer.style import FOUR, THREE, TWELVE, Layer, Style

DARK = ("phrygian", "harmonic minor", "aeolian")

SUSPENSE = Style(
    (0.55, 0.25, 0.85), (92, 140), DARK,
    (
        Layer("tremolo", "pad", (44, 44, 48), 48, 70, at=0.35, volume=82, pan=44, reverb=70),
        Layer("ostinato", "ostinato", (45, 48, 48), 43, 67, volume=86, pan=80, reverb=50),
        Layer("tick", "tick", (12, 13, 9), 76, 96, at=0.1, volume=62, pan=96, reverb=60),
        Layer("piano", "pulse ostinato", (0, 0, 1), 36, 60, at=0.5, volume=84, pan=56, reverb=50),
        Layer("horns", "counter stabs", (60, 60, 61), 48, 67, at=0.65, volume=84, pan=44,
              reverb=70),
        Layer("lead", "lead", (42, 41, 40), 55, 76, at=0.6, until=1.1, volume=80, pan=72,
              reverb=66),
        Layer("bass", "pedal drive", (43, 43, 38), 28, 47, volume=100, pan=60, reverb=40),
        Layer("drums low", "thump", (116, 47), 36, 48, at=0.3, volume=96, pan=64, reverb=70),
    ),
    grooves=("clock", "heartbeat"), kit=16, room=0.7,
)  # fmt: skip

HORROR = Style(
    (0.32, 0.05, 0.95), (56, 96), ("phrygian", "phrygian", "harmonic minor"),
    (
        Layer("cluster", "cluster", (44, 48, 50), 60, 84, volume=84, pan=80, reverb=90),
        Layer("drone", "drone", (43, 95, 97), 29, 48, volume=102, pan=56, reverb=60),
        Layer("box", "lead", (8, 10, 9), 67, 89, at=0.35, volume=86, pan=46, reverb=92),
        Layer("voices", "cluster counter", (91, 52, 54), 52, 70, at=0.55, volume=82, pan=64,
              reverb=96),
        Layer("piano", "thump tick", (0, 0, 1), 28, 45, at=0.4, volume=96, pan=60, reverb=80),
        Layer("shiver", "sparkle", (15, 99, 96), 70, 92, at=0.2, volume=64, pan=98, reverb=100),
        Layer("strike", "thump", (47, 116), 36, 46, at=0.7, volume=104, pan=64, reverb=90),
        Layer("sweep", "riser", (101, 119), 55, 66, at=0.5, volume=70, pan=30, reverb=90),
    ),
    grooves=("heartbeat",), kit=16, meters=(FOUR, THREE), room=0.9, kit_volume=84,
)  # fmt: skip

ELEGY = Style(
    (0.25, 0.2, 0.3), (58, 88), ("harmonic minor", "aeolian", "aeolian", "dorian", "mixolydian"),
    (
        Layer("piano", "broken arp_wave", (0, 0, 1), 45, 72, volume=96, pan=58, reverb=60),
        Layer("solo", "lead", (42, 41, 68, 40), 57, 79, at=0.35, volume=88, pan=72, reverb=72),
        Layer("strings", "pad", (48, 48, 50), 48, 72, at=0.5, volume=66, pan=48, reverb=80),
        Layer("glow", "sparkle", (10, 9, 9), 79, 98, at=0.4, volume=58, pan=30, reverb=96),
        Layer("oboe", "counter", (71, 68, 73), 62, 81, at=0.7, volume=76, pan=80, reverb=72),
        Layer("harp", "roll", (46, 46), 52, 86, at=0.6, volume=74, pan=92, reverb=70),
        Layer("bass", "hold", (43, 43, 32), 31, 48, at=0.45, volume=86, pan=60, reverb=50),
    ),
    meters=(FOUR, THREE, TWELVE), room=0.8,
)  # fmt: skip

EPIC = Style(
    (0.85, 0.35, 0.7), (88, 150), ("phrygian", "harmonic minor", "aeolian", "aeolian", "dorian"),
    (
        Layer("strings", "ostinato", (48, 48, 50), 48, 72, volume=88, pan=44, reverb=56),
        Layer("violins", "double", (48, 40, 50), 67, 88, at=0.75, volume=80, pan=36, reverb=66),
        Layer("horns", "lead", (60, 60, 61), 50, 72, at=0.35, volume=98, pan=52, reverb=70),
        Layer("brass", "stabs pad", (58, 57, 61), 45, 67, at=0.65, volume=84, pan=84, reverb=60),
        Layer("choir", "pad", (52, 52, 53), 55, 77, at=0.6, volume=92, pan=64, reverb=86),
        Layer("taiko", "thump", (116, 116), 38, 50, at=0.3, volume=92, pan=64, reverb=60),
        Layer("timpani", "thump", (47, 47), 36, 47, at=0.7, volume=82, pan=72, reverb=60),
        Layer("bass", "drive pedal", (43, 43, 38), 28, 47, volume=96, pan=70, reverb=40),
        Layer("sweep", "riser", (119, 119), 60, 60, at=0.4, volume=84, pan=64, reverb=60),
    ),
    meters=(FOUR, FOUR, TWELVE, THREE), grooves=("epic",), kit=16, kit_volume=104, room=0.75,
)  # fmt: skip

HEROIC = Style(
    (0.7, 0.92, 0.2), (84, 140), ("mixolydian", "lydian", "mixolydian", "major", "major"),
    (
        Layer("strings", "pad pulse", (49, 48, 50), 52, 76, volume=82, pan=44, reverb=64),
        Layer("lead", "lead", (60, 56, 56), 58, 79, at=0.3, volume=98, pan=60, reverb=64),
        Layer("low brass", "pad stabs", (57, 61, 61), 43, 64, at=0.55, volume=84, pan=84,
              reverb=60),
        Layer("violins", "double", (48, 50, 40), 70, 91, at=0.7, volume=80, pan=34, reverb=64),
        Layer("woods", "arp_wave counter", (68, 73, 72), 67, 89, at=0.5, volume=78, pan=76,
              reverb=60),
        Layer("harp", "roll", (46, 46), 50, 88, until=0.7, volume=76, pan=96, reverb=66),
        Layer("timpani", "thump", (47, 47), 36, 47, at=0.5, volume=82, pan=66, reverb=56),
        Layer("bass", "fifths drive", (43, 43, 58), 29, 48, volume=92, pan=72, reverb=40),
        Layer("bells", "double", (14, 9, 9), 79, 98, at=0.85, volume=66, pan=48, reverb=70),
    ),
    meters=(FOUR, FOUR, THREE, TWELVE), grooves=("march",), kit=48, room=0.7, kit_volume=94,
)  # fmt: skip

WINTER = Style(
    (0.35, 0.6, 0.3), (72, 138), ("harmonic minor", "aeolian", "dorian", "major", "lydian",
    "lydian"),
    (
        Layer("celesta", "broken arp_wave", (8, 8, 10, 9), 67, 91, volume=92, pan=74, reverb=76),
        Layer("harp", "roll arp_up", (46, 46), 50, 79, at=0.3, volume=84, pan=92, reverb=66),
        Layer("strings", "pad", (44, 49, 48), 52, 76, at=0.2, volume=76, pan=44, reverb=80),
        Layer("lead", "lead", (71, 73, 73), 67, 88, at=0.4, volume=88, pan=56, reverb=72),
        Layer("choir", "counter", (53, 52, 54), 60, 78, at=0.7, volume=80, pan=64, reverb=92),
        Layer("glints", "sparkle", (98, 14, 9), 79, 100, at=0.5, volume=62, pan=30, reverb=90),
        Layer("bass", "hold fifths", (43, 43, 32), 33, 50, at=0.35, volume=84, pan=60, reverb=40),
        Layer("pizzicato", "offbeat", (45, 45), 52, 72, at=0.6, volume=82, pan=82, reverb=50),
    ),
    meters=(FOUR, THREE, TWELVE), grooves=("sleigh",), kit=0, room=0.8, kit_volume=70,
)  # fmt: skip

COMIC = Style(
    (0.55, 0.82, 0.25), (88, 158), ("harmonic minor", "mixolydian", "lydian", "major", "major"),
    (
        Layer("bass", "fifths walk", (58, 70, 43), 31, 52, volume=92, pan=58, reverb=30),
        Layer("pizzicato", "offbeat", (45, 45), 52, 74, at=0.05, volume=98, pan=80, reverb=40),
        Layer("lead", "lead", (70, 71, 13), 58, 82, at=0.25, volume=94, pan=52, reverb=44),
        Layer("second", "lead", (71, 73, 72), 70, 91, at=0.68, volume=80, pan=90, reverb=48),
        Layer("sticks", "double", (12, 13, 13), 72, 93, at=0.5, volume=80, pan=36, reverb=40),
        Layer("banjo", "broken", (105, 105), 55, 76, at=0.75, volume=72, pan=104, reverb=30),
        Layer("brass", "stabs", (59, 57, 61), 50, 70, at=0.85, volume=76, pan=70, reverb=44),
    ),
    meters=(FOUR, FOUR, TWELVE), grooves=("comic",), kit=0, room=0.4, kit_volume=84,
)  # fmt: skip
