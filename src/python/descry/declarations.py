# SPDX-License-Identifier: BSD-3-Clause
"""Declarations of descry for the structs of a header: which names they get, and their text."""

import dataclasses
import re

from descry.debug_info import (BOOLEAN, COMPLEX, FLOAT, SIGNED, SIGNED_CHAR, UNSIGNED, UNSIGNED_CHAR, UTF, Array, Base,
                               Enum, Pointer, Struct, Typedef, Void)

INTEGERS = {SIGNED: "int%d", SIGNED_CHAR: "int%d", UNSIGNED: "uint%d", UNSIGNED_CHAR: "uint%d", UTF: "uint%d"}
FLOATS = {4: "float32", 8: "float64"}
COMPLEXES = {8: "complex64", 16: "complex128"}

# Templates of C++'s library whose members descry deduces.
DEDUCED = ("array<", "complex<")


def strip(made):
    """A type without typedefs."""
    while isinstance(made, Typedef):
        made = made.target
    return made


def size_of(made):
    made = strip(made)
    if isinstance(made, Array):
        size = size_of(made.element)
        for length in made.lengths:
            size *= length or 0
        return size
    return getattr(made, "size", 0)


def alignment_of(made):
    """The alignment of a type that is not packed."""
    made = strip(made)
    if isinstance(made, Array):
        return alignment_of(made.element)
    if isinstance(made, Struct):
        return max((alignment_of(each.type) for each in made.members + made.bases), default=1)
    return max(getattr(made, "size", 1) or 1, 1)


def tag_of(base):
    """The element tag of a base type, or None where no dtype has it."""
    if base.encoding == BOOLEAN and base.size == 1:
        return "bool_"
    if base.encoding in INTEGERS and base.size in (1, 2, 4, 8):
        return INTEGERS[base.encoding] % (8 * base.size)
    if base.encoding == FLOAT:
        if base.name == "long double":
            return "longdouble"
        if base.size == 2:
            return "bfloat16" if "bf" in base.name else "float16"
        return FLOATS.get(base.size) if "Float" not in base.name else None
    if base.encoding == COMPLEX:
        return "clongdouble" if "long double" in base.name else COMPLEXES.get(base.size)
    return None


@dataclasses.dataclass
class Field:
    """One line of a list, or a remark in place of one."""
    text: str = ""
    remark: str = ""
    needs: object = None  # the struct that has to be declared before
    begin: int = 0
    past: int = 0


@dataclasses.dataclass(eq=False)
class Declaration:
    """A struct that is declared, under `name`."""
    struct: Struct
    name: str
    spelled: str = ""      # what the header calls it; empty where that is `name` already
    is_foreign: bool = False
    fields: list = dataclasses.field(default_factory=list)
    is_partial: bool = False
    is_flexible: bool = False
    order: int = 0         # in which it got its name: outer ones before what is in them
    remarks: list = dataclasses.field(default_factory=list)


def identifier(text):
    return re.sub(r"_+$", "", re.sub(r"\W+", "_", text)) or "unnamed"


