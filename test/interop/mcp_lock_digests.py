"""Digests and lock checks of `mcp.lock`: digest scheme 1, lock version 1.

The module follows the format document section by section: strict reading of
JSON (2), digests and surfaces (3), the lock file (4). It uses the standard
library only.

A *stored value* is `None`, `bool`, `int`, `float`, `str`, `list` or `dict`.
Numbers that a double cannot hold never appear as numbers, only as `$number`
markers.
"""

from __future__ import annotations

import decimal
import hashlib
import math
import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

Value = Any
"""A stored value; see the module's docstring."""

Object = dict[str, Value]

MAX_DEPTH = 64
MAX_LOCK_DEPTH = 81
MAX_LOCK_UNITS = 268_435_456
MAX_SAFE_INTEGER = 2**53 - 1


class FormatError(Exception):
    """Something that the format refuses; `code` says what."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


# --- 2.1 Reading JSON -------------------------------------------------------

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_PLAIN_TEXT = re.compile(r'[^"\\\x00-\x1f]*')
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNIT = re.compile(r"u([0-9a-fA-F]{4})")
_LOW_SURROGATE = re.compile(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS = {"true": True, "false": False, "null": None}


class JsonReader:
    """An ordinary reader of RFC 8259: numbers are doubles, the last of equal keys wins.

    It does not recurse, so depth is limited by nothing but `entered`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    # What a stricter reader does otherwise.

    def number(self, text: str) -> Value:
        """The value of a number's text."""
        return float(text)

    def key(self, key: str, members: Object) -> str:
        """The key under which a member is kept, beside the members read so far."""
        return key

    def entered(self, depth: int) -> None:
        """Called where a container of this depth begins."""

    def lone_surrogate(self) -> None:
        """Called at the end of a string with a surrogate that is not part of a pair."""

    # The grammar.

    def read(self) -> Value:
        """The one value of the text."""
        containers: list[list[Value] | Object] = []
        keys: list[str] = []
        while True:
            opening = self._next()
            if opening in ("[", "{"):
                self.entered(len(containers) + 1)
                self.position += 1
                container: list[Value] | Object = [] if opening == "[" else {}
                if self._next() != _closing(container):
                    containers.append(container)
                    if isinstance(container, dict):
                        keys.append(self._key(container))
                    continue
                self.position += 1
                value: Value = container
            else:
                value = self._scalar(opening)
            while containers:
                container = containers[-1]
                if isinstance(container, list):
                    container.append(value)
                else:
                    container[keys.pop()] = value
                following = self._next()
                self.position += 1
                if following == ",":
                    if isinstance(container, dict):
                        keys.append(self._key(container))
                    break
                if following != _closing(container):
                    self._invalid()
                value = containers.pop()
            else:
                if self._next() != "":
                    self._invalid()
                return value

    def _invalid(self) -> NoReturn:
        raise FormatError("JSON_INVALID", f"at character {self.position}")

    def _next(self) -> str:
        """The next character that is not white space, `""` at the end."""
        match = _SPACE.match(self.text, self.position)
        assert match is not None
        self.position = match.end()
        return self.text[self.position : self.position + 1]

    def _key(self, members: Object) -> str:
        if self._next() != '"':
            self._invalid()
        key = self.key(self._string(), members)
        if self._next() != ":":
            self._invalid()
        self.position += 1
        return key

    def _scalar(self, first: str) -> Value:
        if first == '"':
            return self._string()
        for literal, value in _LITERALS.items():
            if self.text.startswith(literal, self.position):
                self.position += len(literal)
                return value
        match = _NUMBER.match(self.text, self.position)
        if match is None:
            self._invalid()
        self.position = match.end()
        return self.number(match.group())

    def _string(self) -> str:
        chunks: list[str] = []
        self.position += 1
        while True:
            plain = _PLAIN_TEXT.match(self.text, self.position)
            assert plain is not None
            chunks.append(plain.group())
            self.position = plain.end()
            ending = self.text[self.position : self.position + 1]
            self.position += 1
            if ending == '"':
                string = "".join(chunks)
                if _SURROGATE.search(string):
                    self.lone_surrogate()
                return string
            if ending != "\\":
                self._invalid()
            chunks.append(self._escape())

    def _escape(self) -> str:
        """The character of an escape sequence, after its backslash."""
        simple = _ESCAPES.get(self.text[self.position : self.position + 1])
        if simple is not None:
            self.position += 1
            return simple
        match = _UNIT.match(self.text, self.position)
        if match is None:
            self._invalid()
        self.position = match.end()
        unit = int(match.group(1), 16)
        if 0xD800 <= unit <= 0xDBFF:
            low = _LOW_SURROGATE.match(self.text, self.position)
            if low is not None:
                self.position = low.end()
                return chr(0x10000 + ((unit - 0xD800) << 10) + (int(low.group(1), 16) - 0xDC00))
        return chr(unit)


