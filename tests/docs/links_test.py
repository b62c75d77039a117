# SPDX-License-Identifier: BSD-3-Clause
"""Every link of the documentation leads somewhere, and the index leads to every page."""

import pathlib
import re
import unittest

# The pages are links into the source tree, where everything is that they can link to.
ROOT = pathlib.Path("README.md").resolve().parent
PAGES = [pathlib.Path("README.md"), *sorted(pathlib.Path("docs").rglob("*.md"))]

CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.M | re.S)
LABEL = re.compile(r"`(//tests[\w/]*):([\w.]+)")
LINK = re.compile(r"\]\(([^)\s]*(?:\(\))?)\)")


def links(page):
    """The targets of the page's links, but for those to other places of the web."""
    return [link for link in LINK.findall(CODE.sub("", page.read_text()))
            if not link.startswith(("http:", "https:"))]


def anchors(path):
    """What GitHub makes of headings, and what the page names itself."""
    text = path.read_text()
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def is_target(package, name):
    """Whether the BUILD file of a package has such a target, going by its text: names may be made of parts."""
    build = ROOT / package[2:] / "BUILD"
    if not build.exists():
        return False
    text = build.read_text()
    # refused() makes a test for each language; some are named for their sources.
    plain = re.sub(r"_(c|cc)_test$", "", name)
    names = {name, plain, re.sub("_test$", "", name), re.sub(r"_(c|cc)_test$", r".\1", name)}
    return any('"%s"' % made in text or '"%s.cc"' % made in text for made in names)


class LinksTest(unittest.TestCase):
    def test_lead_somewhere(self):
        broken = []
        for page in PAGES:
            for link in links(page):
                path, _, anchor = link.partition("#")
                target = (ROOT / page.parent / path).resolve() if path else ROOT / page
                if not target.exists() or (anchor and anchor not in anchors(target)):
                    broken.append("%s: %s" % (page, link))
        self.assertEqual(broken, [])

    def test_targets_that_pages_name_exist(self):
        named = [label for page in PAGES for label in LABEL.findall(page.read_text())]
        self.assertGreater(len(named), 60)
        self.assertEqual([label for label in named if not is_target(*label) and label[1] != "..._test"], [])

    def test_no_others_are_found(self):
        self.assertFalse(is_target("//tests/dtype", "no_such_test"))
        self.assertFalse(is_target("//tests/no_such_package", "dtype_test"))

    def test_are_found(self):
        self.assertIn("docs/README.md", links(pathlib.Path("README.md")))

    def test_of_the_index_lead_to_every_page(self):
        index = pathlib.Path("docs/README.md")
        named = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in links(index)}
        self.assertEqual({str(page) for page in PAGES[1:]
                          if page != index and (ROOT / page).resolve() not in named}, set())


if __name__ == "__main__":
    unittest.main()
