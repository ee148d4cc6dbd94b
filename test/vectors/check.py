#!/usr/bin/env python3
"""A second implementation of digest scheme 1 and of the lock's layout, from docs/format.md alone.

Checks every vector beside it; needs nothing but Python 3.9. Prints one line, exits 1 on a difference.
"""
import hashlib
import json
import pathlib
import re
import struct
import sys

HERE = pathlib.Path(__file__).parent
MARKER = re.compile(r"\$+(?:number|lines|volatile|bytes|failed)\Z")
LISTS = {
    "tools": ("tools/list", "name", "tool"),
    "prompts": ("prompts/list", "name", "prompt"),
    "resources": ("resources/list", "uri", "resource"),
    "resourceTemplates": ("resources/templates/list", "uriTemplate", "resourceTemplate"),
}
TRANSPORT = {"nextCursor", "ttlMs", "cacheScope", "resultType", "_meta"}
HANDSHAKE = {"protocolVersion", "supportedVersions", "capabilities", "serverInfo", "instructions"}


class Refused(Exception):
    pass


class Number:
    """A JSON number as its text."""

    def __init__(self, text):
        self.text = text


# --- section 2: stored form ---------------------------------------------------------------------


def utf16(text):
    return text.encode("utf-16-be", "surrogatepass")


def well_formed(text):
    return not any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def escape_key(key):
    return "$" + key if MARKER.match(key) else key


def decimal(text):
    """(sign, digits, exponent) of d.ddd x 10^exponent, or None for zero; Python's integers are unbounded."""
    sign, whole, fraction, power = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", text, re.ASCII).groups()
    digits = whole + (fraction or "")
    exponent = int(power or "0") + len(whole) - 1
    stripped = digits.lstrip("0")
    if stripped == "":
        return None
    exponent -= len(digits) - len(stripped)
    return sign, stripped.rstrip("0"), exponent


def ecmascript(value):
    """RFC 8785 section 3.2.2.3, from Python's shortest round-trip digits."""
    if value == 0:
        return "0"
    sign, digits, exponent = decimal(repr(value))
    point = exponent + 1
    if len(digits) <= point <= 21:
        body = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        body = digits[:point] + "." + digits[point:]
    elif -6 < point <= 0:
        body = "0." + "0" * -point + digits
    else:
        fraction = "." + digits[1:] if len(digits) > 1 else ""
        body = f"{digits[0]}{fraction}e{'+' if exponent >= 0 else '-'}{abs(exponent)}"
    return sign + body


def store_number(text):
    exact = decimal(text)
    if exact is None:
        return Number("0")
    try:
        value = float(text)
    except OverflowError:
        value = float("inf")
    if abs(value) != float("inf") and value != 0 and decimal(ecmascript(value)) == exact:
        return Number(ecmascript(value))
    sign, digits, exponent = exact
    fraction = "." + digits[1:] if len(digits) > 1 else ""
    return {"$number": f"{sign}{digits[0]}{fraction}e{'+' if exponent >= 0 else '-'}{abs(exponent)}"}


NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
SPACE = re.compile(r"[ \t\r\n]*")


def parse(text):
    value, at = parse_value(text, SPACE.match(text).end(), 0)
    if SPACE.match(text, at).end() != len(text):
        raise Refused("JSON_INVALID")
    return value


def parse_string(text, at):
    match = STRING.match(text, at)
    if not match:
        raise Refused("JSON_INVALID")
    value = json.loads(match.group())
    if not well_formed(value):
        raise Refused("JSON_LONE_SURROGATE")
    return value, match.end()


def parse_value(text, at, depth):
    first = text[at : at + 1]
    if first == '"':
        return parse_string(text, at)
    if first and first in "{[":
        if depth == 64:
            raise Refused("JSON_TOO_DEEP")
        return parse_container(text, at, depth + 1)
    for word, value in (("true", True), ("false", False), ("null", None)):
        if text.startswith(word, at):
            return value, at + len(word)
    match = NUMBER.match(text, at)
    if not match:
        raise Refused("JSON_INVALID")
    return store_number(match.group()), match.end()


def parse_container(text, at, depth):
    is_object = text[at] == "{"
    close, result = ("}", {}) if is_object else ("]", [])
    at = SPACE.match(text, at + 1).end()
    if text[at : at + 1] == close:
        return result, at + 1
    while True:
        at = SPACE.match(text, at).end()
        if is_object:
            key, at = parse_string(text, at)
            if key == "__proto__":
                raise Refused("JSON_PROTO_KEY")
            key = escape_key(key)
            if key in result:
                raise Refused("JSON_DUPLICATE_KEY")
            at = SPACE.match(text, at).end()
            if text[at : at + 1] != ":":
                raise Refused("JSON_INVALID")
            at = SPACE.match(text, at + 1).end()
        value, at = parse_value(text, at, depth)
        if is_object:
            result[key] = value
        else:
            result.append(value)
        at = SPACE.match(text, at).end()
        if text[at : at + 1] == close:
            return result, at + 1
        if text[at : at + 1] != ",":
            raise Refused("JSON_INVALID")
        at += 1


