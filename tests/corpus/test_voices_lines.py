"""Laws of the lines: every language complete, many to choose from, each person with their own."""

import numpy as np
import pytest

from mrcmv.corpus.voices.grammar import THINGS, grammar_of, phrase, read
from mrcmv.corpus.voices.lines import TEXTS
from mrcmv.corpus.voices.speaker import KINDS
from mrcmv.errors import MrcmvError


def said_by(person, language="en", n=200, kind="busy", arousal=0.2):
    rng = np.random.default_rng(0)
    return [phrase(grammar_of(language), person, kind, "", arousal, rng) for _ in range(n)]


def test_there_are_twelve_languages_and_more():
    assert len(TEXTS) >= 12


@pytest.mark.parametrize("language", TEXTS)
def test_each_language_has_five_sentences_a_kind_and_hundreds_of_lines(language):
    grammar = grammar_of(language)
    for kind in KINDS:
        sentences = grammar.sections[kind]
        assert len(set(sentences)) == len(sentences) >= 5
        assert grammar.n_lines(kind) >= 300


@pytest.mark.parametrize("language", TEXTS)
def test_a_thing_is_named_only_where_there_can_be_one_and_no_gap_stays(language):
    grammar = grammar_of(language)
    for kind, sentences in grammar.sections.items():
        naming = [sentence for sentence in sentences if "{" in sentence]
        assert not naming or kind in ("spotted", "kill", "find")
    rng = np.random.default_rng(0)
    for what in ("", "DoomImp", "Medikit", "a name of another game"):
        for kind in KINDS:
            line = phrase(grammar, "somebody", kind, what, 0.0, rng)
            assert "{" not in line
            assert line[0] == line[0].upper()
            assert line[-1] in ".!"


def test_every_thing_has_words_in_every_language():
    for language in TEXTS:
        for thing in (*THINGS, "item"):
            assert len(grammar_of(language).sections[thing]) >= 2


def test_an_excited_speaker_exclaims_and_a_calm_one_does_not():
    share = {
        arousal: np.mean([line.endswith("!") for line in said_by("x", arousal=arousal)])
        for arousal in (-1.5, 1.5)
    }
    assert share[-1.5] < 0.1
    assert share[1.5] > 0.9


def test_two_people_have_other_interjections():
    def openings(person):
        return {line.partition(",")[0] for line in said_by(person, arousal=2.0) if "," in line}

    calls = {call[0].upper() + call[1:] for call in grammar_of("en").sections["calls"]}
    one, other = openings("one") & calls, openings("other") & calls
    assert one != other
    assert max(len(one), len(other)) <= (len(calls) + 1) // 2


def test_a_sentence_comes_again_only_when_all_were_said():
    grammar, rng, said = grammar_of("de"), np.random.default_rng(0), []
    for _ in grammar.sections["kill"]:
        said.append(phrase(grammar, "x", "kill", "", 1.0, rng, said))
    for sentence in grammar.sections["kill"]:
        assert sum(sentence.casefold() in line.casefold() for line in said) == 1


def test_lines_of_many_narrations_rarely_repeat():
    said = said_by("x", n=100) + said_by("y", n=100) + said_by("z", n=100)
    assert len(set(said)) > 0.4 * len(said)


def test_a_language_that_lacks_a_section_is_refused_by_its_name():
    with pytest.raises(MrcmvError, match="idle"):
        read("[open]\nso here we are\n")
    with pytest.raises(MrcmvError, match="xx"):
        grammar_of("xx")
