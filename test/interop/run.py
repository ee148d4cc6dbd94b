"""Runs the vectors of the format, or prints digests of other listings.

    python3 run.py VECTORS_FOLDER
    python3 run.py --digests

The first form prints `interop: N checks, M differences` and every difference;
it exits with 1 if there is one. The second reads lines `{"id", "listing"}`
and writes for each a line `{"id", "surface", "definitions"}` or
`{"id", "error"}`. The names in `definitions` are those that were received, not
escaped, after the member of the surface: `tools/NAME`, `resources/URI`.
"""

from __future__ import annotations

import json
import struct
import sys
import zoneinfo
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import mcp_lock_digests as mcl

Case = dict[str, Any]


def outcome(action: Callable[[], str]) -> str:
    """What an action gives, or the code with which it refuses."""
    try:
        return action()
    except mcl.FormatError as error:
        return error.code


class Report:
    """Counts checks and keeps what differs."""

    def __init__(self) -> None:
        self.checks = 0
        self.differences: list[str] = []

    def check(self, file: str, case: str, expected: str, action: Callable[[], str]) -> None:
        """Compares the outcome of an action with what is expected."""
        self.checks += 1
        try:
            actual = outcome(action)
        except Exception as error:  # a fault of the implementation is a difference too
            actual = f"{type(error).__name__}: {error}"
        if actual != expected:
            self.differences.append(f"{file}: {case}\n  expected {ascii(expected)}\n  got      {ascii(actual)}")


def received(case: Case) -> str | bytes:
    """The text or bytes of a case."""
    return bytes.fromhex(case["hex"]) if "hex" in case else case["text"]


def stored(text: str | bytes) -> str:
    """The form of the stored value of a received text."""
    return mcl.canonical(mcl.read_received(text))


def read(file: str | bytes) -> str:
    """Reads a lock; gives its layout."""
    return mcl.layout(mcl.read_lock(file))


