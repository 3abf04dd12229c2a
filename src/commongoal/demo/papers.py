"""Documents of the demonstration, made here: a page of plain words as a PDF, or as text. Nobody named in one exists."""

from collections.abc import Sequence

INVENTED = "This is an invented document of the demonstration. Nobody named in it exists."
TOP, LINE = 780, 22  # points: where the first line stands on a page of A4, and how far the next is below it


def as_pdf(lines: Sequence[str]) -> bytes:
    """One page with the lines on it, then that it is invented; characters outside Latin-1 become question marks."""
    shown = "".join(f"1 0 0 1 60 {TOP - LINE * n} Tm ({_escaped(line)}) Tj " for n, line in enumerate(_all(lines)))
    words = f"BT /F1 12 Tf {shown}ET".encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    return _with_table(objects)


def as_text(lines: Sequence[str]) -> bytes:
    """The same as plain text."""
    return "\r\n".join(_all(lines)).encode()


def _all(lines: Sequence[str]) -> tuple[str, ...]:
    return (*lines, "", INVENTED)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _with_table(objects: Sequence[bytes]) -> bytes:
    """The objects one after another, and the table that says at which byte each begins."""
    body, starts = b"%PDF-1.4\n", list[int]()
    for number, each in enumerate(objects, start=1):
        starts.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
