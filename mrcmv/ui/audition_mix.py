"""A match → the clip with it, or the track alone."""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mrcmv.answer import mix_name
from mrcmv.errors import MediaError, MixError, MrcmvError
from mrcmv.services import Services
from mrcmv.types import Clip, Mix, MixOptions, Track
from mrcmv.ui import lanes, text
from mrcmv.ui.audition_find import Session
from mrcmv.ui.uploads import choice, number

log = logging.getLogger(__name__)

DEFAULTS = MixOptions()
LEVEL_LU = (-24.0, 6.0)
DUCK_DB = (0.0, 24.0)
FADE_S = (0.0, 10.0)
"""Least and most that the controls and the endpoints take."""
TARGET = next(name for name, lufs in text.TARGETS.items() if lufs == DEFAULTS.target_lufs)
KEEP = next(name for name, keep in text.KEEPS.items() if keep == DEFAULTS.keep)


@dataclass(frozen=True)
class Levels:
    """What the mix controls say, as they arrive: nothing here is trusted."""

    music_lu: Any = DEFAULTS.music_lu
    duck_db: Any = DEFAULTS.duck_db
    target: Any = TARGET
    keep: Any = KEEP
    fade_in_s: Any = DEFAULTS.fade_in_s
    fade_out_s: Any = DEFAULTS.fade_out_s


def mix_options(levels: Levels) -> MixOptions:
    """The mix controls' values, checked.

    Raises:
        SettingsError: a value that no control offers.
    """
    words = text.CONTROLS
    target = choice(levels.target, words["target"], text.TARGETS)
    keep = choice(levels.keep, words["keep"], text.KEEPS)
    return MixOptions(
        music_lu=number(levels.music_lu, words["music_lu"], *LEVEL_LU),
        duck_db=number(levels.duck_db, words["duck_db"], *DUCK_DB),
        target_lufs=text.TARGETS[target],
        keep=text.KEEPS[keep],
        fade_in_s=number(levels.fade_in_s, words["fade_in"], *FADE_S),
        fade_out_s=number(levels.fade_out_s, words["fade_out"], *FADE_S),
    )


def matched(services: Services, session: Session, track_id: Any) -> tuple[Clip, Track, float]:
    """The session's clip, one of its matches, and where that starts.

    Raises:
        MixError: the track is not among the session's matches.
        MediaError: the clip is gone.
    """
    starts = dict(session.starts)
    if session.clip is None or not isinstance(track_id, str) or track_id not in starts:
        raise MixError(text.NOT_A_MATCH)
    if not session.clip.path.is_file():
        raise MediaError(text.GONE)
    return session.clip, catalog_track(services, track_id), starts[track_id]


def catalog_track(services: Services, track_id: str) -> Track:
    """A track of the catalog by its id. Never a path: the page may not name files.

    Raises:
        MixError: the catalog has no such track.
    """
    for track in services.catalog.tracks:
        if track.track_id == track_id:
            return track
    raise MixError(text.NOT_A_TRACK.format(track_id=track_id[:40]))


def mix(
    services: Services, session: Session, asked: dict[str, Any], levels: Levels
) -> dict[str, Any]:
    """Mix one match under the clip. `asked` names the track and the request (`n`)."""
    reply = {"n": asked.get("n"), "run": session.run, "track_id": asked.get("track_id")}
    try:
        clip, track, start_s = matched(services, session, asked.get("track_id"))
        options = mix_options(levels)
        made = _mix(services, session, clip, track, start_s, options)
        return {**reply, **_shown(clip, track, made)}
    except MrcmvError as error:
        return {**reply, "error": str(error)}
    except Exception:  # the page must say something, and the log says what
        log.exception("a mix failed")
        return {**reply, "error": text.UNEXPECTED}


def listen(services: Services, session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """One match alone, from the stretch that matched."""
    reply = {"n": asked.get("n"), "run": session.run, "track_id": asked.get("track_id")}
    try:
        _, track, start_s = matched(services, session, asked.get("track_id"))
        return {**reply, "sound": str(services.listen_file(track, start_s))}
    except MrcmvError as error:
        return {**reply, "error": str(error)}
    except Exception:  # the page must say something, and the log says what
        log.exception("a track could not be played")
        return {**reply, "error": text.UNEXPECTED}


def _mix(
    services: Services,
    session: Session,
    clip: Clip,
    track: Track,
    start_s: float,
    options: MixOptions,
) -> Mix:
    decoded, stems = services.take_in(clip, session.options)
    return services.mix(clip, stems, decoded.sound, track, start_s, options)


def _shown(clip: Clip, track: Track, made: Mix) -> dict[str, Any]:
    facts = text.MATCHES["facts"].format(
        lufs=_signed(made.loudness_lufs), peak=_signed(made.true_peak_dbtp)
    )
    picture = text.MATCHES["copied" if made.picture_copied else "recoded"]
    return {
        "sound": str(made.sound),
        "video": str(named(made.video, mix_name(clip, track))),
        "facts": f"{facts}, {picture}",
        "note": made.note,
        "lane": lanes.music(made, track.title, clip.duration_s),
    }


def named(video: Path, name: str) -> Path:
    """The same file under a name for people, in a folder of its own beside it.

    A browser takes the name that the server gives over the one that a link asks for.
    """
    link = video.with_suffix("") / name
    if not link.exists():
        link.parent.mkdir(exist_ok=True)
        try:
            link.hardlink_to(video)
        except OSError:  # a file system without links
            shutil.copyfile(video, link)
    return link


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")