class Vectors:
    """The vector files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.report = Report()

    def load(self, file: str) -> Any:
        """The content of one vector file."""
        return json.loads((self.folder / file).read_text(encoding="utf-8"))

    def run(self) -> Report:
        """Runs every file."""
        self.canonical("canonical.json")
        self.numbers("numbers.json")
        self.strict("strict.json")
        self.keys("keys.json")
        self.invisible("invisible.json")
        self.layout("layout.json")
        self.listings("listings.json")
        self.volatile("volatile.json")
        self.locks("locks/invalid.json", ["locks/valid.lock", "locks/empty.lock"])
        return self.report

    def canonical(self, file: str) -> None:
        """Doubles and values in canonical form."""
        data = self.load(file)
        for case in data["doubles"]:
            (double,) = struct.unpack(">d", bytes.fromhex(case["ieee"]))
            self.report.check(file, case["ieee"], case["text"], lambda: mcl.number_text(double))
        for case in data["values"]:
            self.report.check(
                file, case["text"], case["canonical"], lambda: mcl.canonical(mcl.read_plain(case["text"]))
            )

    def numbers(self, file: str) -> None:
        """Stored forms of numbers."""
        for case in self.load(file):
            self.report.check(file, case["text"], case["stored"], lambda: stored(case["text"]))

    def strict(self, file: str) -> None:
        """Texts that are refused, and texts that are not."""
        data = self.load(file)
        for expected in ("refused", "accepted"):
            for index, case in enumerate(data[expected]):
                name = f"{expected}[{index}]"
                text = received(case)
                wanted = case["code"] if expected == "refused" else case["stored"]
                self.report.check(file, name, wanted, lambda: stored(text))
                if isinstance(text, str):
                    self.report.check(file, f"{name} in bytes", wanted, lambda: stored(text.encode("utf-8")))

    def keys(self, file: str) -> None:
        """Keys, there and back."""
        for case in self.load(file):
            name = ascii(case["received"])
            self.report.check(file, name, case["stored"], lambda: mcl.escape_key(case["received"]))
            self.report.check(file, f"{name} back", case["received"], lambda: mcl.unescape_key(case["stored"]))

    def invisible(self, file: str) -> None:
        """The table of invisible code points."""
        ranges = [f"{int(first, 16):04X}-{int(last, 16):04X}" for first, last in self.load(file)["ranges"]]
        own = [f"{first:04X}-{last:04X}" for first, last in mcl.INVISIBLE]
        self.report.check(file, "ranges", " ".join(ranges), lambda: " ".join(own))

    def layout(self, file: str) -> None:
        """Values in the layout of a lock."""
        for index, case in enumerate(self.load(file)):
            self.report.check(
                file, f"[{index}]", case["layout"], lambda: mcl.layout(mcl.read_plain(case["stored"]))
            )

    def listings(self, file: str) -> None:
        """Sessions and their surfaces."""
        data = self.load(file)
        for case in data["accepted"]:
            name, listing = case["name"], case["listing"]
            self.report.check(
                file, f"{name}: surface", case["surface"], lambda: mcl.canonical(mcl.surface_of(listing))
            )
            self.report.check(
                file,
                f"{name}: preimage",
                case["preimage"],
                lambda: mcl.preimage("surface", mcl.surface_value(mcl.surface_of(listing))),
            )
        for case in data["refused"]:
            self.report.check(
                file, case["name"], case["code"], lambda: mcl.canonical(mcl.surface_of(case["listing"]))
            )

    def volatile(self, file: str) -> None:
        """Values against rules, rules applied to sessions, rules that are refused."""
        data = self.load(file)
        zones = bool(zoneinfo.available_timezones())
        for index, case in enumerate(data["fits"]):
            rule, value = case["rule"], mcl.read_received(case["value"])
            if zones or rule["type"] != "iana-time-zone":
                self.report.check(file, f"fits[{index}]", str(case["fits"]), lambda: str(mcl.fits(rule, value)))
        for case in data["applied"]:
            name, listing, rules = case["name"], case["listing"], case["rules"]
            self.report.check(
                file, f"{name}: surface", case["surface"], lambda: mcl.canonical(mcl.surface_of(listing, rules))
            )
            self.report.check(
                file,
                f"{name}: preimage",
                case["preimage"],
                lambda: mcl.preimage("surface", mcl.surface_value(mcl.surface_of(listing, rules))),
            )
        for index, case in enumerate(data["refused"]):
            rules = [{"pointer": pointer, "type": "uuid"} for pointer in case["pointers"]]
            self.report.check(file, f"refused[{index}]", case["code"], lambda: str(mcl.check_rules(rules)))

    def locks(self, file: str, valid: Iterable[str]) -> None:
        """Locks that are valid, and edits that make one invalid."""
        for name in valid:
            data = (self.folder / name).read_bytes()
            self.report.check(name, "the whole file", data.decode("utf-8"), lambda: read(data))
        invalid = self.load(file)
        original = (self.folder / file).with_name(invalid["of"]).read_bytes()
        self.report.check(file, "sha256", invalid["sha256"], lambda: mcl.sha256(original))
        text = original.decode("utf-8")
        for index, edit in enumerate(invalid["edits"]):
            name = f"edits[{index}] {ascii(edit['from'])} -> {ascii(edit['to'])}"
            self.report.check(file, f"{name}: applies", "True", lambda: str(edit["from"] in text))
            edited = text.replace(edit["from"], edit["to"], -1 if edit.get("all") else 1)
            self.report.check(file, name, edit["code"], lambda: read(edited.encode("utf-8")))


def definition_digests(surface: mcl.Object) -> dict[str, str]:
    """The digests of all definitions of a surface, by list and received name."""
    return {
        f"{of.member}/{entry['definition'][of.key]}": entry["digest"]
        for of in mcl.LIST_KINDS
        if "$failed" not in surface.get(of.member, {})
        for entry in surface.get(of.member, {}).values()
    }


def print_digests(lines: Iterable[str]) -> None:
    """Answers each line that holds a listing."""
    for line in lines:
        if not line.strip():
            continue
        request = json.loads(line)
        answer: Case = {"id": request["id"]}
        try:
            surface = mcl.surface_of(request["listing"])
            answer |= {"surface": surface["digest"], "definitions": definition_digests(surface)}
        except mcl.FormatError as error:
            answer["error"] = error.code
        print(json.dumps(answer), flush=True)


def main(arguments: list[str]) -> int:
    """Runs the program; gives its exit code."""
    if arguments == ["--digests"]:
        sys.stdin.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
        print_digests(sys.stdin)
        return 0
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: run.py VECTORS_FOLDER | run.py --digests", file=sys.stderr)
        return 2
    report = Vectors(Path(arguments[0])).run()
    print(f"interop: {report.checks} checks, {len(report.differences)} differences")
    for difference in report.differences:
        print(difference)
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
