"""Every word that people read on the page."""

from mrcmv.types import Keep

TITLE = "MRCMV"
TAB = "Audition"
TAGLINE = "Drop a game clip. Its voice-over is found, and five tracks are laid under it to compare."

DROP = {
    "label": "Your game clip",
    "drop": "Drop a game clip here",
    "or": "or choose a file",
    "formats": "mp4, mov, mkv, webm or avi, up to {minutes} minutes and {megabytes} MB",
    "samples": "No clip at hand? Try one of these",
    "sample": "Use the sample clip {name}",
    "uploading": "Uploading {name}",
    "waiting": "Waiting for a free place",
    "large": "{name} is over {megabytes} MB. Cut it or export it smaller, then drop it again.",
    "refused": "{name} did not arrive ({status}). Check the connection and drop it again.",
    "busy": "Too many people are searching right now. Wait a moment and try again.",
    "again": "Another clip",
    "unplayable": "Browsers can't play this picture as it is. The search comes first, then a copy.",
}

PLAYER = {
    "video": "The clip's picture",
    "sources": "What you hear",
    "play": "Play",
    "pause": "Pause",
    "space": "space",
    "mute": "Mute",
    "unmute": "Unmute",
    "full": "Full screen",
}
ORIGINAL = "Original"
VOICE = "Voice"
ORIGINAL_HINT = "The clip's own sound (O)"
VOICE_HINT = "The voice-over alone (V)"
MATCH_HINT = "Match {rank}: {title} ({rank})"
NO_SOUND_HINT = "The clip has no sound"
NO_VOICE_HINT = "Nobody speaks in this clip"

LANES = {
    "seek": "Time line: arrows move, click to jump",
    "picture": "Picture",
    "music": "Music",
    "noMusic": "Choose a match to see how it ducks",
    "window": "The 32 seconds that were compared",
}
LANE_NAMES = {
    "voice": "Voice",
    "rest": "Effects",
    "music": "Old music",
    "effects": "Effects",
    "original": "Sound",
}
LANE_WAITING = "Listening …"
LANE_NO_VOICE = "Nobody speaks"
LANE_NO_SOUND = "No sound"
FROM = "from {clock}"

STEPS = {
    "open": "Opening the clip",
    "look": "Looking at the picture",
    "listen": "Listening for a voice",
    "compare": "Comparing with {tracks}",
    "picture": "Making the picture playable in browsers",
}

ONE_TRACK = "1 track"
TRACKS = "{n} tracks"
THE_CATALOG = "the catalog"
MEASURING = "Measuring tracks that are new"

MATCHES = {
    "title": "Matches",
    "one": "1 match",
    "titles": "{n} matches",
    "searching": "Finding music",
    "listen": "Listen to {title} alone",
    "stop": "Stop {title}",
    "choose": "Play the clip with {title}",
    "from": "from {clock}",
    "fit": "Fit {percent} of 100",
    "mixing": "Mixing",
    "download": "Download mp4",
    "downloadFirst": "Choose a match to download its mix",
    "slow": "No answer from the server. Choose the match again.",
    "unreachable": "{title} could not be played. Check the connection and try again.",
    "facts": "{lufs} LUFS, true peak {peak} dB",
    "copied": "picture unchanged",
    "recoded": "picture re-encoded",
}

PREFERENCE = {
    "none": "None of these",
    "use": "I would use {title}",
    "sending": "Storing",
    "methods": "They were found by: {methods}",
    "lost": "No answer from the server. Choose again.",
}
PREFERENCE_STORED = "Stored as no. {number} ({hash}). You may choose another."
PREFERENCE_GONE = "These matches are no longer the ones on the server. Press Find music again."
PREFERENCE_FAILED = "Your choice could not be stored. Try again in a moment."

SINGING = "singing"
SONG_SUNG = "Song · singing {percent} %"
SONG_WHOLE = "Song · heard whole"

NO_SOUND_NOTE = (
    "This clip has no sound, so the music was chosen by the picture alone. "
    "You can add a voice-over under More."
)
NO_VOICE_NOTE = (
    "Nobody was heard to speak, so the music was chosen by the picture alone. "
    "If somebody does, try another separation under More, or add your own voice file."
)
UNEXPECTED = (
    "Something went wrong on our side, and the log says what. Try again; if it happens again "
    "with this clip, please report it."
)
GONE = "This clip is no longer on the server. Drop it again."
NOT_UPLOADED = "That file was not uploaded here. Drop the clip on the page and try again."
NO_SAMPLE = "There is no such sample clip. Choose one of those shown."
NOT_A_MATCH = "That track is not among the matches. Press Find music and choose again."
NOT_A_TRACK = "There is no track {track_id} in the catalog. /find names the tracks that match."
OUT_OF_RANGE = "{name} must be between {low:g} and {high:g}."
NOT_A_PORT = "PORT={value} is not a port. Set a number from 1 to 65535, or unset it for {default}."
PORT_TAKEN = "Port {port} is in use or cannot be opened. Try PORT={other} make run."
NOT_A_CHOICE = "{value} is not a choice for {name}. Choose one of: {choices}."