# --- section 3: digests and surface -------------------------------------------------------------


def literal(text):
    return json.dumps(text, ensure_ascii=False)


def canonical(value):
    if isinstance(value, Number):
        return value.text
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{literal(k)}:{canonical(value[k])}" for k in sorted(value, key=utf16)) + "}"
    return {None: "null", True: "true", False: "false"}[value]


def digest_text(preimage):
    return "mcl1:" + hashlib.sha256(preimage.encode()).hexdigest()


def digest(kind, value):
    return digest_text(f"mcp-lock/1 {kind}\n{canonical(value)}")


def bytes_of(text):
    raw = text.encode()
    return {"$bytes": {"digest": "sha256:" + hashlib.sha256(raw).hexdigest(), "size": Number(str(len(raw)))}}


def need(condition):
    if not condition:
        raise Refused("ANSWER_MALFORMED")


def icons(value):
    if not (isinstance(value, dict) and isinstance(value.get("icons"), list)):
        return value
    changed = []
    for icon in value["icons"]:
        src = icon.get("src") if isinstance(icon, dict) else None
        changed.append({**icon, "src": bytes_of(src)} if isinstance(src, str) and src.startswith("data:") else icon)
    return {**value, "icons": changed}


def collect(extra, method, result, known):
    for key, value in result.items():
        if key in TRANSPORT or key in known:
            continue
        found = extra.setdefault(method, {})
        need(key not in found or canonical(found[key]) == canonical(value))
        found[key] = value


def items(pages, method, name, extra):
    every = []
    for page in map(parse, pages):
        need(isinstance(page, dict) and isinstance(page.get(name), list))
        collect(extra, method, page, {name})
        every += page[name]
    return every


def keyed(entries, uri, value):
    need(isinstance(uri, str))
    if uri == "__proto__":
        raise Refused("JSON_PROTO_KEY")
    if escape_key(uri) in entries:
        raise Refused("DUPLICATE_NAME")
    entries[escape_key(uri)] = value


def failure(answer):
    return {"$failed": Number(str(answer["failed"]))}


def seal_entry(kind, definition):
    parts = {part: digest(part, definition[part]) for part in ("description", "inputSchema") if part in definition}
    return {"definition": definition, "digest": digest(kind, definition), **({"parts": parts} if parts else {})}


def read_surface(listing):
    method = listing["handshake"]["method"]
    hello = parse(listing["handshake"]["result"])
    need(isinstance(hello, dict) and isinstance(hello.get("capabilities"), dict))
    extra, surface = {}, {"capabilities": hello["capabilities"]}
    meta = hello.get("_meta")
    if "serverInfo" in hello:
        surface["serverInfo"] = icons(hello["serverInfo"])
    elif isinstance(meta, dict) and "io.modelcontextprotocol/serverInfo" in meta:
        surface["serverInfo"] = icons(meta["io.modelcontextprotocol/serverInfo"])
    if hello.get("instructions", "") != "":
        surface["instructions"] = hello["instructions"]
    collect(extra, method, hello, HANDSHAKE)
    for name, (list_method, key, kind) in LISTS.items():
        answer = listing["lists"].get(name)
        if answer is None:
            continue
        if "failed" in answer:
            surface[name] = failure(answer)
            continue
        entries = {}
        for item in items(answer["pages"], list_method, name, extra):
            need(isinstance(item, dict))
            definition = icons(item)
            if name == "tools" and canonical(item.get("execution")) == '{"taskSupport":"forbidden"}':
                definition = {k: v for k, v in definition.items() if k != "execution"}
            keyed(entries, item.get(key), seal_entry(kind, definition))
        surface[name] = entries
    if "skills" in listing:
        surface["skills"] = read_skills(listing["skills"], extra)
    ui = {}
    for uri, answer in listing["ui"].items():
        keyed(ui, uri, read_ui(uri, answer, extra))
    if ui:
        surface["ui"] = ui
    if extra:
        surface["extra"] = extra
    preimage = surface_preimage(surface)
    return {**surface, "digest": digest_text(preimage)}, preimage


def read_skills(answer, extra):
    if "failed" in answer:
        return failure(answer)
    entries = {}
    for item in items(answer["pages"], "skills/list", "skills", extra):
        keyed(entries, item.get("uri") if isinstance(item, dict) else None, item)
    return entries


def read_ui(uri, answer, extra):
    if "failed" in answer:
        return failure(answer)
    found, contents = {}, []
    for item in items(answer["pages"], "resources/read", "contents", found):
        need(isinstance(item, dict))
        contents.append({k: bytes_of(v) if k in ("text", "blob") and isinstance(v, str) else v for k, v in item.items()})
    if found:
        extra.setdefault("resources/read", {})[escape_key(uri)] = found["resources/read"]
    return contents


def surface_preimage(surface):
    reduced = {k: v for k, v in surface.items() if k != "digest"}
    for name in LISTS:
        entries = reduced.get(name)
        if isinstance(entries, dict) and "$failed" not in entries:
            reduced[name] = {
                key: {member: entry[member] for member in ("conditional", "digest") if member in entry}
                for key, entry in entries.items()
            }
    return "mcp-lock/1 surface\n" + canonical(reduced)


