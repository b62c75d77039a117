# SPDX-License-Identifier: BSD-3-Clause
"""For gdb: shows descry's views with their elements, and its types with their fields.

    (gdb) source src/gdb/descry.py
    (gdb) print in
    $1 = 1-d view of particle, shape (3), strides (64), read only = {{id = 0, pos = {...}, ...}, ...}

Elements are shown where the program has debugging information of their C type.
"""

import itertools

import gdb
import gdb.printing

WRITE = 0x2
KINDS = {1: "element", 2: "record", 3: "transparent", 4: "alias", 5: "object"}

# What np.dtype calls numbers, by their first letter; those of another byte order have ">" before it.
SIGNED = "iMm"
UNSIGNED = "u?"
FLOATS = {4: "float", 8: "double"}


def string(pointer):
    return pointer.string() if int(pointer) else ""


def look_up(name):
    """The C type of that name, or None."""
    for each in (name, "struct " + name, "union " + name, "enum " + name):
        try:
            return gdb.lookup_type(each)
        except gdb.error:
            pass
    return None


def c_type(declared, itemsize):
    """The C type of a view's elements, where the program tells it and it has their size, or None."""
    code = string(declared["code"]).lstrip("=<|")
    if not code:
        found = look_up(string(declared["name"]))
    elif code[0] in SIGNED + UNSIGNED:
        found = gdb.selected_inferior().architecture().integer_type(8 * itemsize, code[0] in SIGNED)
    else:
        found = look_up(FLOATS[itemsize]) if code[0] == "f" and itemsize in FLOATS else None
    return found if found and found.sizeof == itemsize else None


def numbers(pointer, count):
    return [int(pointer[i]) for i in range(count)]


def tuple_text(values):
    return "(%s)" % ", ".join(map(str, values))


class ViewPrinter:
    """A descry_view."""

    def __init__(self, value):
        self.value = value
        self.open = int(value["type"]) != 0 and int(value["array"]) != 0
        if self.open:
            ndim = int(value["ndim"])
            self.shape = numbers(value["shape"], ndim)
            self.strides = numbers(value["strides"], ndim)
            self.type = c_type(value["type"].dereference(), int(value["itemsize"]))

    def to_string(self):
        if not self.open:
            return "closed view"
        name = string(self.value["type"]["name"])
        access = "writable" if int(self.value["flags"]) & WRITE else "read only"
        return "%d-d view of %s, shape %s, strides %s, %s" % (
            len(self.shape), name, tuple_text(self.shape), tuple_text(self.strides), access)

    def children(self):
        if not self.open or self.type is None:
            return
        pointer = self.type.pointer()
        for index in itertools.product(*map(range, self.shape)):
            offset = sum(i * stride for i, stride in zip(index, self.strides))
            element = (self.value["data"] + offset).cast(pointer).dereference()
            yield "[%s]" % ", ".join(map(str, index)), element

    def display_hint(self):
        return "array"


class TypePrinter:
    """A descry_type."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        value = self.value
        return "%s %s, %d bytes" % (
            KINDS.get(int(value["kind"]), "?"), string(value["name"]), int(value["size"]))

    def children(self):
        for i in range(int(self.value["field_count"])):
            field = self.value["fields"][i]
            dimensions = "".join("[%d]" % n for n in numbers(field["shape"], int(field["ndim"])))
            yield string(field["name"]), "%s%s at offset %d" % (
                string(field["element"]["name"]), dimensions, int(field["offset"]))


def build():
    printers = gdb.printing.RegexpCollectionPrettyPrinter("descry")
    printers.add_printer("descry_view", "^descry_view$", ViewPrinter)
    printers.add_printer("descry_type", "^descry_type$", TypePrinter)
    return printers


gdb.printing.register_pretty_printer(gdb.current_objfile(), build(), replace=True)