class Writer:
    """Collects the declarations of structs and of what is in them, inner ones first."""

    def __init__(self, types, is_cxx, rename=None):
        self.is_cxx = is_cxx
        self.rename = rename or {}  # the names that something else has already, with what to take instead
        self.declared = {}          # id(struct) -> Declaration, in the order in which they are written
        self.names = set()
        self.typedefs = {}
        for made in types:
            if isinstance(made, Typedef) and isinstance(strip(made), Struct):
                self.typedefs.setdefault(id(strip(made)), []).append(made)

    # Names.

    def typedef_of(self, struct):
        """The typedef that the header itself has for a struct, or None: one like its tag, else the first."""
        found = [each for each in self.typedefs.get(id(struct), []) if each.target is struct]
        return next((each for each in found if each.name == struct.name), found[0] if found else None)

    def spelled(self, struct):
        """How a source writes the type, or None for an unnamed one that no typedef names."""
        if struct.name and None not in struct.scope:
            whole = "::".join([*struct.scope, struct.name])
            return whole if self.is_cxx else "%s %s" % ("union" if struct.kind == "union" else "struct", struct.name)
        made = self.typedef_of(struct)
        return "::".join([*made.scope, made.name]) if made else None

    def declare(self, struct, inside=None):
        """Declares a struct; `inside` is (outer, member path, its array dimensions) for one without a name."""
        if id(struct) in self.declared:
            return self.declared[id(struct)]
        spelled = self.spelled(struct)
        typedef = self.typedef_of(struct)
        if spelled is None:
            outer, path, rank = inside
            spelled = self.member_type(outer, path + rank * "[0]")
            name = outer.name + "_" + identifier(path)
        elif typedef and not typedef.scope:
            name, spelled = typedef.name, ""
        else:
            name = identifier(spelled.split(" ")[-1])
            if self.is_cxx and name == spelled:
                spelled = ""
        name = self.rename.get(name, name)
        while name in self.names:
            name += "_"
        self.names.add(name)
        made = Declaration(struct, name, spelled, order=len(self.names))
        made.is_foreign = self.is_cxx and bool(struct.scope or "<" in (struct.name or ""))
        self.fill(made)
        self.declared[id(struct)] = made
        return made

    def member_type(self, outer, path):
        if self.is_cxx:
            return "std::remove_reference_t<decltype(static_cast<%s*>(nullptr)->%s)>" % (outer.name, path)
        return "__typeof__(((%s*)0)->%s)" % (outer.name, path)

    # Fields.

    def fill(self, made):
        struct = made.struct
        if struct.is_polymorphic:
            made.is_partial = True
            made.remarks.append("its virtual functions' table is left out")
        made.fields = list(self.fields_of(made, struct, "", 0))
        past = max((field.past for field in made.fields), default=0)
        if struct.size - past >= alignment_of(struct) and made.fields:
            made.is_partial = True
            made.fields.append(Field(remark="%d bytes that no member has" % (struct.size - past)))

    def fields_of(self, made, struct, prefix, start):
        for base in struct.bases:
            yield from self.inherited(made, base, prefix, start)
        members = list(struct.members)
        while members:
            if members[0].bits:
                group = [members.pop(0)]
                while struct.kind != "union" and members and members[0].bits:
                    group.append(members.pop(0))
                yield self.bits(made, struct, group, members, prefix, start)
            else:
                yield from self.member(made, members.pop(0), prefix, start)

    def inherited(self, made, base, prefix, start):
        struct = strip(base.type)
        if not base.is_public or struct.is_polymorphic:
            made.is_partial = True
            yield Field(remark="the base %s is left out" % struct.name)
        else:
            yield from self.fields_of(made, struct, prefix, start + base.offset)

    def member(self, made, member, prefix, start):
        inner = strip(member.type)
        if member.name is None and isinstance(inner, Struct):
            yield from self.fields_of(made, inner, prefix, start + member.offset)
        elif not member.is_public:
            made.is_partial = True
            yield Field(remark="%s is private" % member.name)
        else:
            found = self.field(made, prefix + member.name, member.type)
            found.begin = start + member.offset
            found.past = found.begin + size_of(member.type)
            yield found

    def opaque(self, path, remark):
        return Field("DESCRY_OPAQUE(%s)" % path, remark)

    def field(self, made, path, type_):
        inner = strip(type_)
        element, rank = (strip(inner.element), len(inner.lengths)) if isinstance(inner, Array) else (inner, 0)
        if isinstance(inner, Array) and inner.is_vector:
            return self.opaque(path, "a vector of the processor")
        if size_of(type_) == 0:
            flexible = isinstance(inner, Array)
            made.is_flexible = made.is_partial = True  # gcc cannot clear the padding of such a struct
            return Field(remark="%s has no size of its own: %s" % (
                path, "a flexible array" if flexible else "an empty struct"))
        if isinstance(element, Base):
            return self.base_field(path, element, rank)
        if isinstance(element, Enum):
            return Field(path) if rank < 3 or self.is_cxx else self.opaque(path, "an enum in %d dimensions" % rank)
        if isinstance(element, Pointer):
            is_object = isinstance(strip(element.target), Struct) and strip(element.target).name == "_object"
            return Field(path) if is_object and rank < 3 else self.opaque(path, "a pointer" if not rank else "pointers")
        if isinstance(element, Struct):
            return self.struct_field(made, path, element, rank)
        return self.opaque(path, getattr(element, "name", "no type that descry knows"))

    def base_field(self, path, base, rank):
        tag = tag_of(base)
        if tag is None:
            return self.opaque(path, base.name)
        if tag in ("float16", "bfloat16"):
            return Field("DESCRY_AS(%s, %s)" % (path, tag))
        if rank < 3 or self.is_cxx:
            return Field(path)
        return Field("DESCRY_AS(%s, %s)" % (path, "bytes" if base.encoding == SIGNED_CHAR and base.name == "char" else tag))

    def struct_field(self, made, path, struct, rank):
        if struct.scope[:1] == ("std",) and (struct.name or "").startswith(DEDUCED):
            return Field(path)
        reason = self.why_not(struct)
        if reason:
            return self.opaque(path, reason)
        inner = self.declare(struct, (made, path, rank))
        if inner.is_flexible:
            made.is_flexible = made.is_partial = True
        return Field("DESCRY_AS(%s, %s)" % (path, inner.name), needs=struct)

    def why_not(self, struct):
        """Why a struct is not declared where it is a member; empty where it is."""
        if struct.scope[:1] == ("std",) and not (struct.name or "").startswith("pair<"):
            return "std::" + (struct.name or "type").partition("<")[0]
        if not struct.is_complete:
            return "an incomplete type"
        if not struct.members and not struct.bases:
            return "an empty struct"
        return ""

    def bits(self, made, struct, group, later, prefix, start):
        names = [each.name for each in group if each.name]
        ends = self.ends_of_bits(made, struct, group, later, prefix)
        reason = ("they have no name" if not names else "they are private" if not all(each.is_public for each in group)
                  else "" if ends else "no members stand beside them")
        if reason:
            made.is_partial = True
            return Field(remark="bit-fields%s are left out: %s" % (" " + ", ".join(names) if names else "", reason))
        name = "_".join(names) if len(names) <= 3 else names[0] + "_to_" + names[-1]
        parts = ['"%s"' % (prefix + name), *ends, *self.each_bit(group)]
        text = "DESCRY_BITS(%s)" % "\n".join(wrapped(parts, "", 84)).replace("\n", "\n                ")
        begin, past = self.extent_of_bits(struct, group, later)
        return Field(text, begin=start + begin, past=start + past)

    def extent_of_bits(self, struct, group, later):
        """The bytes between the members before and after."""
        index = struct.members.index(group[0])
        begin = 0
        if index:
            last, offset = self.outermost(struct.members[index - 1], -1)
            begin = offset + size_of(last.type)
        return begin, later[0].offset if later else struct.size

    def ends_of_bits(self, made, struct, group, later, prefix):
        """The members before and after, empty at an end of the record; None where neither is known."""
        if struct.kind == "union":
            return None
        index = struct.members.index(group[0])
        before = self.outermost(struct.members[index - 1], -1)[0] if index else None
        after = self.outermost(later[0], 0)[0] if later else None
        if struct is not made.struct and not (before and after):
            return None
        found = ["" if each is None else each.name and prefix + each.name for each in (before, after)]
        return None if None in found else found

    def outermost(self, member, index):
        """The first or last named member of what may be an unnamed struct or union, and its offset."""
        inner, offset = strip(member.type), member.offset
        while member.name is None and isinstance(inner, Struct) and inner.members:
            # The largest of a union is where it ends.
            at = index if inner.kind != "union" else max(range(len(inner.members)), key=lambda i: size_of(inner.members[i].type))
            member = inner.members[at]
            inner = strip(member.type)
            offset += member.offset
        return member, offset

    @staticmethod
    def each_bit(group):
        at = group[0].bits[0] // 8 * 8
        for each in group:
            first, width = each.bits
            if first > at:
                yield "DESCRY_BIT(NULL, %d)" % (first - at)
            base = strip(each.type)
            is_signed = isinstance(base, Base) and base.encoding in (SIGNED, SIGNED_CHAR)
            yield "DESCRY_BIT%s(%s, %d)" % ("_SIGNED" if is_signed else "", '"%s"' % each.name if each.name else "NULL", width)
            at = first + width


