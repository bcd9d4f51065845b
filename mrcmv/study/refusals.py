"""Why a rater's step is refused: a code for programs, a sentence for people."""

from mrcmv.errors import VoteRefused

REASONS = {
    "forged": "This vote carries no token that was given for this trial. Load the page again.",
    "expired": "This trial was open for too long and went to someone else. Load the page again.",
    "replayed": "This trial has been voted on already. Load the page again for the next one.",
    "key-reused": "This vote's key was used for another vote. Load the page again.",
    "bad-key": "A vote needs a key of 8 to 64 letters, digits, dashes or underscores.",
    "out-of-turn": "This step is not the session's next one. Load the page again.",
    "not-watched": "Please watch the clip with each of the soundtracks first.",
    "bad-answer": "This answer is none that the question allows.",
    "too-long": "This text is too long: 2,000 letters at most.",
    "bad-event": "This player's report makes no sense.",
    "unknown-code": "No session has this receipt code. Check its letters, or begin anew.",
    "no-consent": "The consent that was agreed to is not this study's. Load the page again.",
    "no-such-language": "The study is not in this language.",
    "already-took-part": "You have begun this study before. Go on with your receipt code.",
    "closed": "The study is over. Thank you for your interest.",
    "full": "All places are taken at the moment. One may be free again in some minutes.",
    "sound-not-heard": "That is not how many tones there were. Raise the volume and try again.",
    "no-correction": "This vote can no longer be changed.",
    "unanswered": "Please answer the questions that need an answer.",
}
"""Reason code → what the rater reads."""


def refuse(reason: str, sentence: str = "") -> VoteRefused:
    """The refusal to raise; `sentence` where more can be said than the table has."""
    return VoteRefused(reason, sentence or REASONS[reason])
