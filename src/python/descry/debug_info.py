# SPDX-License-Identifier: BSD-3-Clause
"""What a compiler says of the types in a header: its own debug information, read by pyelftools.

`read(compiled)` gives the types of an object file by gcc or clang, in DWARF 4 or 5, as the small
classes below: members in order with the offsets that the compiler gave them, bit-fields with their
bits, whatever packing, alignment and padding there is. Nothing of the header's text is looked at.
"""

import dataclasses
import typing

# DW_ATE_*: how a base type is encoded.
BOOLEAN, COMPLEX, FLOAT, SIGNED, SIGNED_CHAR, UNSIGNED, UNSIGNED_CHAR, UTF = 2, 3, 4, 5, 6, 7, 8, 0x10


@dataclasses.dataclass(eq=False)
class Base:
    """An integer, a number, a character."""
    name: str
    size: int
    encoding: int


@dataclasses.dataclass(eq=False)
class Pointer:
    """An address: of an object, a function, or a reference's or member's in C++."""
    size: int
    target: typing.Optional[object] = None


@dataclasses.dataclass(eq=False)
class Enum:
    name: str
    size: int
    scope: tuple = ()


@dataclasses.dataclass(eq=False)
class Array:
    """`lengths` are outermost first; the first is None for a flexible array."""
    element: object
    lengths: list
    is_vector: bool = False


@dataclasses.dataclass(eq=False)
class Typedef:
    name: str
    target: object
    scope: tuple = ()


@dataclasses.dataclass(eq=False)
class Member:
    """`name` is None for an unnamed struct or union; `bits` is (first bit, width) for a bit-field."""
    name: typing.Optional[str]
    type: object
    offset: int
    bits: typing.Optional[tuple] = None
    is_public: bool = True


@dataclasses.dataclass(eq=False)
class Struct:
    """A struct, union or class. `name` is its tag, or None."""
    name: typing.Optional[str]
    kind: str
    size: int
    scope: tuple = ()
    members: list = dataclasses.field(default_factory=list)
    bases: list = dataclasses.field(default_factory=list)
    is_complete: bool = True
    is_polymorphic: bool = False
    file: str = ""  # the header that has it
    line: int = 0


@dataclasses.dataclass(eq=False)
class Void:
    """No type, or one that no C type has a size for."""
    name: str = "void"


