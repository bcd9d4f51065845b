"""The composition root: builds the rooms from settings once, and is all that the faces receive."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mrcmv import catalog as catalogs
from mrcmv import find as finding
from mrcmv import indexing, inputs, media, methods, mixing, separation
from mrcmv.cache import Cache, Memory, digest
from mrcmv.errors import CatalogError, MrcmvError, SeparationError, SettingsError
from mrcmv.indexing import IndexReport
from mrcmv.methods.descriptors import window_vectors
from mrcmv.progress import Hook, silent
from mrcmv.settings import Settings
from mrcmv.types import WINDOW_S, Clip, Decoded, Found, Match, Mix, MixOptions, Sound, Stems, Track

if TYPE_CHECKING:
    from mrcmv.explaining import Explained

SOUND_VERSION = "sound-1"
"""Part of every cached sound's name: raise it when they would be written differently."""
REMEMBERED_BYTES = 400_000_000
"""How much of decoded clips, and as much again of stems, is kept in memory: some ten short clips,
or one of ten minutes (the newest is kept whatever its size)."""


@dataclass(frozen=True)
class FindOptions:
    """What may be chosen for a find. None means the setting's default."""

    method: str | None = None
    backend: str | None = None
    voice_file: Path | None = None
    offset_s: float = 0.0
    top: int = 5
    tags: tuple[str, ...] = ()
    seed: int = 0


