"""The studies that browser tests walk through."""

from typing import Any

from mrcmv.study.design import Study

LENGTH_S = 1.5
SECRET_METHODS = ("zebrafinch", "quokkalane", "mudskipper")
SECRET_CLIPS = ("walrus-harbour.mp4", "gnu-meadow.mp4")
SECRET_TRACKS = ("Nocturne for Ocelot", "Ibis at Dawn", "Tapir Waltz")
LABELS = [
    {"en": "bad", "fa": "بد"},
    {"en": "poor", "fa": "ضعیف"},
    {"en": "fair", "fa": "متوسط"},
    {"en": "good", "fa": "خوب"},
    {"en": "excellent", "fa": "عالی"},
]
BASE: dict[str, Any] = {
    "title": {"en": "Which music fits the video?", "fa": "کدام موسیقی به ویدئو می‌آید؟"},
    "languages": ["en", "fa"],
    "introduction": {"en": "It takes a minute.", "fa": "یک دقیقه زمان می‌برد."},
    "consent": {
        "version": "1",
        "text": {
            "en": "You will watch short videos.\n\nYou may stop at any time.",
            "fa": "ویدئوهای کوتاهی می‌بینید.\n\nهر زمان می‌توانید دست بکشید.",
        },
    },
    "methods": [{"name": name, "folder": f"made/{name}"} for name in SECRET_METHODS],
    "clips": [SECRET_CLIPS[0]],
    "trials": 1,
    "votes_a_cell": 100,
    "sound_check": {"tries": 0},
}
QUESTION = {"en": "Which music would you use?", "fa": "کدام موسیقی را به کار می‌بردید؟"}


def study(name: str, **changed: Any) -> Study:
    question = {"kind": "best-of-n", "text": QUESTION, "free_text": True}
    return Study.model_validate(BASE | {"id": name, "question": question} | changed)


WHOLE = study(
    "whole",
    clips=list(SECRET_CLIPS),
    trials=2,
    sound_check={"tries": 3},
    training={"count": 1, "pass_mark": 0},
    questions=[
        {
            "id": "edits",
            "kind": "choice",
            "text": {"en": "Do you edit videos?", "fa": "ویدئو ویرایش می‌کنید؟"},
            "choices": [{"en": "Yes", "fa": "بله"}, {"en": "No", "fa": "خیر"}],
            "required": True,
        },
        {"id": "more", "text": {"en": "Anything else?", "fa": "چیز دیگری؟"}},
    ],
    completion={
        "platform": "prolific",
        "code": "C0FFEE42",
        "return_url": "https://app.prolific.com/submissions/complete?cc=C0FFEE42",
    },
)
QUICK = study("quick", clips=list(SECRET_CLIPS), trials=2)
RATED = study(
    "rated", question={"kind": "mos", "text": QUESTION, "labels": LABELS, "together": True}
)
ALONE = study("alone", question={"kind": "mos", "text": QUESTION, "labels": LABELS}, trials=3)
PAIRED = study("paired", question={"kind": "pairwise", "text": QUESTION})
OVER = study(
    "over",
    stop={"until": "2020-01-01T00:00:00Z"},
    ends={"closed": {"en": "It is <b>over</b>.", "fa": "پایان یافت."}},
)
EVERY = (WHOLE, QUICK, RATED, ALONE, PAIRED, OVER)
