"""Just enough of the PDF format to count pages and to read what a document says of itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib

import pytest


def unpacked(document: bytes) -> bytes:
    """Return a PDF with its compressed streams written out after it."""
    parts = [document]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", document, re.S):
        try:
            parts.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(parts)


def count(document: bytes) -> int:
    """Return the number of pages."""
    return len(re.findall(rb"/Type\s*/Page\b", unpacked(document)))


def words(document: bytes) -> str:
    """Return the text of a PDF, by poppler where it is installed."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext: install the package poppler-utils of your system")
    done = subprocess.run([tool, "-", "-"], input=document, capture_output=True, check=True)
    return done.stdout.decode().replace("\u202f", " ").replace("\u00a0", " ")
