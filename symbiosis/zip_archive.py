"""ZIP archives that somebody sent: what is in them, by their bytes and not by their claims."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAX_MEMBERS = 10_000
"""Most members of one archive."""
_PIECE = 1 << 20
_HEAD = 30
_ENCRYPTED = 0x2041
"""Flags of encryption: plain, strong, and of the directory."""


class BadArchive(ValueError):
    """The archive is damaged, protected, or made to be read in two ways."""


class Bomb(BadArchive):
    """It unpacks to more than it may; ``unpacked`` says how far it was followed, bytes."""

    def __init__(self, unpacked: int) -> None:
        super().__init__("bomb")
        self.unpacked = unpacked


@dataclass
class Budget:
    """How much all members together may still unpack to, bytes."""

    most: int
    used: int = 0

    def take(self, size: int) -> None:
        """Count bytes.

        Raises
        ------
        Bomb
            If they are too many.
        """
        self.used += size
        if self.used > self.most:
            raise Bomb(self.used)


@dataclass(frozen=True)
class Member:
    """One member of an archive.

    Parameters
    ----------
    name
        Its path, as the archive gives it; never a path of ours.
    packed
        Its packed bytes.
    deflated
        Whether they are deflated, or stored as they are.
    size, checksum
        What the directory claims: bytes unpacked, and their CRC-32.
    """

    name: str
    packed: memoryview
    deflated: bool
    size: int
    checksum: int
    budget: Budget

    def pieces(self) -> Iterator[bytes]:
        """Yield it unpacked, a piece of at most a megabyte at a time.

        Raises
        ------
        BadArchive
            If it is damaged or not what the directory claims; `Bomb` if it is too much.
        """
        size, checksum = 0, 0
        for piece in self._unpacked():
            self.budget.take(len(piece))
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if (size, checksum) != (self.size, self.checksum):
            raise BadArchive(self.name)

    def _unpacked(self) -> Iterator[bytes]:
        if not self.deflated:
            for start in range(0, len(self.packed), _PIECE):
                yield bytes(self.packed[start : start + _PIECE])
            return
        inflater = zlib.decompressobj(-15)
        rest: bytes | memoryview = self.packed
        try:
            while not inflater.eof:
                piece = inflater.decompress(rest, _PIECE)
                rest = inflater.unconsumed_tail
                if not piece and not rest and not inflater.eof:
                    raise BadArchive(self.name)
                yield piece
        except zlib.error:
            raise BadArchive(self.name) from None


def members(content: bytes, *, most_bytes: int, most_ratio: int = 0) -> list[Member]:
    """Return the files of an archive, none unpacked yet.

    Parameters
    ----------
    content
        The archive.
    most_bytes
        What all members together may unpack to.
    most_ratio
        How many times its own size an archive may unpack to, from 50 MB on; 0 for any.

    Raises
    ------
    BadArchive
        If it is damaged or protected, has too many members, or names one twice; or if members
        overlap or are packed in a way that is not usual.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, struct.error):
        raise BadArchive("directory") from None
    if len(entries) > MAX_MEMBERS:
        raise BadArchive("members")
    if most_ratio:
        most_bytes = min(most_bytes, max(50_000_000, most_ratio * len(content)))
    budget, listed, names, end = Budget(most_bytes), [], set(), 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = _start(content, entry)
        if entry.header_offset < end or start + entry.compress_size > len(content):
            raise BadArchive(entry.filename)
        end = start + entry.compress_size
        name = entry.filename.replace("\\", "/").lower()
        if name in names:
            raise BadArchive(entry.filename)
        names.add(name)
        deflated = entry.compress_type == zipfile.ZIP_DEFLATED
        if not entry.is_dir():
            packed = memoryview(content)[start:end]
            claims = (entry.file_size, entry.CRC)
            listed.append(Member(entry.filename, packed, deflated, *claims, budget))
    return listed


def _start(content: bytes, entry: zipfile.ZipInfo) -> int:
    """Return where the packed bytes of a member begin, by its own header."""
    at = entry.header_offset
    usual = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if not usual or entry.flag_bits & _ENCRYPTED or content[at : at + 4] != b"PK\x03\x04":
        raise BadArchive(entry.filename)
    if len(content) < at + _HEAD:
        raise BadArchive(entry.filename)
    name, extra = struct.unpack("<HH", content[at + 26 : at + _HEAD])
    return int(at + _HEAD + name + extra)