# --- section 4: the lock ------------------------------------------------------------------------

INVISIBLE = [[int(code, 16) for code in pair] for pair in json.loads((HERE / "invisible.json").read_text())["ranges"]]


def quote(text):
    def shown(c):
        if c >= " " and any(low <= ord(c) <= high for low, high in INVISIBLE):
            units = utf16(c).hex()
            return "".join("\\u" + units[i : i + 4] for i in range(0, len(units), 4))
        return c

    return "".join(map(shown, literal(text)))


def layout(value, indent="\n"):
    if isinstance(value, str):
        return layout({"$lines": value.split("\n")}, indent) if "\n" in value else quote(value)
    if not isinstance(value, (dict, list)):
        return canonical(value)
    deeper = indent + "  "
    if isinstance(value, dict):
        parts, ends = [f"{quote(k)}: {layout(value[k], deeper)}" for k in sorted(value, key=utf16)], "{}"
    else:
        parts, ends = [layout(item, deeper) for item in value], "[]"
    return ends if not parts else ends[0] + deeper + ("," + deeper).join(parts) + indent + ends[1]


def join_lines(value):
    if isinstance(value, list):
        return [join_lines(item) for item in value]
    if isinstance(value, dict):
        return "\n".join(value["$lines"]) if "$lines" in value else {k: join_lines(v) for k, v in value.items()}
    return value


def plain(text):
    """JSON as an ordinary parser reads it, with numbers as their texts."""
    return json.loads(text, parse_int=Number, parse_float=lambda t: Number(ecmascript(float(t))))


# --- the vectors --------------------------------------------------------------------------------

checks = 0
wrong = []


def check(what, got, expected):
    global checks
    checks += 1
    if got != expected:
        wrong.append(f"{what}\n  expected {expected!r}\n  got      {got!r}")


def attempt(work, *args):
    try:
        return work(*args)
    except Refused as refused:
        return str(refused)


def source_text(source):
    if "text" in source:
        return source["text"]
    try:
        return bytes.fromhex(source["hex"]).decode()
    except UnicodeDecodeError:
        raise Refused("JSON_NOT_UTF8")


def load(name):
    return json.loads((HERE / f"{name}.json").read_text())


def main():
    sys.set_int_max_str_digits(0) if hasattr(sys, "set_int_max_str_digits") else None
    for vector in load("canonical")["doubles"]:
        check("double", ecmascript(struct.unpack(">d", bytes.fromhex(vector["ieee"]))[0]), vector["text"])
    for vector in load("canonical")["values"]:
        doubles = json.loads(vector["text"], parse_int=lambda t: Number(ecmascript(float(t))), parse_float=lambda t: Number(ecmascript(float(t))))
        check("canonical", canonical(doubles), vector["canonical"])
    for vector in load("numbers"):
        check(vector["text"][:60], canonical(store_number(vector["text"])), vector["stored"])
    for vector in load("strict")["refused"]:
        check(f"refused {vector}"[:80], attempt(lambda: parse(source_text(vector))), vector["code"])
    for vector in load("strict")["accepted"]:
        check(f"accepted {vector}"[:80], canonical(parse(source_text(vector))), vector["stored"])
    for vector in load("keys"):
        check("key", escape_key(vector["received"]), vector["stored"])
    for vector in load("layout"):
        check("layout", layout(plain(vector["stored"])) + "\n", vector["layout"])
    for vector in load("listings")["accepted"]:
        surface, preimage = read_surface(vector["listing"])
        check(f"{vector['name']} preimage", preimage, vector["preimage"])
        check(vector["name"], canonical(surface), vector["surface"])
    for vector in load("listings")["refused"]:
        check(vector["name"], attempt(lambda: read_surface(vector["listing"])), vector["code"])
    text = (HERE / "locks" / "valid.lock").read_bytes().decode()
    lock = join_lines(plain(text))
    check("layout of the lock", layout(lock) + "\n", text)
    check("sha256 of the lock", "sha256:" + hashlib.sha256(text.encode()).hexdigest(), load("locks/invalid")["sha256"])
    for name, pin in lock["servers"].items():
        surface = pin["surface"]
        if surface is not None:
            check(f"{name} surface", digest_text(surface_preimage(surface)), surface["digest"])
            for kind, (_, _, singular) in LISTS.items():
                entries = surface.get(kind, {})
                for key, entry in {} if "$failed" in entries else entries.items():
                    conditional = {"conditional": True} if "conditional" in entry else {}
                    check(f"{name} {key}", {**conditional, **seal_entry(singular, entry["definition"])}, entry)
        source = {"source": pin["source"], "surface": surface and surface["digest"]}
        check(f"{name} pin", digest("pin", source), pin["digest"])
    print(*wrong, f"{checks} checks, {len(wrong)} differences", sep="\n")
    sys.exit(1 if wrong else 0)


main()
