"""The XML parts of a workbook, measured before any spreadsheet reader may have them.

A reader of workbooks sets memory aside for the farthest cell, copies a shared text into each cell
that names it, and follows names of parts. So each part is first read by a real XML parser, a piece
at a time, which knows quotes, prefixes and entities as they are; what is too large, or written in a
way that two parsers could take differently, is refused here.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from symbiosis.errors import Message, say
from symbiosis.zip_archive import Member

MAX_FILLED = 4_000_000
"""Most cells with a value, all sheets together."""
MAX_MERGED = 200_000
MAX_FORMULAS = 200_000
"""Most formulas without a value."""
_MAX_ELEMENTS = 30_000_000
_MAX_OTHERS = 2_000_000
"""Elements of all parts, and of a part that is neither a sheet nor the shared texts."""
_MAX_DEPTH = 1_000
_MAX_NAMES = 10_000
_MAX_TOKEN = 4_000_000
"""Longest tag, bytes."""

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


class BadWorkbook(ValueError):
    """The workbook is damaged, or written so that it could be taken in two ways."""


class TooLarge(ValueError):
    """The workbook is too large; ``problem`` and ``cure`` say how."""

    def __init__(self, problem: Message, cure: Message) -> None:
        super().__init__(str(problem))
        self.problem, self.cure = problem, cure


@dataclass
class Part:
    """One XML part.

    Parameters
    ----------
    member
        Where it stands in the archive.
    root
        Local name of its first element.
    rows, columns, filled
        Of a sheet: how far its filled cells reach, and how many they are.
    unvalued
        Of a sheet: cells, as (row, column) from 0, with a formula without a value, or an error.
    merged
        Of a sheet: its merged ranges.
    shared
        Of a sheet: number of the shared text of each cell that has one.
    characters
        Of all its text.
    lengths
        Of the shared texts: how many characters each has.
    links
        Of a file of relationships: identifier to kind and target.
    sheets
        Of the workbook: name, state and relationship of each sheet.
    starts_1904
        Of the workbook: whether its days are counted from 1904.
    """

    member: Member
    root: str = ""
    rows: int = 0
    columns: int = 0
    filled: int = 0
    unvalued: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)
    shared: array[int] = field(default_factory=lambda: array("q"))
    characters: int = 0
    lengths: array[int] = field(default_factory=lambda: array("q"))
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    starts_1904: bool = False


def measure(member: Member, elements: int) -> tuple[Part, int]:
    """Read a part of a workbook.

    Parameters
    ----------
    member
        The part, packed.
    elements
        How many elements the parts before it had.

    Returns
    -------
    Part
        What it holds; its root is ``""`` if it is no XML.
    int
        How many elements there are with those of this part.

    Raises
    ------
    BadWorkbook
        If it declares entities, or is damaged where it matters.
    TooLarge
        If it is above a limit.
    """
    scanner = _Scanner(Part(member), elements)
    scanner.read()
    return scanner.part, scanner.elements


class _Scanner:
    """Follows the tags of one part."""

    def __init__(self, part: Part, elements: int) -> None:
        self.part, self.before = part, elements
        self.begun = elements
        self.names: dict[str, str] = {}  # every name that occurred, by the parser itself
        self.ends: list[str] = []
        self.ended = elements
        self.kinds: dict[str, Callable[[dict[str, str]], None]] = {}
        self.cells = _Cells(part)
        self.parser = expat.ParserCreate("utf-8", None, self.names)

    @property
    def elements(self) -> int:
        """How many elements there were, those of the parts before included."""
        return self.begun + self.cells.begun

    def read(self) -> None:
        parser, fed, xml = self.parser, 0, True
        parser.ordered_attributes, parser.buffer_text = True, True
        parser.StartElementHandler, parser.EndElementHandler = self._root, self.ends.append
        parser.CharacterDataHandler = self._text
        for refused in ("StartDoctypeDecl", "EntityDecl", "ProcessingInstruction"):
            setattr(parser, f"{refused}Handler", self._refuse)
        for piece in self.part.member.pieces():
            fed += len(piece)
            xml = xml and self._parse(piece, last=False)  # unpacked to the end: its size counts
            self._check(fed - max(parser.CurrentByteIndex, 0) if xml else 0)
        if xml:
            self._parse(b"", last=True)
        self.cells.leave()

    def _parse(self, piece: bytes, *, last: bool) -> bool:
        """Read a piece; let a part that is no XML be, if it is none of those that are read."""
        try:
            if b"\0" in piece:  # UTF-16, which the reader after us would take for something else
                raise UnicodeError
            self.parser.Parse(piece, last)
        except (expat.ExpatError, UnicodeError):
            if self.part.root in _READ:
                raise BadWorkbook(self.part.member.name) from None
            self.part.root = ""
            return False
        return True

    def _check(self, waiting: int) -> None:
        self.ended += len(self.ends)
        self.ends.clear()
        deep = self.elements - self.ended > _MAX_DEPTH
        if waiting > _MAX_TOKEN or deep or len(self.names) > _MAX_NAMES:
            raise BadWorkbook(self.part.member.name)
        most = _MAX_ELEMENTS if self.part.root in ("worksheet", "sst") else _MAX_OTHERS
        if self.elements > _MAX_ELEMENTS or self.elements - self.before > most:
            raise TooLarge(
                say("the workbook has more than {limit} parts and cells", limit=most), SPLIT
            )
        if self.part.filled > MAX_FILLED or len(self.part.lengths) > MAX_FILLED:
            raise TooLarge(say("the sheets have more than {limit} cells", limit=MAX_FILLED), SPLIT)
        if len(self.part.merged) > MAX_MERGED:
            raise TooLarge(
                say("more than {limit} ranges of cells are merged", limit=MAX_MERGED),
                say("unmerge them and save again"),
            )
        if len(self.part.unvalued) > MAX_FORMULAS:
            raise TooLarge(
                say("more than {limit} cells hold a formula without a value", limit=MAX_FORMULAS),
                say("open the workbook in a spreadsheet and save it, or type the value"),
            )

    def _refuse(self, *declared: object) -> None:
        if declared[0] == "mso-application":
            return
        raise BadWorkbook("entity")

    def _root(self, name: str, attributes: list[str]) -> None:
        """Take the first element, which says what the part is."""
        self.part.root = _local(name)
        if self.part.root == "worksheet":
            self.parser.StartElementHandler = self.cells.start
            self.parser.CharacterDataHandler = self.cells.text
        else:
            self.parser.StartElementHandler = self._start
        self.begun += 1
        del attributes

    def _start(self, name: str, attributes: list[str]) -> None:
        self.begun += 1
        if name not in self.kinds:
            kind = (self.part.root, _local(name))
            self.kinds[name] = {
                ("sst", "si"): self._shared_text,
                ("workbook", "sheet"): self._sheet,
                ("workbook", "workbookPr"): self._properties,
                ("Relationships", "Relationship"): self._link,
            }.get(kind, _nothing)
        self.kinds[name](_said(attributes))

    def _text(self, text: str) -> None:
        self.part.characters += len(text)
        if self.part.lengths:
            self.part.lengths[-1] += len(text)

    def _shared_text(self, said: dict[str, str]) -> None:
        del said
        self.part.lengths.append(0)

    def _sheet(self, said: dict[str, str]) -> None:
        key = next((value for name, value in said.items() if name.endswith(":id")), "")
        self.part.sheets.append((said.get("name", ""), said.get("state", "visible"), key))

    def _properties(self, said: dict[str, str]) -> None:
        self.part.starts_1904 = said.get("date1904", "") in ("1", "true", "on")

    def _link(self, said: dict[str, str]) -> None:
        if said.get("TargetMode") != "External":
            kind = said.get("Type", "").rpartition("/")[2]
            self.part.links[said.get("Id", "")] = (kind, said.get("Target", ""))


def _nothing(said: dict[str, str]) -> None:
    del said


def _said(attributes: list[str]) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Cells:
    """Follows the cells of a sheet; what it knows of the present one is kept until the next.

    Called for every tag and text of every cell, so it is written for speed.
    """

    __slots__ = (
        "begun", "column", "columns", "formula", "holds", "inside", "kind", "names", "part", "row",
        "row_digits", "valued",
    )  # fmt: skip

    def __init__(self, part: Part) -> None:
        self.part = part
        self.begun = self.row = self.column = 0
        self.row_digits = self.inside = self.kind = ""
        self.formula = self.valued = self.holds = False
        self.names: dict[str, str] = {}
        self.columns: dict[str, int] = {}

    def start(self, name: str, attributes: list[str]) -> None:
        """Take the beginning of an element."""
        self.begun += 1
        local = self.names.get(name)
        if local is None:
            local = self.names[name] = _local(name)
        if local == "v":
            self.inside, self.holds = "v", True
            return
        self.inside = ""
        if local == "c":
            if self.holds:
                self.leave()
            self.column += 1
            self.kind = ""
            for at in range(0, len(attributes), 2):
                if attributes[at] == "r":
                    self._address(attributes[at + 1])
                elif attributes[at] == "t":
                    self.kind = attributes[at + 1]
        elif local == "t":
            self.inside = "t"
        else:
            self._other(local, attributes)

    def _address(self, address: str) -> None:
        letters = address.rstrip("0123456789")
        column = self.columns.get(letters)
        if column is None:
            column = self.columns[letters] = _column(letters)
        digits = address[len(letters) :]
        if digits != self.row_digits:
            self.row, self.row_digits = _row(digits), digits
        self.column = column

    def _other(self, local: str, attributes: list[str]) -> None:
        if local == "is":
            self.holds = True
        elif local == "f":
            self.formula = self.holds = True
        elif local == "row":
            self.leave()
            self.row, self.column, self.row_digits = self.row + 1, 0, ""
            number = _said(attributes).get("r")
            if number is not None:
                self.row = _row(number.strip())
        elif local == "mergeCell":
            self._merge(_said(attributes).get("ref", ""))

    def leave(self) -> None:
        """Count the cell that was read last."""
        if not self.holds:
            return
        part = self.part
        part.filled += 1
        if self.row > part.rows or self.column > part.columns:
            part.rows, part.columns = max(part.rows, self.row), max(part.columns, self.column)
        if self.kind == "e" or (self.formula and not self.valued):
            part.unvalued.add((self.row - 1, self.column - 1))
        self.formula = self.valued = self.holds = False

    def text(self, text: str) -> None:
        """Take a text, whole or in part."""
        self.part.characters += len(text)
        if self.inside == "v":
            if self.kind == "s":
                word = text.strip()
                if not word:
                    return
                if not word.isascii() or not word.isdigit() or len(word) > 9:
                    raise BadWorkbook("shared text")
                self.part.shared.append(int(word))
                self.valued = True
            elif not text.isspace():
                self.valued = True
        elif self.inside == "t" and not text.isspace():
            self.valued = True

    def _merge(self, where: str) -> None:
        first, _, last = where.partition(":")
        top, left = _place(first)
        bottom, right = _place(last or first)
        if bottom < top or right < left:
            raise BadWorkbook("merged")
        self.part.merged.append((top - 1, left - 1, bottom - 1, right - 1))


_READ = ("worksheet", "sst", "workbook", "Relationships", "styleSheet")
SPLIT = say("split it, or save it as CSV")


def _place(address: str) -> tuple[int, int]:
    """Return row and column of an address, both from 1."""
    letters = address.rstrip("0123456789")
    return _row(address[len(letters) :]), _column(letters)


def _row(digits: str) -> int:
    if not digits.isascii() or not digits.isdigit() or len(digits) > 7 or not int(digits):
        raise BadWorkbook("row")
    return int(digits)


def _column(letters: str) -> int:
    """Return the number of a column, ``A`` being 1."""
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise BadWorkbook("column")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
