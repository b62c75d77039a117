# SPDX-License-Identifier: BSD-3-Clause
"""Writes reference.md, every public name with its contract, from the comments of the headers.

    python3 docs/reference.py

A comment right above declarations is theirs, and so is one behind a declaration. What DESCRY_PRIV_,
descry_priv, descry_ctype_ and the namespaces `priv` and `descry_priv` keep to themselves is left out.
"""

import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What stands beside the headers of the stages.
FIRST = ["declare.h", "type.h", "flags.h"]
CXX = ["object.hpp", "view.hpp", "any_view.hpp", "array.hpp", "element.hpp", "vector.hpp", "borrow.hpp",
       "convert.hpp", "arrow.hpp", "loop.hpp", "operate.hpp", "function.hpp", "schema.hpp",
       "standard.hpp"]
LAST = ["field.h", "version.h", "descry.hpp", *CXX, "pybind11.hpp", "nanobind.hpp"]

PRIVATE = re.compile(r"DESCRY_PRIV_|descry_priv_|descry_priv\b|descry_ctype_|descryi_|_H_$|_HPP_$")
NAME = re.compile(r"\b(?:descry|DESCRY)_\w+\b")
TITLE = {
    "declare.h": "Declaring",
    "type.h": "What was declared",
    "flags.h": "Flags",
    "field.h": "Fields without a struct",
    "schema.h": "Types made at run time",
    "npy.h": "Files",
    "dtype.h": "Dtypes",
    "match.h": "Matching",
    "array.h": "Making arrays",
    "view.h": "Taking arrays apart",
    "arrow.h": "Arrow",
    "loop.h": "Loops",
    "operate.h": "NumPy's operations, with the dtype kept",
    "function.h": "Functions",
    "borrow.h": "Borrowing",
    "convert.h": "Rows and values of Python",
    "version.h": "Versions",
    "descry.hpp": "C++",
    "object.hpp": "Errors and references in C++",
    "view.hpp": "Views in C++",
    "any_view.hpp": "Views of any array in C++",
    "array.hpp": "Arrays in C++",
    "element.hpp": "Single elements in C++",
    "vector.hpp": "Vectors that Python sees",
    "borrow.hpp": "Borrowing in C++",
    "schema.hpp": "Types made at run time, in C++",
    "loop.hpp": "Loops in C++",
    "operate.hpp": "NumPy's operations in C++",
    "convert.hpp": "Rows, columns and ranges in C++",
    "arrow.hpp": "Arrow in C++",
    "function.hpp": "Functions in C++",
    "standard.hpp": "std::optional and std::variant",
    "pybind11.hpp": "For pybind11",
    "nanobind.hpp": "For nanobind",
}

HEAD = """\
# Reference

Every public name, with the comment that stands beside it in the headers: made from them by
[`reference.py`](reference.py), not by hand. `<descry/descry.h>` includes all of C;
`<descry/declare.h>` alone is enough for declarations and needs no Python.

"""


def stage_headers():
    """The headers of all stages, in their order."""
    listed = {}
    exec((ROOT / "src" / "stages.bzl").read_text(), listed)
    return [header for _, header in listed["STAGES"] if header and header not in FIRST]


HEADERS = FIRST + stage_headers() + LAST


class Item:
    """One declaration, or several that share a comment."""

    def __init__(self, comment, code, names):
        self.comment = comment
        self.code = code
        self.names = names


def without_linkage(text):
    text = re.sub(r"^// SPDX-License-Identifier: .*\n", "", text).replace("DESCRY_PRIV_LOCAL ", "")
    return re.sub(r'^#ifdef __cplusplus\n(?:extern "C" \{|\})\n#endif\n', "", text, flags=re.M)


def blocks(lines):
    """Yields (comment, code) for each paragraph: the comment's lines above, and the code's."""
    comment, code = [], []
    depth = 0
    for line in [*lines, ""]:
        is_comment = line.lstrip().startswith("//")
        if depth == 0 and code and (not line.strip() or is_comment) and not code[-1].endswith("\\"):
            yield comment, code
            comment, code = [], []
        if depth == 0 and is_comment:
            comment.append(re.sub(r"^\s*// ?", "", line))
        elif line.strip() or depth:
            code.append(line)
            bare = re.sub(r'//.*|"[^"\n]*"', "", line)
            depth += bare.count("{") - bare.count("}")
        elif comment:
            yield comment, []
            comment = []


def enum_names(code):
    bodies = re.findall(r"\benum\b[^{;]*\{(.*?)\}", re.sub(r"//.*", "", code), re.S)
    return [word for body in bodies for word in re.findall(r"\b(DESCRY_\w+)\b(?=\s*(?:=|,|$))", body)]


