# SPDX-License-Identifier: BSD-3-Clause
"""Runs the unittest cases of one file and, under Bazel, reports each of them to it.

    run_unittest.py FILE [ARGUMENTS of unittest]
"""

import importlib.util
import os
import sys
import time
import unittest
from xml.etree import ElementTree


class Result(unittest.TextTestResult):
    """Notes every case for Bazel's test.xml; a failed sub-test fails its case."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.suite = ElementTree.Element("testsuite", name=os.path.basename(sys.argv[0]))
        self.case = None

    def startTest(self, test):
        super().startTest(test)
        self.begin = time.monotonic()
        self.case = self.add_case(test)

    def stopTest(self, test):
        # CPython 3.12.1 stops cases of a skipped class that it has not started.
        if self.case is not None:
            self.case.set("time", "%.3f" % (time.monotonic() - self.begin))
        self.case = None
        super().stopTest(test)

    def add_case(self, test):
        classname, _, name = test.id().rpartition(".")
        return ElementTree.SubElement(self.suite, "testcase", classname=classname, name=name)

    def note(self, test, kind, message, text=""):
        # A fixture of a class or a module fails outside of any case, and is one then.
        case = self.add_case(test) if self.case is None else self.case
        ElementTree.SubElement(case, kind, message=message).text = text

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, "error", str(err[1]), self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, "failure", str(err[1]), self.failures[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note(test, "failure", "%s: %s" % (subtest, err[1]))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skipped", reason)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, "failure", "succeeded, which is unexpected")


def load(path):
    """Imports the file at `path` as a module of its own name."""
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def printable(text):
    """`text` without what XML has no way to say."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def write_xml(suite, path):
    for element in suite.iter():
        element.text = printable(element.text or "")
        for key, value in element.items():
            element.set(key, printable(value))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def main():
    path = sys.argv.pop(1)
    sys.argv[0] = path
    runner = unittest.TextTestRunner(resultclass=Result, verbosity=2)
    program = unittest.main(module=load(path), testRunner=runner, exit=False)
    if "XML_OUTPUT_FILE" in os.environ:
        write_xml(program.result.suite, os.environ["XML_OUTPUT_FILE"])
    # A class that is skipped as a whole has run nothing since Python 3.12.1.
    if program.result.testsRun == 0 and not program.result.skipped:
        sys.exit("%s: no test was run" % path)
    sys.exit(not program.result.wasSuccessful())


if __name__ == "__main__":
    main()