class Services:
    """The verbs find, mix and separate over one catalog, one cache and one set of settings."""

    def __init__(self, settings: Settings) -> None:
        methods.check(settings)
        if settings.separation not in separation.BACKENDS:
            names = ", ".join(separation.BACKENDS)
            raise SettingsError(
                f"MRCMV_SEPARATION={settings.separation} is unknown. Choose one of: {names}."
            )
        self.settings = settings
        self.cache = Cache(settings.cache, settings.cache_mb)
        self.catalog = catalogs.Catalog(
            settings.catalog, settings.starter, begins_with_starter=settings.catalog_dir is None
        )
        self._decoded: Memory[Decoded] = Memory(REMEMBERED_BYTES)
        self._stems: Memory[Stems] = Memory(REMEMBERED_BYTES)

    def open(self, path: Path) -> Clip:
        """Probe a clip. Raises MediaError when it cannot be used."""
        return media.probe(path, self.settings)

    def decode(self, clip: Clip, offset_s: float = 0.0, hook: Hook = silent) -> Decoded:
        """Decode a clip once; the window starts at `offset_s`."""
        window = inputs.clip_window(clip.duration_s, offset_s)
        key = (clip.content_hash, window)

        def decode() -> Decoded:
            times_s = inputs.frame_times_s(window, clip.duration_s)
            return media.read_clip(clip, window, times_s, hook=hook)

        # The same content may come again under another path, the first one being gone by then.
        return replace(self._decoded.get(key, decode), clip=clip)

    def separate(
        self,
        clip: Clip,
        sound: Sound | None,
        *,
        backend: str | None = None,
        voice_file: Path | None = None,
        hook: Hook = silent,
    ) -> Stems:
        """Take the clip's sound apart with the chosen backend."""
        name = backend or self.settings.separation
        voice_hash = media.content_hash(voice_file) if voice_file else None
        key = (clip.content_hash, name, voice_hash)

        def separate() -> Stems:
            own, length_s = self.settings, clip.duration_s
            return separation.separate(
                sound, name, settings=own, voice_file=voice_file, duration_s=length_s, hook=hook
            )

        return self._stems.get(key, separate)

    def find(self, path: Path, options: FindOptions | None = None, hook: Hook = silent) -> Found:
        """Clip → matches. Raises MediaError, SeparationError, WeightsError or CatalogError."""
        options = options or FindOptions()
        method = methods.get(options.method or self.default_method, self.settings)
        separation.backend_of(options.backend or self.settings.separation)
        clip = self.open(path)
        if options.voice_file:
            media.content_hash(options.voice_file)
        decoded, stems = self.take_in(clip, options, hook)
        self.index(method, hook)
        found = finding.find(
            decoded,
            stems,
            self.catalog,
            method,
            top=options.top, tags=options.tags, seed=options.seed, hook=hook,
        )  # fmt: skip
        return replace(found, notes=(*found.notes, *self._left_out()))

    def take_in(
        self, clip: Clip, options: FindOptions, hook: Hook = silent
    ) -> tuple[Decoded, Stems]:
        """A clip decoded and taken apart, as a find with these options has it."""
        decoded = self.decode(clip, options.offset_s, hook)
        backend, voice = options.backend, options.voice_file
        return decoded, self.separate(
            clip, decoded.sound, backend=backend, voice_file=voice, hook=hook
        )

    def explain(self, clip: Clip, options: FindOptions, track_ids: Sequence[str]) -> "Explained":
        """Why a find with these options brings these tracks (`explaining.explain`)."""
        from mrcmv import explaining

        method = methods.get(options.method or self.default_method, self.settings)
        decoded, stems = self.take_in(clip, options)
        query = finding.query_of(decoded, stems, options.tags, options.seed)
        return explaining.explain(query, self.catalog, method, track_ids)

    def index(self, method: methods.Method | None = None, hook: Hook = silent) -> IndexReport:
        """Bring the index up to date for a method, the usual one where none is named.

        Raises:
            CatalogError: the catalog cannot be read or written.
            WeightsError: the method's weights cannot be used.
        """
        method = method or methods.get(self.default_method, self.settings)
        trained = method if isinstance(method, methods.Trained) else None
        return indexing.index(self.catalog, self.settings, trained, hook=hook)

    def _left_out(self) -> tuple[str, ...]:
        """A sentence on the tracks that no find can rank, where there are any."""
        n_left_out = len(self.catalog.check())
        if n_left_out == 0:
            return ()
        what = "One track" if n_left_out == 1 else f"{n_left_out} tracks"
        return (f"{what} of the catalog cannot be used: `mrcmv catalog check` says why.",)

    def take_apart(
        self, path: Path, *, backend: str | None = None, hook: Hook = silent
    ) -> dict[str, Sound]:
        """A clip's stems by name, with what is worth knowing told as a step.

        Raises:
            MediaError: the clip cannot be used.
            SeparationError: it has no sound, or the backend cannot be used.
        """
        separation.backend_of(backend or self.settings.separation)
        clip = self.open(path)
        if not clip.has_sound:
            raise SeparationError(f"{path.name} has no sound: there is nothing to take apart.")
        stems = self.separate(clip, self.decode(clip, hook=hook).sound, backend=backend, hook=hook)
        if stems.note:
            hook(stems.note)
        return stems.present

    def check_mix(
        self, clip: Clip, options: MixOptions, track: Track, start_s: float | None
    ) -> None:
        """Find out, before anything slow, whether a mix makes sense. Raises MixError if not."""
        mixing.check_options(options, clip)
        if start_s is not None:
            mixing.check_start(start_s, track)

    def mix(
        self,
        clip: Clip,
        stems: Stems,
        sound: Sound | None,
        track: Track,
        start_s: float,
        options: MixOptions | None = None,
        hook: Hook = silent,
    ) -> Mix:
        """Lay a track under the whole clip; the same inputs and options give the same file."""
        return mixing.mix(
            clip, sound, stems, track, start_s, options or MixOptions(), cache=self.cache, hook=hook
        )

    def mix_found(
        self, found: Found, match: Match, options: MixOptions | None = None, hook: Hook = silent
    ) -> Mix:
        """Lay one of a find's matches under its clip, from the window that fits best."""
        sound, start_s = found.decoded.sound, match.window.start_s
        return self.mix(found.clip, found.stems, sound, match.track, start_s, options, hook)

    def best_start(
        self, decoded: Decoded, stems: Stems, track: Track, hook: Hook = silent
    ) -> float:
        """Where a track's best window starts, in s; 0 for a track not in the catalog."""
        if track.track_id not in {known.track_id for known in self.catalog.tracks}:
            return 0.0
        name = self.default_method
        method = methods.get("descriptors" if name in methods.DRAWN else name, self.settings)
        self.index(method, hook)
        top = len(self.catalog.tracks)
        found = finding.find(
            decoded, stems, self.catalog, method, top=top, tags=(), seed=0, hook=hook
        )
        starts = [m.window.start_s for m in found.matches if m.track.track_id == track.track_id]
        return starts[0] if starts else 0.0

    def track(self, name: str | Path) -> Track:
        """A track by id or title, or any music file by path. Raises CatalogError or MediaError."""
        tracks = self.catalog.tracks
        called = [track for track in tracks if track.track_id == str(name)] or [
            track for track in tracks if track.title.casefold() == str(name).casefold()
        ]
        if len(called) == 1:
            return called[0]
        if called:
            ids = ", ".join(track.track_id for track in called)
            raise CatalogError(f"{len(called)} tracks are called {name}. Name one by id: {ids}.")
        if Path(name).is_file():
            return catalogs.read_track(Path(name))
        raise CatalogError(
            f"{name} is neither a track of the catalog nor a file. "
            "`mrcmv catalog list` shows the tracks."
        )

    def video_file(self, clip: Clip, hook: Hook = silent) -> Path:
        """The clip as a file that browsers play: itself, or a re-encoded copy from the cache."""
        if media.browser_plays(clip):
            return clip.path
        return mixing.playable(clip, cache=self.cache, hook=hook).path

    def sound_file(self, sound: Sound, suffix: str = ".m4a") -> Path:
        """A sound as a file, named by its samples: m4a for the player, wav for a download."""
        return self.cache.make(
            "sound",
            suffix,
            (SOUND_VERSION, sound.rate_hz, digest(sound)),
            lambda out: media.write_sound(sound, out),
        )

    def listen_file(self, track: Track, start_s: float) -> Path:
        """A window's length of a track from `start_s`, alone, as an m4a file for the player."""
        return self.cache.make(
            "listen",
            ".m4a",
            (SOUND_VERSION, track.content_hash, start_s),
            lambda out: media.write_sound(
                media.read_sound(track.file, start_s=start_s, duration_s=WINDOW_S), out
            ),
        )

    def warm(self) -> None:
        """Load what the first find and mix would wait for: detector, libraries, network, catalog.

        What is wrong with catalog or weights is told by the first find, not here.
        """
        from mrcmv import explaining  # and with it torch: not when this module is imported

        noise = np.random.default_rng(0).normal(0, 0.1, (2, 48000)).astype(np.float32)
        separation.find_speech(Sound(noise, 48000))
        media.true_peak_dbtp(Sound(noise, 48000))
        with suppress(MrcmvError):
            self.index()
            if windows := self.catalog.windows:
                vectors = window_vectors(windows)
                catalogs.VectorIndex(vectors).search(vectors[0], 1)
        explaining.warm()

    @property
    def known_methods(self) -> tuple[methods.Method, ...]:
        """The methods that a find may be asked for: those whose weights are there."""
        return methods.known(self.settings)

    @property
    def default_method(self) -> str:
        """The method of a find that names none."""
        return methods.default(self.settings)

    @property
    def known_backends(self) -> tuple[separation.BackendInfo, ...]:
        """The ways to find the voice-over, with what is missing for each."""
        return separation.describe(self.settings)