def declared_names(code):
    """The public names of C that these declarations bring."""
    bare = re.sub(r"//.*", "", code)
    found = re.findall(r"^#define (\w+)", bare, re.M)
    if not bare.startswith("#"):
        outside = re.sub(r"\{.*?\n\}", "{}", bare, flags=re.S)
        found += re.findall(r"^typedef (?:struct|enum) (\w+)", outside, re.M)
        found += re.findall(r"^(?:struct|enum) (\w+) \{", outside, re.M)
        found += re.findall(r"^typedef [^\n{(]*\(\*(\w+)\)", outside, re.M)
        found += enum_names(code)
        if not outside.startswith("typedef") and "static inline" not in outside:
            found += re.findall(r"\b(descry_\w+)\((?!\*)", outside)
    names = [name for name in found if NAME.fullmatch(name) and not PRIVATE.search(name)]
    return list(dict.fromkeys(names))


def shown_code(code):
    """Declarations as a reader needs them: macros without what they expand to."""
    lines = []
    for line in "\n".join(code).replace("\\\n", " ").split("\n"):
        macro = re.match(r"#define (\w+(?:\([^)]*\))?)(.*)", line)
        if macro and not PRIVATE.match(macro[1]):
            value = macro[2].strip()
            lines.append("#define %s%s" % (macro[1], " " + value if re.fullmatch(r"\w+", value) else ""))
        elif not line.startswith("#"):
            lines.append(line)
    return "\n".join(lines).strip("\n")


def read_c(text):
    """Returns the header's own comment and its items."""
    paragraphs = list(blocks(text.split("\n")))
    intro = paragraphs[0][0]
    items = []
    for comment, code in paragraphs[1:]:
        names = declared_names("\n".join(code))
        # A declaration ahead of the definition, or a macro of the name of a function.
        if names and (comment or not is_known(items, names)):
            items.append(Item(comment, shown_code(code), names))
    return intro, [item for item in items if item.comment or not said_later(items, item)]


def is_known(items, names):
    return {name for item in items for name in item.names}.issuperset(names)


def said_later(items, item):
    return is_known([other for other in items if other.comment], item.names)


def without_bodies(text):
    """C++ declarations of one class or namespace, without what functions do."""
    out, depth = [], 0
    for at, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                out.append(";" if text[at + 1:at + 2] != ";" else "")
        elif depth == 0:
            out.append(char)
    text = "".join(out)
    text = re.sub(r"(\)(?: noexcept| const)*)\s*:\s[^;]*;", r"\1;", text)
    return re.sub(r"\s*;", ";", text)


def class_body(text, start):
    """The text between the braces that open behind `start`."""
    begin = text.index("{", start) + 1
    depth, at = 1, begin
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return text[begin:at - 1]


def public_part(body):
    parts = re.split(r"^ (public|private|protected):$", body, flags=re.M)
    return "".join(text for access, text in zip(parts[1::2], parts[2::2]) if access == "public")


def member_names(name, code):
    """What these declarations of C++ bring: neither constructors nor conversions."""
    bare = re.sub(r"//.*|^ *template <.*>$", "", code, flags=re.M)
    found = [re.search(r"class (\w+)|(operator\(\)|(?<!operator )\b\w+)\(", each) for each in bare.split(";")]
    names = [each[1] or each[2] for each in found if each]
    return [each for each in dict.fromkeys(names) if each not in (name, "bool")]


def member_items(name, body):
    items = []
    for comment, code in blocks(public_part(body).split("\n")):
        text = "\n".join(re.sub("^  ", "", line) for line in code)
        nested = re.match(r"class (\w+)", text)
        shown = "class %s;" % nested[1] if nested else without_bodies(text)
        shown = re.sub(r"^static_assert.*\n?|^using .*\n?|^#.*\n?|^.*= delete;\n?", "", shown, flags=re.M).strip("\n")
        if shown:
            members = member_names(name, shown)
            items.append(Item(comment, shown, ["descry::%s::%s" % (name, each) for each in members]))
    return items


def read_cxx(text):
    """Returns the header's own comment and its items."""
    intro = next(blocks(text.split("\n")))[0]
    if "namespace descry {" not in text:
        return intro, []
    body = class_body(text, text.index("namespace descry {"))
    while "namespace priv {" in body:
        private = body.index("namespace priv {")
        body = body[:private] + body[private + len("namespace priv {") + len(class_body(body, private)) + 1:]
    items = []
    for comment, code in blocks(body.split("\n")):
        text = "\n".join(code)
        found = re.match(r"(?:template <[^\n]*>\n)?class (\w+)([^\n{]*)", text)
        if found and "{" not in text:
            continue  # announced, for the class is further down
        if found:
            head = re.sub(r" \{.*", "", text[:found.end()]).strip()
            items.append(Item(comment, head + ";", ["descry::" + found[1]]))
            items += member_items(found[1], class_body(text, 0))
        elif text.strip():
            shown = without_bodies(text).strip()
            names = member_names("", re.sub(r"template <.*>\n", "", shown))
            items.append(Item(comment, shown, ["descry::" + name for name in names]))
    return intro, items


