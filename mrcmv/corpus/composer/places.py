"""Styles of places and peoples: bands of a few players.

Each layer lists General MIDI programs from dull to brilliant; the mood's brightness picks. Data,
nothing else.
"""

from mrcmv.corpus.composer.style import FOUR, THREE, TWELVE, Layer, Style

NOIR = Style(
    (0.36, 0.4, 0.55), (84, 132), ("harmonic minor", "dorian", "dorian", "mixolydian"),
    (
        Layer("bass", "walk lazy", (32, 32, 35), 31, 52, volume=102, pan=60, reverb=24),
        Layer("vibes", "comp sparkle", (11, 11, 12), 57, 77, at=0.15, volume=82, pan=84, reverb=56,
              chorus=20),
        Layer("guitar", "offbeat comp", (26, 26, 27), 52, 69, at=0.55, volume=74, pan=40,
              reverb=40),
        Layer("lead", "lead", (71, 59, 66), 58, 79, at=0.35, volume=86, pan=68, reverb=60),
        Layer("strings", "counter pad", (49, 44, 48), 55, 74, at=0.7, volume=70, pan=48, reverb=70),
        Layer("piano", "stabs", (0, 0, 1), 48, 70, at=0.85, volume=80, pan=54, reverb=44),
    ),
    grooves=("brush",), kit=40, flavour="jazz", chord_size=4, swing=0.64, room=0.5,
)  # fmt: skip

JOURNEY = Style(
    (0.45, 0.75, 0.2), (84, 128), ("aeolian", "dorian", "mixolydian", "major", "lydian"),
    (
        Layer("guitar", "broken arp_wave strum", (24, 25, 25), 50, 76, volume=88, pan=80,
              reverb=44),
        Layer("marimba", "ostinato", (12, 108, 12), 60, 81, at=0.4, volume=80, pan=36, reverb=44),
        Layer("strings", "pad", (49, 48, 48), 52, 76, at=0.45, volume=76, pan=50, reverb=66),
        Layer("lead", "lead", (75, 73, 74), 67, 88, at=0.3, volume=88, pan=58, reverb=62),
        Layer("horn", "counter", (60, 60, 68), 52, 70, at=0.7, volume=82, pan=70, reverb=66),
        Layer("violins", "double", (40, 48, 40), 67, 88, at=0.9, volume=76, pan=32, reverb=60),
        Layer("bass", "hold fifths", (32, 43, 33), 31, 50, at=0.25, volume=92, pan=64, reverb=24),
    ),
    meters=(FOUR, FOUR, TWELVE, THREE), grooves=("hand drums",), room=0.6, kit_volume=84,
)  # fmt: skip

DESERT = Style(
    (0.5, 0.3, 0.45), (80, 136), ("phrygian dominant", "phrygian dominant", "harmonic minor",
                                 "phrygian dominant", "dorian"),
    (
        Layer("drone", "drone", (104, 49, 104), 43, 62, volume=82, pan=50, reverb=60),
        Layer("oud", "ostinato broken", (24, 15, 106), 48, 72, at=0.2, volume=86, pan=86,
              reverb=44),
        Layer("lead", "lead", (69, 68, 111), 60, 82, at=0.35, volume=78, pan=58, reverb=66),
        Layer("second", "harmony", (41, 40, 110), 60, 79, at=0.7, volume=78, pan=76, reverb=60),
        Layer("strings", "counter pad", (49, 48, 48), 55, 76, at=0.55, volume=74, pan=36,
              reverb=70),
        Layer("dulcimer", "sparkle", (15, 15), 67, 88, at=0.3, volume=68, pan=104, reverb=60),
        Layer("bass", "pedal fifths", (32, 43, 35), 31, 50, at=0.3, volume=94, pan=62, reverb=20),
    ),
    grooves=("darbuka",), room=0.6, kit_volume=94,
)  # fmt: skip

FOLK = Style(
    (0.55, 0.8, 0.1), (78, 140), ("dorian", "mixolydian", "major", "major"),
    (
        Layer("guitar", "strum broken", (24, 25, 25), 48, 71, volume=86, pan=84, reverb=36),
        Layer("fiddle", "lead", (41, 110, 40), 62, 86, at=0.5, volume=84, pan=52, reverb=46),
        Layer("whistle", "lead", (75, 73, 72), 69, 91, at=0.25, until=0.75, volume=82, pan=72,
              reverb=50),
        Layer("accordion", "offbeat pad", (21, 23, 21), 55, 76, at=0.6, volume=72, pan=32,
              reverb=40),
        Layer("mandolin", "broken", (25, 15, 105), 62, 84, at=0.8, volume=72, pan=104, reverb=40),
        Layer("second", "harmony", (41, 40, 73), 57, 81, at=0.85, volume=72, pan=40, reverb=46),
        Layer("bass", "fifths", (32, 32, 33), 31, 52, at=0.2, volume=94, pan=62, reverb=20),
    ),
    meters=(TWELVE, FOUR, THREE), grooves=("reel",), room=0.5, kit_volume=88,
)  # fmt: skip

WESTERN = Style(
    (0.55, 0.4, 0.5), (86, 152), ("aeolian", "aeolian", "dorian", "mixolydian"),
    (
        Layer("guitar", "broken strum", (25, 24, 25), 45, 69, volume=90, pan=84, reverb=44),
        Layer("twang", "lead", (27, 26, 27), 50, 74, at=0.5, volume=88, pan=44, reverb=66,
              chorus=20),
        Layer("whistle", "lead", (78, 78, 22), 69, 88, at=0.25, until=0.95, volume=82, pan=62,
              reverb=80),
        Layer("harmonica", "counter", (22, 22), 60, 79, at=0.65, volume=72, pan=100, reverb=56),
        Layer("strings", "pad", (44, 48, 48), 52, 74, at=0.6, volume=76, pan=40, reverb=70),
        Layer("trumpet", "double", (56, 56), 62, 82, at=0.9, volume=80, pan=72, reverb=70),
        Layer("choir", "pad", (52, 52), 55, 74, at=0.8, volume=76, pan=64, reverb=90),
        Layer("bass", "fifths gallop", (32, 33, 34), 28, 50, at=0.1, volume=98, pan=60, reverb=20),
        Layer("bell", "strike", (14, 14), 60, 72, at=0.0, until=0.9, volume=66, pan=30, reverb=96),
    ),
    grooves=("trot",), room=0.7, kit_volume=90,
)  # fmt: skip
