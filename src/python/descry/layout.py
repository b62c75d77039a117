# SPDX-License-Identifier: BSD-3-Clause
"""`python -m descry layout`: draws the memory of one element of a dtype, holes and all."""

import dataclasses
import html
import importlib
import sys

# As in descry_layout(): what is nested deeper is not taken apart.
MAX_NESTING = 16
# Of a sub-array of records, how many the picture takes apart.
MOST_ELEMENTS = 16

# Of the picture, in pixels.
CELL, ROW, CHARACTER, MARGIN, BYTES_IN_A_ROW = 40, 34, 7.5, 12, 16
COLOURS = ["#cfe3f7", "#d9efd3", "#fbe6c8", "#eadcf5", "#f8d7da", "#d5eeee"]


class Problem(Exception):
    """What the user is told, with exit 1."""


@dataclasses.dataclass
class Part:
    """A field of one record, or a hole, which has no dtype."""
    offset: int
    size: int
    name: str
    label: str = ""
    dtype: object = None

    def record(self, depth):
        """The record that is taken apart, or None."""
        inner = innermost(self.dtype) if self.dtype is not None else None
        return inner if inner is not None and inner.names and depth + 1 < MAX_NESTING else None


def add_arguments(parser):
    parser.add_argument("name", metavar="MODULE.NAME", help="a dtype, or what has one, such as an array")
    parser.add_argument("--svg", action="store_true", help="a picture, a box for each field, rather than a table")
    parser.add_argument("-o", metavar="FILE", dest="output", help="where to write it (default: standard output)")


def find(path):
    """Returns what stands at MODULE.NAME, the longest part that is a module taken as that."""
    parts = path.split(".")
    for count in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:count])
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError as error:
            if not error.name or not (module + ".").startswith(error.name + "."):
                raise
            continue
        for part in parts[count:]:
            if not hasattr(found, part):
                raise Problem("%s has no %s" % (module, ".".join(parts[count:])))
            found = getattr(found, part)
        return found
    raise Problem("there is no module for %s" % path)


def dtype_of(path):
    import numpy as np
    found = find(path)
    dtype = found if isinstance(found, np.dtype) else getattr(found, "dtype", None)
    if not isinstance(dtype, np.dtype):
        raise Problem("%s is neither a dtype nor has one: it is of class %s" % (path, type(found).__name__))
    return dtype


def label(dtype):
    base, shape = dtype.subdtype or (dtype, ())
    while base.subdtype:
        base, shape = base.subdtype[0], shape + base.subdtype[1]
    text = "record" if base.names is not None else base.name if base.isnative else str(base)
    if base.kind in "SUV" and base.names is None:
        text = base.str.lstrip("|<=" if base.isnative else "|=")
    return text + (" " + str(shape) if shape else "")


def innermost(dtype):
    while dtype.subdtype:
        dtype = dtype.subdtype[0]
    return dtype


def parts(dtype):
    """Yields the fields of a record by their offsets, and the holes between them."""
    past = 0
    for name in sorted(dtype.names or (), key=lambda each: dtype.fields[each][1]):
        field, offset, *title = dtype.fields[name]
        if offset > past:
            yield Part(past, offset - past, "(hole)")
        text = label(field) + (", title '%s'" % title[0] if title else "") + (", overlaps" if offset < past else "")
        yield Part(offset, field.itemsize, name, text, field)
        past = max(past, offset + field.itemsize)
    if dtype.names is not None and dtype.itemsize > past:
        yield Part(past, dtype.itemsize - past, "(hole)")


def rows(dtype, start=0, depth=0):
    """Yields the offset, the depth and the part for each line of the table."""
    for part in parts(dtype):
        yield start + part.offset, depth, part
        if part.record(depth):
            yield from rows(part.record(depth), start + part.offset, depth + 1)


def heading(name, dtype):
    return "%s: %d byte%s, alignment %d" % (name, dtype.itemsize, "" if dtype.itemsize == 1 else "s", dtype.alignment)


