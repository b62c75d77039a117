# SPDX-License-Identifier: BSD-3-Clause
"""Compiles and runs every snippet of the documentation.

A page is a project: blocks ```c title="name"``` (or cpp) are the files of one extension module, several with one title make one file,
and the ```python``` blocks are run against it as a doctest. Files in a folder are not of that module. A picture
![module.name](file.svg) is what `python -m descry layout --svg` draws.
All pages share one process, so each type has a name that no other page gives to another one.
"""

import doctest
import pathlib
import re
import sys
import tempfile
import unittest

from build_extension import STANDARDS, build_extension

sys.path.insert(0, "src/python")
PICTURE = re.compile(r"!\[(\w+\.\w+)\]\(([^)]+\.svg)\)")
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)

def pages():
    return [pathlib.Path("README.md")] + sorted(pathlib.Path("docs").rglob("*.md"))


def write_files(text, folder):
    """Writes the titled blocks of a page; returns the sources."""
    for _, title, body in FENCE.findall(text):
        if title:
            (folder / title).parent.mkdir(exist_ok=True)
            with open(folder / title, "a") as file:
                file.write(body + "\n")
    return sorted(path for path in folder.iterdir() if path.suffix in STANDARDS)


def module_name(sources):
    """The module that the page's sources make: what comes behind PyInit_."""
    return re.search(r"PyInit_(\w+)", "".join(source.read_text() for source in sources)).group(1)


class SnippetsTest(unittest.TestCase):
    limited = False  # whether modules are compiled against the limited C-API

    def check(self, page):
        text = page.read_text()
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            sources = write_files(text, folder)
            if sources:
                build_extension(sources, folder, module_name(sources), ["-Wno-unused-parameter"],
                                self.limited)
            python = "\n".join(body for kind, _, body in FENCE.findall(text) if kind == "python")
            sys.path.insert(0, str(folder))
            try:
                test = doctest.DocTestParser().get_doctest(python, {}, page.name, str(page), 0)
                runner = doctest.DocTestRunner()
                runner.run(test)
                self.check_pictures(page, text)
            finally:
                sys.path.remove(str(folder))
            self.assertEqual(runner.failures, 0)

    def check_pictures(self, page, text):
        from descry import layout  # needs NumPy
        for name, file in PICTURE.findall(text):
            drawn = layout.svg(name.rpartition(".")[2], layout.dtype_of(name))
            self.assertEqual(drawn, (page.parent / file).read_text(), "draw %s anew: python -m descry layout" % file)

    def test_every_c_block_has_a_title(self):
        for page in pages():
            for kind, title, body in FENCE.findall(page.read_text()):
                # The reference shows the headers themselves.
                if kind in ("c", "cpp", "cc") and page.name != "reference.md":
                    self.assertTrue(title, f"{page}: {body}")


def add_page(page):
    def test(self):
        self.check(page)

    setattr(SnippetsTest, "test_" + str(page), test)


for each in pages():
    add_page(each)


class CoverageTest(unittest.TestCase):
    def test_finds_the_pages_that_have_code(self):
        with_code = {page.name for page in pages() if 'title="' in page.read_text()}
        self.assertLessEqual({"README.md", "declare.md", "take_apart.md"}, with_code)

    def test_finds_the_pictures(self):
        self.assertTrue(PICTURE.search(pathlib.Path("README.md").read_text()))


if __name__ == "__main__":
    unittest.main()
