"""A study's file: what is read, what is refused in which words, what the hash sees."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mrcmv.errors import StudyError
from mrcmv.settings import REPOSITORY
from mrcmv.study.design import said
from mrcmv.study.reading import canonical, consent_hash, parse_study, read_study, study_hash
from tests.study.scenes import make_study

EXAMPLES = sorted((REPOSITORY / "assets/studies").glob("*.yaml"))
FIELDS = make_study().model_dump(mode="json", exclude_defaults=True)


def text_of(**changed: object) -> str:
    return yaml.safe_dump({**FIELDS, **changed})


def test_there_are_the_papers_protocols_and_one_for_the_samples():
    names = [path.stem for path in EXAMPLES]
    assert names == ["mean-opinion", "samples", "table-2", "table-3"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_read_and_named_as_its_file(path: Path):
    study = read_study(path)
    assert study.id == path.stem
    assert study.hypotheses


def test_the_examples_have_the_papers_numbers():
    three, two, opinion = (
        read_study(REPOSITORY / f"assets/studies/{name}.yaml")
        for name in ("table-2", "table-3", "mean-opinion")
    )
    assert set(three.method_names) == {"cmmr", "cbvmr", "mrcmv"}
    assert three.n_slots == 3
    assert two.method_names == ("tags", "mrcmv")
    assert (two.clips.count, two.catalog.count) == (26, 320)
    assert two.question.neutral
    assert opinion.stop.raters == 18
    assert {one.test for one in opinion.hypotheses} == {"mann-whitney"}
    assert {one.sided for one in opinion.hypotheses} == {"one"}


def test_the_samples_are_the_shipped_clips():
    path = REPOSITORY / "assets/studies/samples.yaml"
    for clip in read_study(path).clips:
        assert (path.parent / clip.file).is_file()


def test_yaml_and_json_are_the_same_study():
    study = make_study()
    assert parse_study(study.model_dump_json()) == parse_study(text_of()) == study
    assert study_hash(parse_study(study.model_dump_json())) == study_hash(study)


def test_every_field_changes_the_hash():
    base = study_hash(make_study())
    others = [
        make_study(title="Which?"),
        make_study(seed=1),
        make_study(trials=3),
        make_study(gate={"share": 0.5}),
        make_study(alpha=0.01),
        make_study(consent={"version": "1", "text": "I agree!"}),
    ]
    assert len({base, *map(study_hash, others)}) == len(others) + 1
    assert consent_hash(others[-1]) != consent_hash(make_study())
    assert consent_hash(others[0]) == consent_hash(make_study())


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=6))
def test_canonical_json_does_not_know_order(value: dict[str, object]):
    backwards = dict(reversed(value.items()))
    assert canonical(value) == canonical(backwards)
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"trials": 0}, ["trials", "0", "greater"]),
        ({"trails": 3}, ["trails", "trials"]),
        ({"methods": ["mrcmv", "ours"]}, ["methods.1", "ours", "folder"]),
        ({"methods": ["mrcmv", "mrcmv", "tags"]}, ["methods", "mrcmv", "twice"]),
        ({"methods": ["mrcmv", "silent"]}, ["silent"]),
        ({"methods": ["mrcmv"]}, ["methods", "two"]),
        ({"languages": ["en", "fa"], "title": {"en": "Which?"}}, ["title", "fa"]),
        ({"languages": ["English"]}, ["languages.0", "English"]),
        ({"question": {"kind": "best", "text": "?"}}, ["question", "best-of-n", "mos"]),
        ({"question": {"text": "?"}}, ["question.kind", "missing"]),
        ({"question": {"kind": "mos"}}, ["question.text", "missing"]),
        ({"clips": {"folder": "clips", "n": 3}}, ["clips.n"]),
        ({"clips": []}, ["clips", "empty"]),
        ({"clips": "uploads"}, ["clips", "uploaded"]),
        ({"training": {"count": 2, "pass_mark": 3}}, ["training.pass_mark", "3"]),
        ({"repeats": {"count": 3, "gap": 3}}, ["repeats", "4 trials"]),
        ({"stop": {"targets": False}}, ["stop", "never"]),
        ({"hypotheses": [{"better": "tags", "than": "cmmr"}]}, ["hypotheses.0", "tags"]),
        (
            {"hypotheses": [{"better": "mrcmv", "than": "cmmr", "test": "mann-whitney"}]},
            ["hypotheses.0.test", "binomial"],
        ),
        ({"completion": {"platform": "prolific"}}, ["completion", "code"]),
        ({"completion": {"return_url": "http://x.org"}}, ["completion.return_url"]),
        ({"gate": {"share": 1.5}}, ["gate.share", "1.5"]),
        ({"gate": {"share": float("nan")}}, ["gate.share", "nan"]),
        ({"consent": "I agree"}, ["consent"]),
        ({"id": "Table 2"}, ["id", "Table 2"]),
    ],
)
def test_nonsense_gets_one_sentence_that_names_the_field(changed: dict, words: list[str]):
    with pytest.raises(StudyError) as error:
        parse_study(text_of(**changed), "study.yaml")
    sentence = str(error.value)
    assert sentence.startswith("study.yaml: ")
    assert "\n" not in sentence
    assert len(sentence) < 220
    for word in words:
        assert word in sentence, sentence


@pytest.mark.parametrize("text", ["", "- a", "a: [", "\x00", "a: 1\na: 2\n", b"\xff\xfe\x00", "5"])
def test_what_is_no_study_is_refused_in_words(text: str | bytes):
    with pytest.raises(StudyError):
        parse_study(text)


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(StudyError, match=r"none\.yaml cannot be read"):
        read_study(tmp_path / "none.yaml")


def test_a_study_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        make_study().trials = 3


def test_one_text_serves_all_languages():
    assert said("Which?", "fa") == "Which?"
    assert said({"en": "Which?", "fa": "کدام؟"}, "fa") == "کدام؟"