def _closing(container: list[Value] | Object) -> str:
    return "]" if isinstance(container, list) else "}"


class StoredReader(JsonReader):
    """The strict reader of received texts, which gives their stored form."""

    def number(self, text: str) -> Value:
        return stored_number(text)

    def key(self, key: str, members: Object) -> str:
        if key == "__proto__":
            raise FormatError("JSON_PROTO_KEY")
        stored = escape_key(key)
        if stored in members:
            raise FormatError("JSON_DUPLICATE_KEY", key)
        return stored

    def entered(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise FormatError("JSON_TOO_DEEP")

    def lone_surrogate(self) -> None:
        raise FormatError("JSON_LONE_SURROGATE")


def read_received(received: str | bytes) -> Value:
    """The stored form of a received text."""
    if isinstance(received, bytes):
        try:
            received = received.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FormatError("JSON_NOT_UTF8") from error
    return StoredReader(received).read()


def read_plain(text: str) -> Value:
    """The value of a text of JSON as an ordinary parser reads it."""
    return JsonReader(text).read()


# --- 2.2 Keys ---------------------------------------------------------------

_MARKER_LIKE = re.compile(r"\$+(?:number|lines|volatile|bytes|failed)")
_MARKER = re.compile(r"\$(?:number|lines|volatile|bytes|failed)")


def escape_key(key: str) -> str:
    """The stored form of a received key."""
    return "$" + key if _MARKER_LIKE.fullmatch(key) else key


def unescape_key(stored: str) -> str:
    """The received form of a stored key that is not a marker."""
    return stored[1:] if stored.startswith("$$") and _MARKER_LIKE.fullmatch(stored) else stored


# --- 2.3 Numbers ------------------------------------------------------------

_NUMBER_PARTS = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
_NUMBER_SPELLING = re.compile(r"-?[1-9](?:\.[0-9]*[1-9])?e(?:\+0|[+-][1-9][0-9]*)")


@dataclass(frozen=True)
class DecimalValue:
    """A decimal value that is not zero: ± digits[0].digits[1..] × 10^exponent.

    The exponent is kept as text, for it may have any number of digits.
    """

    negative: bool
    digits: str
    exponent: str

    def spelling(self) -> str:
        """The text of a `$number` marker."""
        fraction = "." + self.digits[1:] if len(self.digits) > 1 else ""
        exponent = self.exponent if self.exponent.startswith("-") else "+" + self.exponent
        return f"{'-' if self.negative else ''}{self.digits[0]}{fraction}e{exponent}"


def decimal_value(text: str) -> DecimalValue | None:
    """The decimal value of a number's text, `None` if it is zero."""
    match = _NUMBER_PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f"not a number: {text[:40]}")
    sign, integer, fraction, exponent = match.groups()
    digits = integer + (fraction or "")
    significant = digits.lstrip("0")
    if significant == "":
        return None
    shift = len(integer) - 1 - (len(digits) - len(significant))
    return DecimalValue(sign == "-", significant.rstrip("0"), _add(exponent or "0", shift))


def _add(text: str, summand: int) -> str:
    """The sum of an integer's text, of any length, and an integer."""
    context = decimal.Context(prec=len(text) + 32, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    return format(context.add(context.create_decimal(text), decimal.Decimal(summand)), "f")


def number_text(number: int | float) -> str:
    """What ECMAScript (RFC 8785, 3.2.2.3) prints for a double."""
    double = float(number)
    if not math.isfinite(double):
        raise ValueError("a number that JSON does not have")
    value = decimal_value(repr(double))
    if value is None:
        return "0"
    sign = "-" if value.negative else ""
    digits, count = value.digits, len(value.digits)
    point = int(value.exponent) + 1
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return value.spelling()


def stored_number(text: str) -> Value:
    """The stored form of a number's text: a double, or a `$number` marker."""
    value = decimal_value(text)
    if value is None:
        return 0.0
    double = float(text)
    if math.isfinite(double) and double != 0 and decimal_value(number_text(double)) == value:
        return double
    return {"$number": value.spelling()}


# --- 3.1 Canonical form and digests -----------------------------------------

_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f]')


def _escaped(match: re.Match[str]) -> str:
    """A character as JSON.stringify escapes it, by code units."""
    character = match.group()
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def string_literal(text: str) -> str:
    """A string as JSON.stringify writes it."""
    return '"' + _TO_ESCAPE.sub(_escaped, text) + '"'