class Reader:
    """Turns one compilation unit's entries into types, each once."""

    def __init__(self, unit):
        self.unit = unit
        self.known = {}
        self.lines = unit.dwarfinfo.line_program_for_CU(unit)

    def file(self, entry):
        """The path of the file that an entry was declared in."""
        index = self.attribute(entry, "decl_file")
        if index is None or self.lines is None:
            return ""
        header = self.lines.header
        is_new = header["version"] >= 5
        made = header["file_entry"][index if is_new else index - 1]
        folder = made["dir_index"]
        folders = header["include_directory"]
        if not is_new:
            folder -= 1
        where = folders[folder].decode() if 0 <= folder < len(folders) else ""
        return (where + "/" if where else "") + made["name"].decode()

    def attribute(self, entry, name, default=None):
        found = entry.attributes.get("DW_AT_" + name)
        return default if found is None else found.value

    def text(self, entry, name="name"):
        value = self.attribute(entry, name)
        return value.decode() if value is not None else None

    def scope(self, entry):
        """The names of the namespaces and classes that an entry is in, outermost first."""
        names = []
        parent = entry.get_parent()
        while parent is not None and parent.tag != "DW_TAG_compile_unit":
            if parent.tag in ("DW_TAG_namespace", "DW_TAG_structure_type", "DW_TAG_class_type", "DW_TAG_union_type"):
                names.append(self.text(parent))
            parent = parent.get_parent()
        return tuple(reversed(names))

    def target(self, entry):
        """The type that DW_AT_type refers to."""
        if "DW_AT_type" not in entry.attributes:
            return Void()
        return self.type_of(entry.get_DIE_from_attribute("DW_AT_type"))

    def type_of(self, entry):
        if entry.offset not in self.known:
            make = getattr(self, "read_" + entry.tag[len("DW_TAG_"):], None)
            if make is None:
                self.known[entry.offset] = Void(entry.tag[len("DW_TAG_"):])
            else:
                make(entry)
        return self.known[entry.offset]

    def note(self, entry, made):
        self.known[entry.offset] = made
        return made

    def read_base_type(self, entry):
        self.note(entry, Base(self.text(entry), self.attribute(entry, "byte_size", 0), self.attribute(entry, "encoding")))

    def read_unspecified_type(self, entry):
        self.note(entry, Void(self.text(entry) or "void"))

    def read_pointer_type(self, entry):
        made = self.note(entry, Pointer(self.attribute(entry, "byte_size", self.unit["address_size"])))
        made.target = self.target(entry)

    read_reference_type = read_rvalue_reference_type = read_pointer_type

    def read_ptr_to_member_type(self, entry):
        word = self.unit["address_size"]
        is_function = entry.get_DIE_from_attribute("DW_AT_type").tag == "DW_TAG_subroutine_type"
        self.note(entry, Pointer(2 * word if is_function else word))

    def read_enumeration_type(self, entry):
        self.note(entry, Enum(self.text(entry), self.attribute(entry, "byte_size", 0), self.scope(entry)))

    def read_qualified(self, entry):
        # Qualifiers change nothing of a layout. The entry stands for its target, which may refer back.
        self.known[entry.offset] = Void()
        self.known[entry.offset] = self.target(entry)

    read_const_type = read_volatile_type = read_restrict_type = read_atomic_type = read_qualified

    def read_typedef(self, entry):
        made = self.note(entry, Typedef(self.text(entry), None, self.scope(entry)))
        made.target = self.target(entry)

    read_template_alias = read_typedef

    def read_array_type(self, entry):
        made = self.note(entry, Array(None, [], bool(self.attribute(entry, "GNU_vector"))))
        made.lengths = [self.length(child) for child in entry.iter_children() if child.tag == "DW_TAG_subrange_type"]
        made.element = self.target(entry)
        if isinstance(made.element, Array) and not made.element.is_vector:
            made.lengths += made.element.lengths
            made.element = made.element.element

    def length(self, subrange):
        count = self.attribute(subrange, "count")
        if count is None:
            last = self.attribute(subrange, "upper_bound")
            count = None if last is None else last + 1
        # -1, as 32 or 64 bits, is how gcc and clang write the bound of [0].
        return 0 if count in (2**32, 2**64) else count if isinstance(count, int) else None

    def read_structure_type(self, entry):
        kind = {"DW_TAG_union_type": "union", "DW_TAG_class_type": "class"}.get(entry.tag, "struct")
        made = self.note(entry, Struct(self.text(entry), kind, self.attribute(entry, "byte_size", 0), self.scope(entry)))
        made.is_complete = not self.attribute(entry, "declaration")
        made.file = self.file(entry)
        made.line = self.attribute(entry, "decl_line", 0)
        made.is_polymorphic = "DW_AT_containing_type" in entry.attributes
        for child in entry.iter_children():
            self.read_child(made, child, kind)

    read_union_type = read_class_type = read_structure_type

    def read_child(self, struct, child, kind):
        if child.tag == "DW_TAG_inheritance":
            is_virtual = bool(self.attribute(child, "virtuality"))
            struct.is_polymorphic |= is_virtual
            struct.bases.append(Member(None, self.target(child), self.offset(child), None, self.is_public(child, kind)))
        elif child.tag == "DW_TAG_member" and not self.is_static(child):
            self.read_member(struct, child, kind)

    def is_static(self, child):
        return bool(self.attribute(child, "external") or self.attribute(child, "declaration"))

    def is_public(self, child, kind):
        return self.attribute(child, "accessibility", 3 if kind == "class" else 1) == 1

    def read_member(self, struct, child, kind):
        name = self.text(child)
        if name and name.startswith("_vptr"):
            struct.is_polymorphic = True
            return
        offset, bits = self.offset(child), self.bits(child)
        if bits:
            offset = bits[0] // 8
        struct.members.append(Member(name, self.target(child), offset, bits, self.is_public(child, kind)))

    def offset(self, child):
        value = self.attribute(child, "data_member_location", 0)
        return value if isinstance(value, int) else 0  # an expression: a virtual base

    def bits(self, child):
        """(first bit, width) counted from the struct's first byte in the order of its memory, or None."""
        width = self.attribute(child, "bit_size")
        if width is None:
            return None
        first = self.attribute(child, "data_bit_offset")
        if first is None:  # DWARF 2 to 4: from the most significant bit of a storage unit
            unit = self.attribute(child, "byte_size") or self.size_of(self.target(child))
            first = 8 * self.offset(child)
            from_top = self.attribute(child, "bit_offset", 0)
            is_little = self.unit.dwarfinfo.config.little_endian
            first += 8 * unit - from_top - width if is_little else from_top
        return first, width

    @staticmethod
    def size_of(made):
        while isinstance(made, Typedef):
            made = made.target
        return made.size


TYPES = ("DW_TAG_structure_type", "DW_TAG_union_type", "DW_TAG_class_type", "DW_TAG_typedef")


def read(path):
    """Returns all structs, unions, classes and typedefs of an object file, in the order of its entries."""
    from elftools.elf.elffile import ELFFile  # the other tools do without
    found = []
    with open(path, "rb") as file:
        dwarf = ELFFile(file).get_dwarf_info()
        for unit in dwarf.iter_CUs():
            reader = Reader(unit)
            found += [reader.type_of(entry) for entry in unit.iter_DIEs() if entry.tag in TYPES]
    return found
