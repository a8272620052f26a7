"""Validation of requests and objects against the documented Bot API; aiogram's models decide.

The models are independent of the library under test, name every method and every field, and keep unknown fields in
`model_extra`, where this module looks for them. Importing aiogram takes two to four seconds: only tests that use the
server pay for it.
"""

import json
import types
import typing
from collections.abc import Iterator
from typing import Any

import aiogram.methods
import aiogram.types
from pydantic import BaseModel, ValidationError

from tests.bot_api.error import mistake

METHODS: dict[str, type[BaseModel]] = {
    model.__api_method__.lower(): model
    for model in vars(aiogram.methods).values()
    if isinstance(model, type) and isinstance(getattr(model, "__api_method__", None), str)
}
# Still read by aiogram, no longer documented by Telegram.
_RETIRED = {
    "disable_web_page_preview",
    "reply_to_message_id",
    "allow_sending_without_reply",
    "switch_pm_parameter",
    "switch_pm_text",
}
_SHOWN = 3  # sentences of one request: unions of models complain once for each of their members

Parameters = dict[str, Any]
Files = dict[str, tuple[str, bytes]]  # part of the form -> file name, content


def name_of(method: str) -> str | None:
    """The method as it is documented, whatever the case; None when Telegram has no such method."""
    model = METHODS.get(method.lower())
    name = getattr(model, "__api_method__", None)
    return name if isinstance(name, str) else None


def request(method: str, given: Parameters, files: Files) -> Parameters:
    """The parameters, decoded to JSON values: a form carries numbers and objects as JSON texts.

    Raises `ApiError` when the models refuse, and for unknown or retired names, which Telegram would ignore.
    """
    model = METHODS[method.lower()]
    decoded = {name: _decode(model, name, value) for name, value in given.items()}
    uploads = {name: aiogram.types.BufferedInputFile(content, filename) for name, (filename, content) in files.items()}
    direct = {name: upload for name, upload in uploads.items() if name in model.model_fields}
    try:
        parsed = model.model_validate({**_uploaded(decoded, uploads), **direct})
    except ValidationError as error:
        raise mistake("; ".join(dict.fromkeys(_sentences(error)))) from None
    wrong = [f"unknown field {name}" for name in _unknown(parsed)]
    wrong += [f"{name} is no longer a parameter" for name in sorted(_RETIRED & set(decoded))]
    if wrong:
        raise mistake("; ".join(wrong))
    return decoded


def faults(kind: str, value: object) -> list[str]:
    """The faults of a value as a `kind` ('Update', 'Message', 'ChatFullInfo', ...); empty when it is valid."""
    model = getattr(aiogram.types, kind)
    try:
        parsed = model.model_validate(value)
    except ValidationError as error:
        return list(dict.fromkeys(_sentences(error)))
    return [f"{kind} has no field {name}" for name in _unknown(parsed)]


def _decode(model: type[BaseModel], name: str, value: object) -> object:
    if not isinstance(value, str) or name not in model.model_fields:
        return value
    allowed = _members(model.model_fields[name].annotation)
    if str in allowed:
        return int(value) if int in allowed and value.removeprefix("-").isdecimal() else value
    try:
        return json.loads(value)
    except ValueError:
        raise mistake(f"can't parse {name} JSON object") from None


def _members(annotation: object) -> tuple[object, ...]:
    origin = typing.get_origin(annotation)
    return typing.get_args(annotation) if origin in (typing.Union, types.UnionType) else (annotation,)


def _uploaded(value: Any, uploads: dict[str, Any]) -> Any:
    """The value with each `attach://part` replaced by the part."""
    if isinstance(value, dict):
        return {name: _uploaded(inner, uploads) for name, inner in value.items()}
    if isinstance(value, list):
        return [_uploaded(inner, uploads) for inner in value]
    if isinstance(value, str) and value.startswith("attach://"):
        if value.removeprefix("attach://") not in uploads:
            raise mistake(f"there is no part {value} in the request")
        return uploads[value.removeprefix("attach://")]
    return value


def _sentences(error: ValidationError) -> Iterator[str]:
    for problem in error.errors()[:_SHOWN]:
        yield f"{'.'.join(str(step) for step in problem['loc'])}: {problem['msg']}"


def _unknown(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name in value.model_fields_set:
            here = f"{path}.{name}" if path else name
            if name in (value.model_extra or {}):
                yield here
            else:
                yield from _unknown(getattr(value, name), here)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _unknown(item, f"{path}[{number}]")
