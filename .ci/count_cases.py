# SPDX-License-Identifier: BSD-3-Clause
"""Prints how many test cases passed and failed: "N M".

    count_cases.py EVENTS...

Each of EVENTS is what one run of Bazel wrote to its --build_event_json_file. A test that left no
report, for example because it does not build, counts as one case that failed.
"""

import json
import sys
import urllib.parse
from xml.etree import ElementTree


def reports(path):
    """Yields the path of each test's test.xml, or None where there is none.

    What Bazel did not get to, because it stopped at a failure, is not among them.
    """
    with open(path) as file:
        for event in map(json.loads, file):
            if "testResult" in event:
                outputs = event["testResult"].get("testActionOutput", [])
                uris = [output["uri"] for output in outputs if output["name"] == "test.xml"]
                yield urllib.parse.unquote(urllib.parse.urlparse(uris[0]).path) if uris else None
            elif "completed" in event and not event["completed"].get("success"):
                yield None


def outcome(case):
    """True for a case that passed, False for one that failed, None for one that was not run."""
    if case.find("failure") is not None or case.find("error") is not None:
        return False
    if case.find("skipped") is not None or case.get("status") == "notrun":
        return None
    return True


def outcomes(report):
    try:
        cases = list(ElementTree.parse(report).iter("testcase")) if report else []
    except (OSError, ElementTree.ParseError):
        cases = []
    return [outcome(case) for case in cases] or [False]


def main():
    all_outcomes = [
        result for path in sys.argv[1:] for report in reports(path) for result in outcomes(report)]
    print(all_outcomes.count(True), all_outcomes.count(False))


if __name__ == "__main__":
    main()
