# SPDX-License-Identifier: MIT
"""Columns for records, by the JSON schemas that describe them."""

import json
import pathlib

from pyspark.sql.types import (
    ArrayType, BooleanType, DecimalType, DoubleType, LongType, MapType, StringType, StructField,
    StructType)

FAILURE = StructType([
    StructField("command", StringType()),
    StructField("input", StringType()),
    StructField("exitCode", LongType()),
    StructField("message", StringType()),
])


def record_schema(command, folder=None):
    """The columns of a command's records; None where it has no schema.

    Times stay text: Spark's have fewer decimals.
    """
    folder = pathlib.Path(folder or pathlib.Path(__file__).parents[2] / "Docs" / "Schemas")
    try:
        with open(folder / f"{command}.schema.json", encoding="utf-8") as file:
            root = json.load(file)
    except FileNotFoundError:
        return None
    return _type(root, root)


def _type(schema, root):
    schema = _resolved(schema, root)
    kinds = _kinds(schema)
    if kinds == {"object"}:
        members = _members(schema, root)
        if members:
            return StructType([
                StructField(name, _type(member, root)) for name, member in members.items()])
        return MapType(StringType(), StringType())
    if kinds == {"array"} and "items" in schema:
        return ArrayType(_type(schema["items"], root))
    if kinds == {"integer"}:
        return LongType() if schema.get("maximum", 0) < 1 << 63 else DecimalType(20, 0)
    if kinds <= {"integer", "number"} and kinds:
        return DoubleType()
    if kinds == {"boolean"}:
        return BooleanType()
    # Text; and what may be of several types, as JSON.
    return StringType()


def _resolved(schema, root):
    """The schema without references, and without null where that is one of two."""
    while True:
        if "$ref" in schema:
            target = root
            for name in schema["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        choices = [
            choice for choice in schema.get("anyOf", []) + schema.get("oneOf", [])
            if choice.get("type") != "null"]
        if len(choices) != 1 or "properties" in schema:
            return schema
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
        schema = {**choices[0], **rest}


def _kinds(schema):
    """The types that a value may have."""
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return set(kinds) - {"null"}
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values:
        names = {bool: "boolean", int: "integer", float: "number", str: "string"}
        return {names.get(type(value), "any") for value in values if value is not None}
    choices = schema.get("oneOf", []) + schema.get("anyOf", [])
    if choices and all("$ref" in choice or "properties" in choice for choice in choices):
        return {"object"}
    return {"any"}


def _members(schema, root):
    """The members of an object, whichever of several forms it has."""
    members = dict(schema.get("properties", {}))
    for form in schema.get("oneOf", []) + schema.get("anyOf", []) + schema.get("allOf", []):
        for name, member in _members(_resolved(form, root), root).items():
            members.setdefault(name, member)
    return members