# Text.

HEAD = """\
// Declares %(what)s of %(include)s to descry. Written by
//
//   %(command)s
//
// and yours to edit: `python -m descry declare --check` says whether it still fits the header.
"""


def wrapped(parts, indent, width=100):
    """Joins parts by commas, in lines of up to `width` characters."""
    lines, line = [], indent
    for index, part in enumerate(parts):
        piece = part + ("," if index + 1 < len(parts) else "")
        length = len(line.rpartition("\n")[2]) + 1 + len(piece.partition("\n")[0])
        if len(line) > len(indent) and length > width:
            lines.append(line)
            line = indent
        line += (" " if len(line) > len(indent) else "") + piece
    return lines + [line]


def list_lines(made):
    """The lines of a list: fields with a remark have a line each, the others share lines."""
    lines, plain = [], []
    last = max((index for index, field in enumerate(made.fields) if field.text), default=-1)

    def flush():
        if plain:
            lines.extend(wrapped(plain, "    "))
            plain.clear()

    for index, field in enumerate(made.fields):
        text = field.text + ("," if field.text and index < last else "")
        if field.text and not field.remark:
            plain.append(field.text)
            if index == last or made.fields[index + 1].remark:
                flush()
                lines[-1] += "," if index < last else ""
        else:
            flush()
            lines.append("    " + (text + "  " if text else "") + "// " + field.remark)
    flush()
    return lines