def code_units(text: str) -> bytes:
    """A sort key that orders texts by their UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def canonical(value: Value) -> str:
    """The RFC 8785 form of a stored value."""
    if isinstance(value, dict):
        members = (f"{string_literal(key)}:{canonical(value[key])}" for key in sorted(value, key=code_units))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return _scalar_text(value, string_literal)


def _scalar_text(value: Value, literal: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return literal(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value)


def preimage(kind: str, value: Value) -> str:
    """The text that a derived digest is made of."""
    return f"mcp-lock/1 {kind}\n{canonical(value)}"


def digest(kind: str, value: Value) -> str:
    """The derived digest of a stored value."""
    return "mcl1:" + hashlib.sha256(preimage(kind, value).encode("utf-8")).hexdigest()


def sha256(data: bytes) -> str:
    """The digest of bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


# --- 3.2 and 3.3 Surfaces ---------------------------------------------------

_RESULT_TRANSPORT = frozenset({"nextCursor", "ttlMs", "cacheScope", "resultType", "_meta"})
_HANDSHAKE_TRANSPORT = _RESULT_TRANSPORT | {"protocolVersion", "supportedVersions"}
_HANDSHAKE_METHODS = ("initialize", "server/discover")
_SERVER_INFO_META = "io.modelcontextprotocol/serverInfo"
_DEFAULT_EXECUTION = '{"taskSupport":"forbidden"}'
_PART_NAMES = ("description", "inputSchema")


@dataclass(frozen=True)
class ListKind:
    """One of the lists that a surface has."""

    member: str
    method: str
    key: str
    kind: str


LIST_KINDS = (
    ListKind("tools", "tools/list", "name", "tool"),
    ListKind("prompts", "prompts/list", "name", "prompt"),
    ListKind("resources", "resources/list", "uri", "resource"),
    ListKind("resourceTemplates", "resources/templates/list", "uriTemplate", "resourceTemplate"),
)
_SKILLS = ListKind("skills", "skills/list", "uri", "")


def _require(condition: bool, detail: str) -> None:
    if not condition:
        raise FormatError("ANSWER_MALFORMED", detail)