CONTROLS = {
    "title": "Mix",
    "music_lu": "Level, LU",
    "duck_db": "Duck, dB",
    "target": "Loudness",
    "more": "More",
    "method": "How music is chosen",
    "tags": "Tags",
    "offset": "Compare from second",
    "backend": "How the voice is found",
    "voice_file": "Your own voice track",
    "keep": "Keep of the clip's sound",
    "fade_in": "Fade in, s",
    "fade_out": "Fade out, s",
    "find": "Find music",
    "sheet": "Settings",
}
TARGETS = {
    "−14 LUFS, web video": -14.0,
    "−16 LUFS, podcast": -16.0,
    "−23 LUFS, broadcast": -23.0,
    "as it falls": None,
}
KEEPS: dict[str, Keep] = {
    "All of it": "all",
    "All but its music": "no-music",
    "Only the voice": "voice",
}
BACKEND_NAMES = {
    "compact": "Compact",
    "voice-activity": "Voice activity",
    "hdemucs": "Hybrid Demucs",
    "spleeter": "Spleeter",
    "none": "No voice-over",
}
NOT_INSTALLED = "{name}: not installed here ({how})"
METHOD_NAMES = {
    "mrcmv": "MRCMV",
    "cmmr": "After CMMR",
    "cbvmr": "After CBVMR",
    "descriptors": "By mood and pace",
    "tags": "At random among tags",
    "random": "At random",
}

BLIND = "Blind: the best match of {n} methods, whose it is told when you have chosen"

WHY_TAB = "Why"
WHY = {
    "nothing": "Drop a clip in Audition first. Then you see here what tipped each match, the "
    "voice or the picture, and which seconds of the clip tie it to the music.",
    "go": "Go to Audition",
    "searching": "Finding music. The figures come with the matches.",
    "none": "There are no matches to look into.",
    "looking": "Looking into the matches",
    "matches": "Matches",
    "picked": "Chosen on the map",
    "seek": "Click on a moment to go there",
    "choose": "Click on a track to choose it",
    "head": "Head",
    "mean": "Mean of heads",
    "oneHead": "Head {n}",
    "by": "Colour",
    "save": "Save {title} as {kind}",
    "numbers": "All numbers, for papers",
    "numbersAs": "Save all numbers as {kind}",
    "slow": "No answer from the server. Close this tab and open it again.",
    "offline": "The figures could not be loaded. Check the connection and open this tab again.",
}
WHY_SECTIONS = {
    "inside": "Where the network looked",
    "map": "The catalog around your clip",
}
WHY_COLOURS = {"energy": "Energy", "tempo": "Tempo", "tag": "Tag"}
WHY_FIGURES = {
    "gate": "Voice and picture over time",
    "contributions": "How far each match falls",
    "ties": "Seconds that tie it to the clip",
    "picture_to_picture": "The picture looks at itself",
    "voice_to_voice": "The voice looks at itself",
    "picture_to_voice": "The picture looks at the voice",
    "voice_to_picture": "The voice looks at the picture",
    "music": "The music looks at itself",
    "rollout": "Where attention rests",
    "profile": "The gate, dimension by dimension",
    "map": "Each dot is a stretch of a track",
}
WHY_PLAIN = (
    "“{method}” has neither attention nor a gate, so there is nothing to look into. Choose MRCMV "
    "under More in Audition to see what decided."
)
WHY_NO_PLACE = "Your clip has no place on it, as tracks are drawn and not measured against it."
WHY_BLIND = (
    "This is a blind comparison: whose a match is and why it was found would tell each other. "
    "Choose one method under More in Audition to look into its matches."
)
WHY_SONG = (
    "This song was compared without its singing. To look inside it, the singing would have to be "
    "taken out again, so that figure is not here."
)
WHY_NO_FIGURE = "There is no such figure of this clip. Open the tab Why again."

THEME_TOGGLE = "Switch between dark and light"
HELP = "Help"
HELP_TITLE = "Keys"
KEYS = (
    ("space", "play and pause"),
    ("← →", "5 s back and on; with Shift 1 s"),
    ("O", "the clip's own sound"),
    ("V", "the voice alone"),
    ("1 – 5", "the clip with a match"),
)
HELP_FIT = (
    "Fit is the share of the catalog's other tracks that lie farther from the clip. "
    "The music starts at the stretch that matched and goes down under the words."
)
HELP_SONG = (
    "A song is compared without its singing and mixed with it. Heard whole means that nothing "
    "here could take the singing out, so it was compared with it."
)
HELP_API = "For programs: /separate, /find and /mix"
CLOSE = "Close"