def can_be_declared(made):
    return any(field.text for field in made.fields)


def definition(made):
    if not can_be_declared(made):
        return "// %s has no member that can be a field.\n" % made.name
    macro = "DESCRY_RECORD_PARTIAL" if made.is_partial else "DESCRY_RECORD"
    lines = ["// %s: %s.\n" % (made.name, remark) for remark in made.remarks]
    rows = list_lines(made)
    alone = "%s(%s, %s);" % (macro, made.name, rows[0].strip()) if len(rows) == 1 else ""
    if alone and "//" not in alone and len(alone) <= 100:
        return "".join(lines) + alone + "\n"
    rows[-1] += ");" if "//" not in rows[-1] else "\n);"
    return "".join(lines) + "%s(%s,\n%s\n" % (macro, made.name, "\n".join(rows))


def header_text(writer, include, guard, what, command):
    declared = [made for made in writer.declared.values() if can_be_declared(made)]
    lines = [HEAD % {"what": what, "include": include.strip('<>"'), "command": command},
             "#ifndef %s\n#define %s\n\n" % (guard, guard),
             "#include <descry/declare.h>\n#include %s\n\n" % include]
    spelled = sorted((made for made in declared if made.spelled), key=lambda made: made.order)
    lines += ["typedef %s %s;\n" % (made.spelled, made.name) for made in spelled] + ["\n"] * bool(spelled)
    lines += ["%s(%s);\n" % ("DESCRY_DECLARE_FOREIGN" if made.is_foreign else "DESCRY_DECLARE", made.name)
              for made in declared]
    return "".join(lines) + "\n#endif  // %s\n" % guard


def member_names(writer):
    """Every name of a member in the lists."""
    text = " ".join(field.text for made in writer.declared.values() for field in made.fields)
    return set(re.findall(r"\b(?!DESCRY_)[A-Za-z_]\w*", re.sub(r'"[^"]*"', "", text)))


def source_text(writer, header, macros=()):
    """`macros` are those of the headers; one with the name of a member would take its place."""
    hidden = sorted(member_names(writer) & set(macros))
    undefined = "// Macros of the header that have the names of members.\n" * bool(hidden)
    undefined += "".join("#undef %s\n" % name for name in hidden) + "\n" * bool(hidden)
    return '#include "%s"\n\n' % header + undefined + "\n".join(definition(made) for made in writer.declared.values())
