"""The endpoints for programs: /separate, /find and /mix, with the verbs of the command line."""

import inspect
from pathlib import Path
from typing import Any

from mrcmv.answer import as_json
from mrcmv.errors import MrcmvError
from mrcmv.methods import NAMES
from mrcmv.services import FindOptions, Services
from mrcmv.types import MixOptions
from mrcmv.ui import text
from mrcmv.ui.audition import HEAVY
from mrcmv.ui.audition_mix import DUCK_DB, LEVEL_LU, catalog_track, named
from mrcmv.ui.uploads import choice, number, uploaded

TARGETS_LUFS = {"-14": -14.0, "-16": -16.0, "-23": -23.0, "off": None}
MOST_MATCHES = 100


def find(
    services: Services, uploads: Path, clip: Any, method: Any, top: Any, offset_s: Any
) -> dict[str, Any]:
    """What `mrcmv find --json` prints, without the server's folders."""
    longest_s = services.settings.max_duration_s
    options = FindOptions(
        method=choice(method or services.default_method, "method", NAMES),
        top=round(number(top, "top", 1, MOST_MATCHES)),
        offset_s=number(offset_s, "offset_s", 0.0, longest_s),
    )
    answer = as_json(services.find(uploaded(clip, uploads), options))
    answer["clip"] = Path(answer["clip"]).name
    for match in answer["matches"]:
        match["file"] = Path(match["file"]).name
    return answer


def separate(services: Services, uploads: Path, clip: Any, backend: Any) -> list[str]:
    """The stems as wav files: `voice.wav` where somebody speaks, and what else there is."""
    names = [known.name for known in services.known_backends]
    backend = choice(backend or services.settings.separation, "backend", names)
    stems = services.take_apart(uploaded(clip, uploads), backend=backend)
    return [
        str(named(services.sound_file(sound, ".wav"), f"{name}.wav"))
        for name, sound in stems.items()
    ]


def mix(
    services: Services,
    uploads: Path,
    clip: Any,
    track_id: Any,
    start_s: Any,
    music_lu: Any,
    duck_db: Any,
    target: Any,
) -> str:
    """The clip with a track of the catalog under it, as an mp4."""
    options = MixOptions(
        music_lu=number(music_lu, "music_lu", *LEVEL_LU),
        duck_db=number(duck_db, "duck_db", *DUCK_DB),
        target_lufs=TARGETS_LUFS[choice(str(target), "target", TARGETS_LUFS)],
    )
    track = catalog_track(services, str(track_id))
    start_s = number(start_s, "start_s", 0.0, max(track.duration_s, 0.0))
    probed = services.open(uploaded(clip, uploads))
    decoded = services.decode(probed)
    stems = services.separate(probed, decoded.sound)
    return str(services.mix(probed, stems, decoded.sound, track, start_s, options).video)


def build(services: Services, uploads: Path) -> None:
    """Offer the endpoints. Call it inside a `gr.Blocks`; nothing of it is seen on the page."""
    import gradio as gr

    def said(work: Any) -> Any:
        """The work, with its errors told to the client in their own words."""

        def endpoint(*values: Any) -> Any:
            try:
                return work(services, uploads, *values)
            except MrcmvError as error:
                raise gr.Error(str(error), print_exception=False) from None

        # Gradio names an endpoint's parameters by the signature: those of the work, for clients.
        values = list(inspect.signature(work).parameters.values())[2:]
        vars(endpoint)["__signature__"] = inspect.Signature(values)
        return endpoint

    with gr.Column(visible=False):
        clip = gr.File(label="clip")
        method = gr.Textbox(services.default_method, label="method")
        top, offset_s = gr.Number(5, label="top"), gr.Number(0, label="offset_s")
        backend = gr.Textbox(services.settings.separation, label="backend")
        track_id, start_s = gr.Textbox(label="track_id"), gr.Number(0, label="start_s")
        music_lu = gr.Number(MixOptions().music_lu, label="music_lu")
        duck_db = gr.Number(MixOptions().duck_db, label="duck_db")
        target = gr.Textbox("-14", label="target")
        answer = gr.JSON(label="answer")
        stems, video = gr.File(label="stems", file_count="multiple"), gr.File(label="mix")
        go = gr.Button(text.CONTROLS["find"])
    limits: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": HEAVY}
    go.click(said(find), [clip, method, top, offset_s], answer, api_name="find", **limits)
    go.click(said(separate), [clip, backend], stems, api_name="separate", **limits)
    mix_inputs = [clip, track_id, start_s, music_lu, duck_db, target]
    go.click(said(mix), mix_inputs, video, api_name="mix", **limits)
