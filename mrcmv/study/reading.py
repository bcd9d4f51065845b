"""From a study's file to a `Study`, and to the hash that locks it."""

import difflib
import hashlib
import json
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mrcmv.errors import StudyError
from mrcmv.study.design import Study

LONGEST_BYTES = 5_000_000


def read_study(path: Path) -> Study:
    """The study in a YAML or JSON file.

    Raises:
        StudyError: the file cannot be read, or a field makes no sense; it is named.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StudyError(f"{path} cannot be read ({error.strerror}).") from None
    if len(data) > LONGEST_BYTES:
        raise StudyError(f"{path} is too large for a study: {LONGEST_BYTES // 10**6} MB at most.")
    return parse_study(data, str(path))


def parse_study(data: bytes | str, name: str = "The study") -> Study:
    """The study in a text; `name` is what messages call it. JSON is YAML.

    Raises:
        StudyError: the text is not YAML, or a field makes no sense.
    """
    try:
        fields = yaml.load(data, _Loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise StudyError(f"{name} is not YAML: {_place(error)}.") from None
    if not isinstance(fields, dict):
        raise StudyError(f"{name} holds no fields: a study begins with lines as `title: …`.")
    try:
        return Study.model_validate(fields)
    except ValidationError as error:
        raise StudyError(f"{name}: {_sentence(error.errors()[0])}") from None


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: one text for one value. Refuses NaN (ValueError)."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def study_hash(study: Study) -> str:
    """The hash that changes with any field of the study."""
    return digest(canonical(study.model_dump(mode="json")))


def consent_hash(study: Study) -> str:
    """The hash of what raters agree to, in all languages, and of its version."""
    return digest(canonical(study.consent.model_dump(mode="json")))


class _Loader(yaml.SafeLoader):
    """YAML's safe loader, for which a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            if key.tag.endswith(":merge"):
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value} stands twice", key.start_mark
                )
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def _place(error: Exception) -> str:
    """What is wrong with the YAML, and in which line."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or " ".join(str(error).split())
    return f"{problem}, line {mark.line + 1}" if mark else problem


def _sentence(error: ErrorDetails) -> str:
    """One sentence that names the field, what is wrong with it and what it was."""
    field = ".".join(str(part) for part in error["loc"] if part not in _TAGS)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"{field} is missing."
    if kind == "extra_forbidden":
        return f"{field} is no field here{_meant(field)}."
    if kind == "value_error":
        return f"{field}: {context['error']}.".removeprefix(": ")
    shown = repr(error["input"])
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    if kind in ("literal_error", "union_tag_invalid"):
        choices = context.get("expected") or context.get("expected_tags")
        return f"{field} is {shown}: choose {choices}."
    if kind == "union_tag_not_found":
        return f"{field}.kind is missing: choose 'best-of-n', 'pairwise' or 'mos'."
    message = error["msg"].removeprefix("Input should be ").removeprefix("String should ")
    return f"{field} is {shown}: it should be {message}."


_TAGS = frozenset({"best-of-n", "pairwise", "mos", "a list", "a folder", "uploads"})
"""Names that pydantic adds to a field's path for the branch of a union."""


def _meant(field: str) -> str:
    """The top field that was probably meant."""
    near = difflib.get_close_matches(field, Study.model_fields, 1)
    return f" (is {near[0]} meant?)" if near else ""