def is_safe_integer(value: Value) -> bool:
    """Whether a value is a number that is a safe integer."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return float(value).is_integer() and abs(value) <= MAX_SAFE_INTEGER


def _bytes_marker(text: str) -> Object:
    data = text.encode("utf-8")
    return {"$bytes": {"digest": sha256(data), "size": len(data)}}


def _icon_by_bytes(icon: Value) -> Value:
    if isinstance(icon, dict):
        source = icon.get("src")
        if isinstance(source, str) and source.startswith("data:"):
            return {**icon, "src": _bytes_marker(source)}
    return icon


def _icons_by_bytes(value: Value) -> Value:
    """A definition or `serverInfo`, with the icons that are in it by their bytes."""
    if isinstance(value, dict) and isinstance(value.get("icons"), list):
        return {**value, "icons": [_icon_by_bytes(icon) for icon in value["icons"]]}
    return value


def definition_of(kind: str, entry: Object) -> Object:
    """The definition that an entry of a list is stored as."""
    definition: Object = _icons_by_bytes(entry)
    if kind == "tool" and "execution" in entry and canonical(entry["execution"]) == _DEFAULT_EXECUTION:
        definition = {key: member for key, member in definition.items() if key != "execution"}
    return definition


def _map_key(name: str) -> str:
    """A received name or URI as a key of a map."""
    if name == "__proto__":
        raise FormatError("JSON_PROTO_KEY")
    if _SURROGATE.search(name):
        raise FormatError("JSON_LONE_SURROGATE")
    return escape_key(name)


def _failure(code: Value) -> Object:
    _require(is_safe_integer(code), "the code of an error")
    return {"$failed": code}


def _read_pages(pages: Iterable[str], member: str) -> tuple[list[Object], Object]:
    """The entries of all pages of a list, and the other members of its results."""
    entries: list[Object] = []
    extra: Object = {}
    for page in pages:
        result = read_received(page)
        _require(isinstance(result, dict), "a result is an object")
        listed = result.get(member)
        _require(isinstance(listed, list), f"{member} is an array")
        _require(all(isinstance(entry, dict) for entry in listed), f"{member} has objects")
        entries.extend(listed)
        for key, value in result.items():
            if key == member or key in _RESULT_TRANSPORT:
                continue
            same = key not in extra or canonical(extra[key]) == canonical(value)
            _require(same, f"pages disagree on {key}")
            extra[key] = value
    return entries, extra


class _SurfaceBuilder:
    """Collects the members of a surface, without digests, definitions straight under their keys."""

    def __init__(self) -> None:
        self.surface: Object = {}
        self.extra: Object = {}

    def handshake(self, method: str, text: str) -> None:
        result = read_received(text)
        _require(isinstance(result, dict), "a result is an object")
        _require(isinstance(result.get("capabilities"), dict), "capabilities is an object")
        self.surface["capabilities"] = result["capabilities"]
        meta = result.get("_meta")
        if "serverInfo" in result:
            self.surface["serverInfo"] = _icons_by_bytes(result["serverInfo"])
        elif isinstance(meta, dict) and _SERVER_INFO_META in meta:
            self.surface["serverInfo"] = _icons_by_bytes(meta[_SERVER_INFO_META])
        if result.get("instructions", "") != "":
            self.surface["instructions"] = result["instructions"]
        known = _HANDSHAKE_TRANSPORT | {"capabilities", "serverInfo", "instructions"}
        self._keep(self.extra, method, {key: value for key, value in result.items() if key not in known})

    def entries(self, of: ListKind, answer: Mapping[str, Any]) -> None:
        if "failed" in answer:
            self.surface[of.member] = _failure(answer["failed"])
            return
        entries, extra = _read_pages(answer["pages"], of.member)
        listed: Object = {}
        for entry in entries:
            name = entry.get(of.key)
            _require(isinstance(name, str), f"{of.key} is a string")
            key = _map_key(name)
            if key in listed:
                raise FormatError("DUPLICATE_NAME", name)
            listed[key] = definition_of(of.kind, entry) if of.kind else entry
        self.surface[of.member] = listed
        self._keep(self.extra, of.method, extra)

    def ui_resources(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        resources: Object = {}
        extras: Object = {}
        for uri, answer in answers.items():
            key = _map_key(uri)
            if "failed" in answer:
                resources[key] = _failure(answer["failed"])
                continue
            contents, extra = _read_pages(answer["pages"], "contents")
            resources[key] = [_content_by_bytes(content) for content in contents]
            self._keep(extras, key, extra)
        self._keep(self.surface, "ui", resources)
        self._keep(self.extra, "resources/read", extras)

    def finish(self) -> Object:
        self._keep(self.surface, "extra", self.extra)
        return self.surface

    @staticmethod
    def _keep(target: Object, key: str, members: Object) -> None:
        """Maps that would be empty are left out."""
        if members:
            target[key] = members


def _content_by_bytes(content: Object) -> Object:
    bodies = {key: _bytes_marker(content[key]) for key in ("text", "blob") if isinstance(content.get(key), str)}
    return {**content, **bodies}


def bare_surface(listing: Mapping[str, Any]) -> Object:
    """The surface of a session before rules and digests; each definition stands under its key.

    A listing is `{"handshake": {"method", "result"}, "lists", "skills"?, "ui"}`;
    a result is a text, an answer is `{"pages": [result, …]}` or `{"failed": code}`.
    """
    builder = _SurfaceBuilder()
    builder.handshake(listing["handshake"]["method"], listing["handshake"]["result"])
    for of in LIST_KINDS:
        if of.member in listing["lists"]:
            builder.entries(of, listing["lists"][of.member])
    if "skills" in listing:
        builder.entries(_SKILLS, listing["skills"])
    builder.ui_resources(listing["ui"])
    return builder.finish()


def entry_digests(kind: str, definition: Object) -> Object:
    """`digest` and, where there are any, `parts` of a definition."""
    parts = {name: digest(name, definition[name]) for name in _PART_NAMES if name in definition}
    digests: Object = {"digest": digest(kind, definition)}
    return {**digests, "parts": parts} if parts else digests


def surface_value(surface: Object) -> Object:
    """What the digest of a surface is made of: no digest of its own, lists reduced."""
    reduced = {key: value for key, value in surface.items() if key != "digest"}
    for of in LIST_KINDS:
        listed = reduced.get(of.member)
        if listed is not None and "$failed" not in listed:
            reduced[of.member] = {
                name: {key: entry[key] for key in ("conditional", "digest") if key in entry}
                for name, entry in listed.items()
            }
    return reduced


def surface_digest(surface: Object) -> str:
    """The digest of a surface whose definitions have theirs."""
    return digest("surface", surface_value(surface))


def pin_digest(source: Object, surface: Object | None) -> str:
    """The digest of a pin, from its source and its surface with digest."""
    return digest("pin", {"source": source, "surface": None if surface is None else surface["digest"]})


def surface_of(listing: Mapping[str, Any], rules: Sequence[Mapping[str, Any]] = ()) -> Object:
    """The whole surface of a session with all digests in it."""
    surface = apply_rules(bare_surface(listing), rules)
    for of in LIST_KINDS:
        listed = surface.get(of.member)
        if listed is not None and "$failed" not in listed:
            surface[of.member] = {
                key: {"definition": definition, **entry_digests(of.kind, definition)}
                for key, definition in listed.items()
            }
    surface["digest"] = surface_digest(surface)
    return surface


# --- 3.4 Volatile values ----------------------------------------------------

_RULE_MEMBERS = ("type", "prefix", "suffix", "min", "max")
_PLATFORMS = "aix android darwin freebsd linux macos openbsd sunos win32 windows".split()
_AREAS = "Africa America Antarctica Arctic Asia Atlantic Australia Etc Europe Indian Pacific".split()
_TIMESTAMP = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_TIME_ZONE = re.compile(rf"(?:{'|'.join(_AREAS)})(?:/[A-Za-z0-9_+-]{{1,14}}){{1,2}}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,15}")
_INDEX = re.compile(r"0|[1-9][0-9]{0,15}")


def _is_time_zone(text: str) -> bool:
    if text == "UTC":
        return True
    zones = {zone.lower() for zone in zoneinfo.available_timezones()}
    return _TIME_ZONE.fullmatch(text) is not None and text.lower() in zones


_TEXT_TYPES: dict[str, Callable[[str], bool]] = {
    "timestamp": lambda text: _TIMESTAMP.fullmatch(text) is not None,
    "iana-time-zone": _is_time_zone,
    "uuid": lambda text: _UUID.fullmatch(text) is not None,
    "os-platform": lambda text: text in _PLATFORMS,
}
_VOLATILE_TYPES = frozenset({*_TEXT_TYPES, "integer"})


def fits(rule: Mapping[str, Any], value: Value) -> bool:
    """Whether a stored value is of the kind that a rule declares."""
    if rule["type"] == "integer" and "prefix" not in rule and "suffix" not in rule:
        return is_safe_integer(value) and _within(rule, value)
    if not isinstance(value, str):
        return False
    prefix, suffix = rule.get("prefix", ""), rule.get("suffix", "")
    inner = len(value) - len(prefix) - len(suffix)
    if inner < 0 or not value.startswith(prefix) or not value.endswith(suffix):
        return False
    text = value[len(prefix) : len(prefix) + inner]
    if rule["type"] == "integer":
        return _INTEGER.fullmatch(text) is not None and is_safe_integer(int(text)) and _within(rule, int(text))
    return _TEXT_TYPES[rule["type"]](text)


def _within(rule: Mapping[str, Any], number: int | float) -> bool:
    return rule.get("min", -math.inf) <= number <= rule.get("max", math.inf)


_LEAST_TOKENS = {
    **{of.member: 3 for of in (*LIST_KINDS, _SKILLS)},
    "capabilities": 2, "extra": 3, "instructions": 1, "serverInfo": 1, "ui": 4,
}  # fmt: skip
"""How many tokens a pointer to a text or number has at least, by its first."""


def _tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def check_rules(rules: Sequence[Mapping[str, Any]]) -> None:
    """Refuses pointers at which no rule may stand."""
    keys = {(of.member, of.key) for of in (*LIST_KINDS, _SKILLS)}
    for index, rule in enumerate(rules):
        tokens = _tokens(rule["pointer"])
        least = _LEAST_TOKENS.get(tokens[0]) if tokens else None
        if least is None or len(tokens) < least or (len(tokens) == 3 and (tokens[0], tokens[2]) in keys):
            raise FormatError("POLICY_INVALID", rule["pointer"])
        for other in (_tokens(earlier["pointer"]) for earlier in rules[:index]):
            if tokens[: len(other)] == other or other[: len(tokens)] == tokens:
                raise FormatError("POLICY_INVALID", f"two rules at {rule['pointer']}")


def apply_rules(bare: Object, rules: Sequence[Mapping[str, Any]]) -> Object:
    """A bare surface in which the values that fit their rules are replaced by markers."""
    check_rules(rules)
    for rule in rules:
        bare = _replaced(bare, _tokens(rule["pointer"]), {key: rule[key] for key in _RULE_MEMBERS if key in rule})
    return bare


def _replaced(value: Value, tokens: Sequence[str], rule: Object) -> Value:
    """A copy of a value in which the one at the pointer is replaced, if it is there and fits."""
    if not tokens:
        return {"$volatile": rule} if fits(rule, value) else value
    token, rest = escape_key(tokens[0]), tokens[1:]
    if isinstance(value, dict) and token in value:
        return {**value, token: _replaced(value[token], rest, rule)}
    if isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
        copy = list(value)
        copy[int(token)] = _replaced(copy[int(token)], rest, rule)
        return copy
    return value


# --- 4.1 and 4.2 The layout of a lock ---------------------------------------

INVISIBLE: tuple[tuple[int, int], ...] = (
    (0x0000, 0x001F), (0x007F, 0x00A0), (0x00AD, 0x00AD), (0x034F, 0x034F),
    (0x0600, 0x0605), (0x061C, 0x061C), (0x06DD, 0x06DD), (0x070F, 0x070F),
    (0x0890, 0x0891), (0x08E2, 0x08E2), (0x115F, 0x1160), (0x1680, 0x1680),
    (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F),
    (0x205F, 0x206F), (0x3000, 0x3000), (0x3164, 0x3164), (0xE000, 0xF8FF),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
    (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD),
)  # fmt: skip
"""The first and last code points of the ranges that a lock writes escaped."""

_TO_ESCAPE_IN_LOCK = re.compile(
    '["\\\\' + "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in INVISIBLE) + "]"
)


def _lock_literal(text: str) -> str:
    return '"' + _TO_ESCAPE_IN_LOCK.sub(_escaped, text) + '"'


def layout(value: Value) -> str:
    """A stored value as a file in the layout of a lock."""
    return _laid_out(value, "\n") + "\n"


def _laid_out(value: Value, line: str) -> str:
    """A value whose lines after the first begin with `line`: a line feed and the indentation."""
    if isinstance(value, str) and "\n" in value:
        value = {"$lines": value.split("\n")}
    inner = line + "  "
    if isinstance(value, dict) and value:
        members = (
            f"{inner}{_lock_literal(key)}: {_laid_out(value[key], inner)}" for key in sorted(value, key=code_units)
        )
        return "{" + ",".join(members) + line + "}"
    if isinstance(value, list) and value:
        return "[" + ",".join(inner + _laid_out(item, inner) for item in value) + line + "]"
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return _scalar_text(value, _lock_literal)


# --- 4.3 The shape of a lock ------------------------------------------------

_DERIVED_DIGEST = re.compile(r"mcl1:[0-9a-f]{64}")
_BYTES_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_VISIBLE = re.compile("[!-~]{1,200}")
_INTEGRITY = re.compile(r"sha(?:1|256|384|512)-[A-Za-z0-9+/]+=*")
_PLATFORM = re.compile(r"[a-z0-9]+-[a-z0-9]+")
_PYPI_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EXTRA_METHODS = (*_HANDSHAKE_METHODS, *(of.method for of in LIST_KINDS), _SKILLS.method)


def _shape(condition: bool, detail: str) -> None:
    if not condition:
        raise FormatError("LOCK_INVALID", detail)


def _members(value: Value, required: str, optional: str = "") -> Object:
    """An object with exactly these members; the names are separated by spaces."""
    _shape(isinstance(value, dict), "an object")
    needed = set(required.split())
    _shape(needed <= set(value) <= needed | set(optional.split()), f"the members {required}")
    return value


def _map(value: Value, *, empty: bool = True) -> Object:
    """An object whose keys are escaped names."""
    _shape(isinstance(value, dict) and (empty or bool(value)), "a map")
    _shape(not any(_MARKER.fullmatch(key) for key in value), "a map without markers")
    return value


def _text(value: Value) -> str:
    _shape(isinstance(value, str), "a text")
    return value


def _matching(value: Value, pattern: re.Pattern[str]) -> None:
    _shape(pattern.fullmatch(_text(value)) is not None, f"a text like {pattern.pattern}")


def _names(value: Value, *, empty: bool = True) -> None:
    """An array of names in order, each once."""
    _shape(isinstance(value, list) and (empty or bool(value)), "an array")
    units = [code_units(_text(name)) for name in value]
    _shape(all(one < next_ for one, next_ in zip(units, units[1:])), "names in order, each once")


def _is_failure(value: Value) -> bool:
    """Whether a value is a `$failed` marker, which is checked."""
    if not isinstance(value, dict) or "$failed" not in value:
        return False
    _shape(is_safe_integer(_members(value, "$failed")["$failed"]), "the code of an error")
    return True


def _rule(value: Value) -> None:
    """The rule of a `$volatile` marker."""
    bounds = " min max" if isinstance(value, dict) and value.get("type") == "integer" else ""
    rule = _members(value, "type", "prefix suffix" + bounds)
    _shape(_text(rule["type"]) in _VOLATILE_TYPES, "a type of volatile values")
    for name in ("prefix", "suffix"):
        _text(rule.get(name, ""))
    for name in ("min", "max"):
        _shape(is_safe_integer(rule.get(name, 0)), "a safe integer")


def _received(value: Value) -> None:
    """A received value in stored form, in which no `$bytes` may stand."""
    if isinstance(value, list):
        for item in value:
            _received(item)
    if not isinstance(value, dict):
        return
    if "$number" in value:
        text = _text(_members(value, "$number")["$number"])
        _matching(text, _NUMBER_SPELLING)
        _shape(stored_number(text) == {"$number": text}, "a number that a double cannot hold")
    elif "$volatile" in value:
        _rule(_members(value, "$volatile")["$volatile"])
    else:
        for member in _map(value).values():
            _received(member)


def _received_object(value: Value) -> Object:
    """A received object, which is no marker."""
    _received(_map(value))
    return value


def _without_bytes(value: Object, keys: Iterable[str]) -> Object:
    """An object without those of the members that are `$bytes` markers, which are checked."""
    rest = dict(value)
    for key in keys:
        member = value.get(key)
        if isinstance(member, dict) and "$bytes" in member:
            marker = _members(_members(member, "$bytes")["$bytes"], "digest size")
            _matching(marker["digest"], _BYTES_DIGEST)
            _shape(is_safe_integer(marker["size"]) and marker["size"] >= 0, "a size")
            del rest[key]
    return rest


def _without_icon_bytes(value: Value) -> Value:
    """A definition or `serverInfo` without the `$bytes` markers of its icons."""
    if isinstance(value, dict) and isinstance(value.get("icons"), list):
        icons = [_without_bytes(icon, ["src"]) if isinstance(icon, dict) else icon for icon in value["icons"]]
        return {**value, "icons": icons}
    return value


def _shape_of_list(of: ListKind, value: Value) -> None:
    if _is_failure(value):
        return
    for key, entry in _map(value).items():
        if of is _SKILLS:
            definition = _received_object(entry)
        else:
            _members(entry, "definition digest", "conditional parts")
            _shape(entry.get("conditional", True) is True, "conditional is true")
            _matching(entry["digest"], _DERIVED_DIGEST)
            if "parts" in entry:
                parts = _members(entry["parts"], "", " ".join(_PART_NAMES))
                _shape(bool(parts), "parts that are not empty")
                for part in parts.values():
                    _matching(part, _DERIVED_DIGEST)
            definition = _received_object(_without_icon_bytes(entry["definition"]))
        _shape(definition.get(of.key) == unescape_key(key), f"the key of an entry is its {of.key}")


def _shape_of_surface(value: Value) -> None:
    lists = (*LIST_KINDS, _SKILLS)
    names = " ".join(of.member for of in lists)
    surface = _members(value, "capabilities digest", f"extra instructions serverInfo ui {names}")
    _received_object(surface["capabilities"])
    _matching(surface["digest"], _DERIVED_DIGEST)
    _received(surface.get("instructions"))
    _received(_without_icon_bytes(surface.get("serverInfo")))
    for of in lists:
        if of.member in surface:
            _shape_of_list(of, surface[of.member])
    if "ui" in surface:
        for contents in _map(surface["ui"], empty=False).values():
            if not _is_failure(contents):
                _shape(isinstance(contents, list), "contents")
                for content in contents:
                    _received_object(_without_bytes(_map(content), ["text", "blob"]))
    if "extra" in surface:
        for method, members in _map(surface["extra"], empty=False).items():
            maps = list(_map(members, empty=False).values()) if method == "resources/read" else [members]
            _shape(method == "resources/read" or method in _EXTRA_METHODS, "a method")
            for members_of_result in maps:
                _received_object(_map(members_of_result, empty=False))


def _shape_of_source(value: Value) -> None:
    _shape(isinstance(value, dict), "a source")
    launch = value.get("launch")
    if isinstance(launch, dict) and "url" in launch:
        _members(value, "launch transport")
        _shape(_text(value["transport"]) in ("streamable-http", "sse"), "a transport of an address")
        _members(launch, "url", "headers")
        _text(launch["url"])
        if "headers" in launch:
            _names(launch["headers"], empty=False)
        return
    _members(value, "launch transport", "files image native package")
    _shape(sum(name in value for name in ("image", "native", "package")) <= 1, "one of image, native and package")
    _shape(value["transport"] == "stdio", "the transport of a program")
    _members(launch, "args command", "cwd env envFile envValues")
    _shape(isinstance(launch["args"], list), "arguments")
    optional = [launch[name] for name in ("cwd", "envFile") if name in launch]
    values = _map(launch["envValues"], empty=False).values() if "envValues" in launch else ()
    for text in (launch["command"], *launch["args"], *optional, *values):
        _text(text)
    if "env" in launch:
        _names(launch["env"], empty=False)
    if "files" in value:
        for file_digest in _map(value["files"], empty=False).values():
            _matching(file_digest, _BYTES_DIGEST)
    if "image" in value:
        image = _members(value["image"], "digest name")
        _text(image["name"])
        _matching(image["digest"], _BYTES_DIGEST)
    if "native" in value:
        for platform, file_digest in _map(value["native"], empty=False).items():
            _matching(platform, _PLATFORM)
            _matching(file_digest, _BYTES_DIGEST)
    if "package" in value:
        package = value["package"]
        if isinstance(package, dict) and package.get("type") == "pypi":
            _members(package, "closure name type version")
            _matching(package["name"], _PYPI_NAME)
        else:
            _members(package, "closure integrity name type version")
            _shape(package["type"] == "npm", "a package of npm or PyPI")
            _text(package["name"])
            _matching(package["integrity"], _INTEGRITY)
        _text(package["version"])
        _matching(package["closure"], _BYTES_DIGEST)


def _shape_of_lock(value: Value) -> None:
    lock = _members(value, "lockfileVersion servers")
    version = lock["lockfileVersion"]
    _shape(is_safe_integer(version) and version == 1, "version 1")
    _shape(isinstance(lock["servers"], dict), "servers")
    for name, pin in lock["servers"].items():
        _shape(name != "" and escape_key(name) == name, "the name of a server")
        _members(pin, "digest observed source surface", "adHoc registry")
        _shape(pin.get("adHoc", True) is True, "adHoc is true")
        if "registry" in pin:
            registry = _members(pin["registry"], "name proof version")
            _matching(registry["name"], _VISIBLE)
            _matching(registry["version"], _VISIBLE)
            _text(registry["proof"])
        _matching(pin["digest"], _DERIVED_DIGEST)
        observed = _members(pin["observed"], "era placeholders profile protocolVersion")
        _shape(_text(observed["era"]) in ("legacy", "modern"), "an era")
        _names(observed["placeholders"])
        _shape(is_safe_integer(observed["profile"]) and observed["profile"] >= 1, "a profile")
        _text(observed["protocolVersion"])
        _shape_of_source(pin["source"])
        if pin["surface"] is not None:
            _shape_of_surface(pin["surface"])


# --- 4.4 Reading a lock -----------------------------------------------------

_MERGE_MARKER = re.compile(
    "(?:\\A|(?<=[\n\r\u2028\u2029]))(?:<{7}|={7}|>{7}|\\|{7})(?=[ \n\r\u2028\u2029]|\\Z)"
)


def _joined_lines(value: Value, depth: int = 1) -> Value:
    """A value as the file has it, with its `$lines` put together; `depth` is that of a container here."""
    if isinstance(value, str):
        _shape(_SURROGATE.search(value) is None, "no lone surrogate")
    if not isinstance(value, (list, dict)):
        return value
    _shape(depth <= MAX_LOCK_DEPTH, "not too deep")
    if isinstance(value, list):
        return [_joined_lines(item, depth + 1) for item in value]
    if "$lines" in value:
        lines = _members(value, "$lines")["$lines"]
        _shape(isinstance(lines, list) and len(lines) >= 2, "two or more lines")
        for line in lines:
            _shape("\n" not in _text(line) and _SURROGATE.search(line) is None, "a line")
        return "\n".join(lines)
    for key in value:
        _shape(key != "__proto__" and _SURROGATE.search(key) is None, "a key")
    return {key: _joined_lines(member, depth + 1) for key, member in value.items()}


def _check_digests(lock: Object) -> None:
    """Every digest in a lock of the right shape, computed again."""

    def same(stored: Value, computed: Value, detail: str) -> None:
        if stored != computed:
            raise FormatError("LOCK_INCONSISTENT", detail)

    for server, pin in lock["servers"].items():
        surface = pin["surface"]
        if surface is not None:
            for of in LIST_KINDS:
                listed = surface.get(of.member, {})
                for key, entry in listed.items() if "$failed" not in listed else ():
                    computed = entry_digests(of.kind, entry["definition"])
                    same(entry["digest"], computed["digest"], f"{server}: {of.member} {key}")
                    same(entry.get("parts"), computed.get("parts"), f"{server}: parts of {of.member} {key}")
            same(surface["digest"], surface_digest(surface), f"{server}: surface")
        same(pin["digest"], pin_digest(pin["source"], surface), f"{server}: pin")


def read_lock(file: str | bytes) -> Object:
    """The stored form of a lock that is what a writer would write."""
    try:
        text = file.decode("utf-8") if isinstance(file, bytes) else file
    except UnicodeDecodeError as error:
        raise FormatError("FILE_UNREADABLE", "not UTF-8") from error
    _shape(len(code_units(text)) // 2 <= MAX_LOCK_UNITS, "too long")
    if "\r\n" in text:
        raise FormatError("LOCK_CRLF")
    if _MERGE_MARKER.search(text):
        raise FormatError("LOCK_MERGE_MARKERS")
    try:
        written = read_plain(text)
    except FormatError as error:
        raise FormatError("LOCK_INVALID", str(error)) from error
    version = written.get("lockfileVersion") if isinstance(written, dict) else None
    if isinstance(version, float) and version > 1:
        raise FormatError("LOCK_TOO_NEW")
    lock = _joined_lines(written)
    _shape_of_lock(lock)
    try:
        canonical_text = layout(lock)
    except ValueError as error:
        raise FormatError("LOCK_NOT_CANONICAL", str(error)) from error
    if canonical_text != text:
        raise FormatError("LOCK_NOT_CANONICAL")
    _check_digests(lock)
    return lock