def read_elements(text):
    """Returns the rows of elements.inc: tag, C type, dtype and whether it has byte orders."""
    return re.findall(r"^DESCRY_ELEMENT(_ORDERED)?\((\w+), ([\w ]+\*?), \"([^\"]+)\"\)", text, re.M)


def read(folder):
    """Returns (header, comment, items) for each header."""
    result = []
    for header in HEADERS:
        text = without_linkage((folder / header).read_text())
        result.append((header, *(read_cxx if header.endswith(".hpp") else read_c)(text)))
    return result


def undocumented(pages):
    """Names without a word about them: no comment above, and none behind."""
    return [name for _, _, items in pages for item in items for name in item.names
            if not item.comment and not re.search(r"\b%s\b[^\n]*//" % name.split("::")[-1], item.code)]


def anchor(name):
    return name.replace("::", "-").replace("()", "")


def link_names(text, known):
    def linked(match):
        name = match[0].rstrip("()")
        return "[`%s`](#%s)" % (match[0], anchor(name)) if name in known else "`%s`" % match[0]

    pieces = re.split(r"(`[^`]*`)", text)
    for index in range(0, len(pieces), 2):
        piece = re.sub(r"([*<])", r"\\\1", pieces[index])
        pieces[index] = re.sub(r"\b(?:descry|DESCRY)_\w+(?:\(\))?", linked, piece)
    return "".join(pieces)


def wrap(text):
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


def prose(comment, known):
    """A comment as Markdown: what it indents is an example."""
    out, text = [], []
    for line in [*comment, ""]:
        indented = line.startswith("  ")
        if text and (indented or not line):
            out += [wrap(link_names(" ".join(text), known)), ""]
            text = []
        if indented:
            out.append("    " + line[2:])
        elif line:
            if out and out[-1].startswith("    "):
                out.append("")
            text.append(line)
        elif out and out[-1]:
            out.append("")
    return "\n".join(out).strip("\n") + "\n"


def item_text(item, known, language):
    constants = enum_names(item.code)
    heading = ", ".join("`%s`" % name for name in item.names if name not in constants or item.names == constants)
    anchors = "".join('<a id="%s"></a>' % anchor(name) for name in item.names)
    parts = ["### %s\n" % heading, anchors + "\n"] if item.names else []
    parts.append("```%s\n%s\n```\n" % (language, item.code))
    if item.comment:
        parts.append(prose(item.comment, known))
    return "\n".join(parts)


def element_table(rows):
    lines = ["### Elements\n", "Tags for [`DESCRY_AS`](#DESCRY_AS), [`DESCRY_ALIAS`](#DESCRY_ALIAS) and "
             "[`DESCRY_TYPE`](#DESCRY_TYPE). Those with orders exist with `_be` and `_le` behind them too.\n",
             "| tag | C type | dtype | orders |", "|---|---|---|---|"]
    for ordered, tag, c_type, dtype in rows:
        lines.append('| <a id="descry_type_of_%s"></a>`%s` | `%s` | `%s` | %s |' % (
            tag, tag, re.sub(r"descry_priv_", "", c_type), dtype, "yes" if ordered else ""))
    return "\n".join(lines) + "\n"


def names_of(pages):
    return [name for _, _, items in pages for item in items for name in item.names]


def contents(pages):
    lines = []
    for header, _, items in pages:
        names = dict.fromkeys(name for item in items for name in item.names)
        # A line each, so that a new name is a change of one line.
        links = ",\n  ".join("[`%s`](#%s)" % (name, anchor(name)) for name in names)
        lines.append("* **[%s](#%s)**, `<descry/%s>`:\n  %s" % (TITLE[header], header.replace(".", "-"), header, links))
    return "\n".join(lines) + "\n"


def write(folder):
    """Returns the text of reference.md for the headers in `folder`."""
    pages = read(folder)
    known = set(names_of(pages))
    out = [HEAD + contents(pages)]
    for header, intro, items in pages:
        out.append('<a id="%s"></a>\n\n## %s: `<descry/%s>`\n' % (header.replace(".", "-"), TITLE[header], header))
        out.append(prose(intro, known))
        language = "cpp" if header.endswith(".hpp") else "c"
        out += [item_text(item, known, language) for item in items]
        if header == "declare.h":
            out.append(element_table(read_elements((folder / "elements.inc").read_text())))
    return "\n".join(out)


def main():
    folder = ROOT / "include" / "descry"
    missing = undocumented(read(folder))
    if missing:
        sys.exit("no comment for: " + ", ".join(missing))
    (ROOT / "docs" / "reference.md").write_text(write(folder))


if __name__ == "__main__":
    main()
