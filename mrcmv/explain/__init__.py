"""Why this music: numbers of attention, gate and what tipped each match, and figures of them.

timeline       where the tokens of a window lie on the clip's own seconds
scoring        distances, ranks and leads among the catalog's windows
rollout        attention rollout through both streams
occlusion      which seconds tie a clip to a track
explanation    what is found, as frozen dataclasses
attribution    a query's features → its explanation
keeping        explanations as JSON and NPZ
evidence       what a check found, kept beside the weights: what captions may claim
captions       the numbers in plain words, a sentence a figure
looks          colours and layout of figures
scenery        film strips and the voice, which stand along the axes
heat           attention maps as figures
charts         gate, rollout, contributions and ties as figures
plane          a map of the catalog, and a query on it
chart_of_plane the same as a figure
plots          figures checked and written (Plotly)
deletion       what a match loses when seconds are deleted from the raw clip
randomisation  whether maps change when weights are made random
checking       these checks over clips
table          what a check found, in Markdown
"""

from mrcmv.explain.attribution import explain, explain_music, features_of
from mrcmv.explain.explanation import Explanation, MatchExplanation, MusicMap
from mrcmv.explain.keeping import from_json, from_npz, to_json, to_npz
from mrcmv.explain.scoring import Gallery, Outcome

__all__ = [
    "Explanation",
    "Gallery",
    "MatchExplanation",
    "MusicMap",
    "Outcome",
    "explain",
    "explain_music",
    "features_of",
    "from_json",
    "from_npz",
    "to_json",
    "to_npz",
]
