"""What the commentators of the sample clips say: one book of lines for each mood."""

from collections.abc import Mapping, Sequence

import numpy as np

NAMES = {
    "Zombieman": "zombie",
    "ShotgunGuy": "shotgunner",
    "ChaingunGuy": "gunner",
    "DoomImp": "serpent",
    "Demon": "flesh worm",
    "Spectre": "shadow worm",
    "LostSoul": "dead flare",
    "Cacodemon": "trilobite",
    "HellKnight": "pain bringer",
    "BaronOfHell": "pain lord",
    "Arachnotron": "spider",
    "Revenant": "dark soldier",
    "HealthBonus": "health vial",
    "ArmorBonus": "piece of armour",
    "GreenArmor": "light armour",
    "BlueArmor": "heavy armour",
    "Stimpack": "stim pack",
    "Medikit": "med kit",
    "Clip": "few rounds",
    "ClipBox": "box of rounds",
    "Shell": "handful of shells",
    "ShellBox": "box of shells",
    "RocketAmmo": "rocket",
    "RocketBox": "box of rockets",
    "RocketLauncher": "missile launcher",
    "Shotgun": "shotgun",
    "Chaingun": "chain gun",
    "SuperShotgun": "double barrelled shotgun",
    "Backpack": "backpack",
}
"""What a player calls the things that the engine names."""

UNNAMED = "strange thing"
"""What has no name, where every line asks for one."""

Book = Mapping[str, Sequence[str]]
"""Kind of moment → lines; `{what}` stands for the thing. `quiet` and `busy` fill silences."""


class Reader:
    """Reads lines out of a book, none twice while others of its kind are left."""

    def __init__(self, book: Book, rng: np.random.Generator) -> None:
        self._book = book
        self._rng = rng
        self._left: dict[str, list[str]] = {}
        self._last: dict[str, str] = {}

    def line(self, kind: str, what: str) -> str:
        """A line of a kind about a thing (the game's name for it, or "")."""
        name = NAMES.get(what, "")
        fitting = [line for line in self._book[kind] if name or "{what}" not in line]
        if not fitting:
            name, fitting = UNNAMED, list(self._book[kind])
        unsaid = [line for line in fitting if line in self._left.get(kind, fitting)]
        if not unsaid:
            unsaid = [line for line in fitting if line != self._last[kind]] or fitting
            self._left[kind] = list(self._book[kind])
        line = str(self._rng.choice(unsaid))
        left = self._left.get(kind, list(self._book[kind]))
        self._left[kind] = [other for other in left if other != line]
        self._last[kind] = line
        return line.format(what=name)


CALM: Book = {
    "open": [
        "Right. We are back in the old facility, and tonight we take it slowly.",
        "Hello again. Nobody about, so let us just have a quiet look around.",
    ],
    "quiet": [
        "I like how still it is in here. You can almost hear the lights hum.",
        "Notice the ceiling. Somebody built all of this by hand.",
        "There is no hurry. The doors will wait for us.",
        "This corridor bends to the left, if I remember it right.",
        "It is a strange place to feel at home in, but I do.",
        "Let us turn around for a moment, and see where we came from.",
        "Down there it gets darker. We will go that way in a minute.",
        "Look at those walls. Years of rust, and they still stand.",
    ],
    "find": [
        "Ah. A {what}. I will take that, thank you.",
        "And there is a {what}, just lying here.",
        "Another {what}. It all adds up.",
    ],
    "spotted": ["Something moves over there. We will leave it in peace."],
}
"""A walk: low and slow."""

TENSE: Book = {
    "open": [
        "Okay. Shotgun is loaded. I have a bad feeling about this corridor.",
        "Here we go. They know that we are coming.",
    ],
    "quiet": [
        "Quiet now. Too quiet. Keep an eye on that corner.",
        "Where did the rest of them go?",
        "Slowly. One step, then look.",
        "I can hear them, but I can't see them yet.",
        "Next room. Stay close to the wall.",
    ],
    "busy": [
        "Keep moving, keep moving.",
        "More of them behind that pillar.",
        "Careful, reload, and again.",
    ],
    "spotted": [
        "There. A {what}, straight ahead.",
        "Contact! That is a {what}.",
        "Wait. I see a {what}.",
    ],
    "fight": ["All right, that is a fight, then.", "Taking the shot."],
    "kill": [
        "Got him. One less.",
        "Down he goes.",
        "And that {what} is done.",
        "Hit. Next one.",
        "There. Stay down.",
        "One more on the floor.",
        "That {what} was closer than I thought.",
    ],
    "hurt": ["Ouch. That one hurt.", "I'm hit, I'm hit. Back up."],
    "low": ["My health is getting low. I need a med kit, soon."],
    "find": ["A {what}. Good, I needed that.", "Picking up a {what}."],
    "win": ["Clear. I think that was all of them.", "Okay. Breathe. The room is ours."],
}
"""A corridor fight that builds up."""

WILD: Book = {
    "open": ["Let's go! Chain gun out, straight in, no plan!"],
    "quiet": ["Where are you? Come on out!", "Next! Who is next?", "Faster, faster, don't stop!"],
    "busy": [
        "Oh yes! Look at that!",
        "They are everywhere! Everywhere!",
        "Spin it up! Don't let go of that trigger!",
        "Left! Left! And right again!",
        "Come on, come on, come on!",
        "This is madness, and I love it!",
    ],
    "spotted": ["There's a {what}! Get it!", "Ha! A {what}! Come here!"],
    "fight": ["Open fire!", "Here it comes!"],
    "kill": [
        "Boom! Gone!",
        "Yes! Another one down!",
        "That {what} never saw it coming!",
        "Out of my way!",
        "And down! What a shot!",
        "Down goes the {what}!",
        "Two, three, I lost count!",
        "Did you see that? Did you see that?",
        "Too slow, {what}! Too slow!",
    ],
    "hurt": ["Ow! Is that all you've got?", "I'm taking fire! Don't care!"],
    "low": ["Almost dead! Almost dead! Keep shooting!"],
    "find": ["A {what}! Give me that!"],
    "win": ["That's the whole room! Unbelievable!"],
}
"""A rampage: fast, high and loud."""