def text(name, dtype):
    """The table that descry_layout() gives for the type."""
    lines = [heading(name, dtype)]
    if dtype.names is None:
        return "\n".join(lines + ["  stands for " + label(dtype)]) + "\n"
    found = list(rows(dtype))
    width = max((len(part.name) + 2 * depth for _, depth, part in found), default=0)
    lines.append("  offset  size  field")
    for offset, depth, part in found:
        words = "  " * depth + part.name
        if part.label:
            words = words.ljust(width) + "  " + part.label
        lines.append("  %6d  %4d  %s" % (offset, part.size, words))
    return "\n".join(lines) + "\n"


def cut(offset, size):
    """Yields what each line of the picture has of a field: its first byte there, and how many."""
    end = offset + size
    while offset < end:
        last = min(end, (offset // BYTES_IN_A_ROW + 1) * BYTES_IN_A_ROW)
        yield offset, last - offset
        offset = last


def fitted(words, width):
    room = int(width / CHARACTER)
    return words if len(words) <= room else words[:max(room - 1, 0)] + "\u2026" if room > 1 else ""


def box(first, count, words, fill):
    """One box, with its words as a tooltip too: they may not fit."""
    x = MARGIN + first % BYTES_IN_A_ROW * CELL
    y = 2 * MARGIN + ROW + first // BYTES_IN_A_ROW * (ROW + 18)
    shown = html.escape(fitted(words, count * CELL - 6))
    return ('<g><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="#444"/>'
            '<text x="%d" y="%d">%s</text><text x="%d" y="%d" class="offset">%d</text></g>'
            % (html.escape(words), x, y, count * CELL, ROW, fill, x + 4, y + 21, shown, x + 1, y + ROW + 12, first))


def pieces(dtype, start=0, path="", depth=0):
    """Yields what the picture has boxes for: fields that are not taken apart, and holes, by their whole paths."""
    for part in parts(dtype):
        offset = start + part.offset
        record = part.record(depth)
        if not record:
            yield dataclasses.replace(part, offset=offset, name=path + part.name if part.label else part.name)
            continue
        count = part.size // record.itemsize if record.itemsize else 1
        for index in range(min(count, MOST_ELEMENTS)):
            inside = "%s%s%s." % (path, part.name, "[%d]" % index if part.dtype.subdtype else "")
            yield from pieces(record, offset + index * record.itemsize, inside, depth + 1)
        drawn = min(count, MOST_ELEMENTS) * record.itemsize
        if drawn < part.size:
            yield Part(offset + drawn, part.size - drawn, path + part.name, "%d more" % (count - MOST_ELEMENTS))


def drawn_piece(piece, fill):
    words = "%s  %s" % (piece.name, piece.label) if piece.label else piece.name
    return [box(first, count, words if first == piece.offset else "\u2026 " + piece.name, fill)
            for first, count in cut(piece.offset, piece.size)]


def svg(name, dtype):
    """A picture: lines of 16 bytes, a box for each field."""
    found = list(pieces(dtype)) or [Part(0, dtype.itemsize, name, label(dtype))]
    drawn = []
    for index, piece in enumerate(found):
        drawn += drawn_piece(piece, COLOURS[index % len(COLOURS)] if piece.label else "url(#hole)")
    lines = -(-max(dtype.itemsize, 1) // BYTES_IN_A_ROW)
    width = 2 * MARGIN + min(max(dtype.itemsize, 8), BYTES_IN_A_ROW) * CELL
    height = 3 * MARGIN + ROW + lines * (ROW + 18)
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">'
        % (width, height),
        '<style>.offset { font-size: 10px; fill: #666 }</style>',
        '<defs><pattern id="hole" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#fff"/><rect width="2" height="6" fill="#bbb"/></pattern></defs>',
        '<rect width="100%" height="100%" fill="#fff"/>',
        '<text x="%d" y="%d" font-size="14">%s</text>' % (MARGIN, MARGIN + 16, html.escape(heading(name, dtype))),
        *drawn, "</svg>"]) + "\n"


def main(given):
    try:
        drawn = (svg if given.svg else text)(given.name.rpartition(".")[2], dtype_of(given.name))
        if given.output:
            with open(given.output, "w", encoding="utf-8") as file:
                file.write(drawn)
        else:
            sys.stdout.write(drawn)
        return 0
    except (Problem, ImportError, OSError) as error:
        print("descry: %s" % error, file=sys.stderr)
        return 1
