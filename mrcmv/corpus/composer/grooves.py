"""Drum patterns, one bar each, by name and level; the drums are General MIDI's note numbers.

Sixteen characters are 4/4 in sixteenths; twelve are 12/8, or 3/4 in sixteenths.
"""

KICK, STICK, SNARE, CLAP, CLOSED, PEDAL, OPEN, RIDE = 36, 37, 38, 39, 42, 44, 46, 51
TAMBOURINE, COWBELL, BONGO_HIGH, BONGO_LOW, CONGA_OPEN, CONGA_LOW = 54, 56, 60, 61, 63, 64
CLAVES, BLOCK_HIGH, BLOCK_LOW = 75, 76, 77
SHAKER, JINGLE, CASTANETS, TRIANGLE = 82, 83, 85, 81
TOM_LOW, TOM_FLOOR, CRASH, CHINA, SPLASH = 43, 41, 57, 52, 55

Bar = dict[int, str]

GROOVES: dict[str, tuple[Bar, ...]] = {
    "shimmer": (
        {SHAKER: "o...x...o...x..."},
        {SHAKER: "o.o.x.o.o.o.x.o.", TRIANGLE: "............o..."},
        {SHAKER: "x.o.x.o.x.o.x.o.", KICK: "o.......o.......", STICK: "....o.......o..."},
    ),
    "rock": (
        {KICK: "x.......x.......", CLOSED: "x.x.x.x.x.x.x.x.", STICK: "....x.......x..."},
        {KICK: "X..x....x.x.....", SNARE: "....X.......X..o", CLOSED: "x.x.x.x.x.x.x.x."},
        {KICK: "X..x..x.x.x...x.", SNARE: "....X..o....X..o", OPEN: "x...x...x...x...",
         CLOSED: "..x...x...x...x."},
    ),
    "metal": (
        {KICK: "x...x...x...x...", CLOSED: "x...x...x...x...", SNARE: "........X......."},
        {KICK: "X.xxX.x.X.xxX.x.", SNARE: "....X.......X...", RIDE: "x.x.x.x.x.x.x.x."},
        {KICK: "XxxxXxxxXxxxXxxx", SNARE: "....X.......X.o.", CHINA: "x...x...x...x...",
         RIDE: "..x...x...x...x."},
    ),
    "action": (
        {KICK: "X.....x...x.....", TOM_FLOOR: "..o.x..o..o.x..o", CLOSED: "o.o.o.o.o.o.o.o."},
        {KICK: "X..x..X...x..x..", SNARE: "....X.......X...", CLOSED: "xoxoxoxoxoxoxoxo",
         TOM_FLOOR: "......x.......xx"},
        {KICK: "X..x..X.X..x..X.", SNARE: "....X..x.x..X..x", CLOSED: "xoxoxoxoxoxoxoxo",
         TOM_FLOOR: "..x...x...x...xx", OPEN: "..............x."},
    ),
    "breakbeat": (
        {KICK: "X.........x.....", SNARE: "....x.......x...", CLOSED: "x.x.x.x.x.x.x.x."},
        {KICK: "X.x.......x.....", SNARE: "....X..o.o..X...", CLOSED: "x.x.x.xxx.x.x.x."},
        {KICK: "X.x...x...xx....", SNARE: "....X..x.x..X.ox", RIDE: "x.x.x.x.x.x.x.x.",
         CLOSED: "..o...o...o...oo"},
    ),
    "four": (
        {KICK: "x...x...x...x...", CLOSED: "..o...o...o...o."},
        {KICK: "X...X...X...X...", CLAP: "....x.......x...", CLOSED: "o.x.o.x.o.x.o.x."},
        {KICK: "X...X...X...X...", CLAP: "....X.......X..o", SNARE: "....X.......X...",
         OPEN: "..x...x...x...x.", CLOSED: "xoo.xoo.xoo.xooo"},
    ),
    "gated": (
        {KICK: "x.......x.......", CLOSED: "o.o.o.o.o.o.o.o."},
        {KICK: "X.....x.X.......", SNARE: "....X.......X...", CLOSED: "x.o.x.o.x.o.x.o."},
        {KICK: "X...X...X...X...", SNARE: "....X.......X...", CLOSED: "xoxoxoxoxoxoxoxo",
         OPEN: "..............x.", TAMBOURINE: "..x...x...x...x."},
    ),
    "lofi": (
        {KICK: "x.......x.......", CLOSED: "o.o.o.o.o.o.o.o."},
        {KICK: "X.........xo....", SNARE: "....x.......x...", CLOSED: "x.o.x.o.x.o.x.oo"},
        {KICK: "X..o......x..o..", SNARE: "....X.......X..o", CLOSED: "x.o.x.oox.o.x.o.",
         OPEN: "..............o.", SHAKER: "o.o.o.o.o.o.o.o."},
    ),
    "funk": (
        {KICK: "x.......x.......", CLOSED: "x.x.x.x.x.x.x.x.", STICK: "....x.......x..."},
        {KICK: "X..x......x..x..", SNARE: "....X..o.o..X..o", CLOSED: "xoxoxoxoxoxoxoxo"},
        {KICK: "X.xx......x..x..", SNARE: "....X..o.o..X.ox", CLOSED: "xoxoxox.xoxoxox.",
         OPEN: ".......x.......x", TAMBOURINE: "....x.......x...", COWBELL: "x...x...x...x..."},
    ),
    "brush": (
        {RIDE: "x...x..xx...x..x", PEDAL: "....o.......o..."},
        {RIDE: "x...x.ox..o.x.ox", PEDAL: "....x.......x...", SNARE: "o..o..o...o..o.."},
        {RIDE: "x...x.ox..x.x.ox", PEDAL: "....x.......x...", SNARE: "..o.x..o..o.x.o.",
         KICK: "x......o..x....."},
    ),
    "march": (
        {SNARE: "o...o.oox...o.oo"},
        {SNARE: "x..ox.oox..ox.oo", KICK: "x.......x......."},
        {SNARE: "X.ooX.ooX.ooXooo", KICK: "X.......X.......", CRASH: "........x......."},
    ),
    "epic": (
        {KICK: "X.......x.....x.", TOM_FLOOR: "..........o.o..."},
        {KICK: "X.....x.X.......", TOM_FLOOR: "..x.x.....x.x.x.", TOM_LOW: "....o..o....o..o",
         SNARE: "........x......."},
        {KICK: "X.....x.X.....x.", TOM_FLOOR: "x.xxx.x.x.xxx.xx", TOM_LOW: "..x..x.x..x..x.x",
         SNARE: "....X.oo....X.oo", CHINA: "X..............."},
    ),
    "epic compound": (
        {KICK: "X.....x.....", TOM_FLOOR: "...o.o...o.o"},
        {KICK: "X..x..X..x..", TOM_FLOOR: "x.ox.ox.ox.o", SNARE: "......x....."},
        {KICK: "X..x..X..x..", TOM_FLOOR: "xoxxoxxoxxox", SNARE: "...X.o...Xoo",
         CHINA: "X..........."},
    ),
    "heartbeat": (
        {KICK: "x..o............"},
        {KICK: "x..o....x..o....", CLAVES: "....o.......o..."},
        {KICK: "X..x....X..x....", CLAVES: "..o.o.o...o.o.o.", TOM_FLOOR: "......x.......xx",
         CLOSED: "x.o.x.o.x.o.x.o."},
    ),
    "clock": (
        {STICK: "o...o...o...o..."},
        {STICK: "o.o.x.o.o.o.x.o.", KICK: "x.....x.........", SHAKER: "o.o.o.o.o.o.o.o."},
        {STICK: "x.o.x.o.x.o.x.o.", KICK: "X..x..X...x.....", SHAKER: "xoxoxoxoxoxoxoxo",
         SNARE: "............X...", TOM_FLOOR: "......x...x..x.x"},
    ),
    "comic": (
        {BLOCK_HIGH: "x...o...x...o..."},
        {BLOCK_HIGH: "x...x.x.x...x.x.", BLOCK_LOW: "..x.......x...x.", KICK: "x.......x.......",
         SNARE: "....o.......o..."},
        {KICK: "X.......X.......", SNARE: "....X.oo....X.oo", BLOCK_HIGH: "x.x.x.x.x.x.x.xx",
         COWBELL: "......x.......x.", SPLASH: "x..............."},
    ),
    "hand drums": (
        {CONGA_OPEN: "x.....x.....x...", SHAKER: "o.o.o.o.o.o.o.o."},
        {CONGA_OPEN: "x..x..x...x.x...", CONGA_LOW: "......o...x...x.",
         BONGO_HIGH: "..o...o.o...o.oo",
         SHAKER: "x.o.x.o.x.o.x.o."},
        {CONGA_OPEN: "X..x..x.X.x.x..x", CONGA_LOW: "..x...x...x...xx", KICK: "X.......X.......",
         BONGO_HIGH: "..xo..xo..xo..xo", BONGO_LOW: "....o.......o...", SHAKER: "xoxoxoxoxoxoxoxo"},
    ),
    "darbuka": (
        {CONGA_LOW: "X.......x.......", BONGO_HIGH: "..o...o...o.o...",
         TAMBOURINE: "....o.......o..."},
        {CONGA_LOW: "X...x...X.......", BONGO_HIGH: "..x..ox...x.x.oo",
         TAMBOURINE: "..o...o...o...o."},
        {CONGA_LOW: "X..x....X..x....", BONGO_HIGH: "..xo.xxo..xox.xx", KICK: "X.......X.......",
         TAMBOURINE: "x.o.x.o.x.o.x.o.", CLAP: "....x.......x..."},
    ),
    "jig": (
        {TAMBOURINE: "x..o..x..o.."},
        {KICK: "x.....x.....", TAMBOURINE: "x.ox.ox.ox.o", CLAP: "...x.....x.."},
        {KICK: "X..o..X..o.o", TAMBOURINE: "xoxxoxxoxxox", CLAP: "...X.....X..",
         TOM_LOW: ".....x.....x"},
    ),
    "reel": (
        {TAMBOURINE: "x...x...x...x..."},
        {KICK: "x.......x.......", TAMBOURINE: "x.o.x.o.x.o.x.o.", CLAP: "....o.......o..."},
        {KICK: "X.....x.X.....x.", TAMBOURINE: "xoxoxoxoxoxoxoxo", CLAP: "....X.......X...",
         TOM_LOW: "..x...x...x...x."},
    ),
    "waltz": (
        {TRIANGLE: "x...........", SHAKER: "....o...o..."},
        {KICK: "x...........", STICK: "....x...x...", SHAKER: "o.o.x.o.x.o."},
        {KICK: "X...........", SNARE: "....x...x.o.", TAMBOURINE: "x.o.x.o.x.o."},
    ),
    "sleigh": (
        {JINGLE: "x...o...x...o..."},
        {JINGLE: "x.o.x.o.x.o.x.o.", TRIANGLE: "x..............."},
        {JINGLE: "x.x.x.x.x.x.x.x.", TAMBOURINE: "..o...o...o...o.", SNARE: "....o.oo....o.oo",
         KICK: "x.......x......."},
    ),
    "trot": (
        {BLOCK_HIGH: "x..o....x..o....", BLOCK_LOW: "....x.......x..."},
        {BLOCK_HIGH: "x..ox...x..ox...", CASTANETS: "....o.oo....o.oo", KICK: "x.......x......."},
        {KICK: "X..xX..xX..xX..x", SNARE: "..x...x...x...xx", CASTANETS: "x.oox.oox.oox.oo",
         TAMBOURINE: "....X.......X..."},
    ),
    "chip": (
        {KICK: "x.......x.......", CLOSED: "..x...x...x...x."},
        {KICK: "X.....x.X.......", SNARE: "....X.......X...", CLOSED: "x.x.x.x.x.x.x.x."},
        {KICK: "X..x..x.X..x..x.", SNARE: "....X.......X.xx", CLOSED: "xxxoxxxoxxxoxxxo",
         OPEN: "..............x."},
    ),
}  # fmt: skip
