# SPDX-License-Identifier: BSD-3-Clause
"""No public function is missing from the walks: whatever can fail is made to, and every flag is tried."""

import pathlib
import re
import unittest

PAGE = pathlib.Path("docs/reference.md").read_text()
WALK = "".join(pathlib.Path("tests/faults", name).read_text() for name in ("walk.c", "values.c"))
FLAGS = pathlib.Path("tests/faults/flags_test.cc").read_text()

# What neither walk needs, and why. Whole names, as regular expressions.
CANNOT_FAIL = {
    r"descry_field_\w+": "reads what a type says of a field",
    r"descry_type_(alignment|class|field|field_count|field_named|kind|name|original|size|tag|target)":
        "reads what a type says",
    r"descry_type_(retain|release)": "counts",
    r"descry_version": "a number",
    r"descry_kernel": "the type of a kernel",
    r"descry_variant_(tag|name|payload)": "reads an element",
    r"descry_loop_(next|split)": "touches no Python and allocates nothing",
    r"descry_schema_problem": "reads the schema's own text",
    r"descry_schema_(place|resize|title|free)": "as descry_schema_add(), which schema's tests fail",
}
ELSEWHERE = {
    r"descry_np[yz]_\w+": "no Python: //tests/npy:faults_test fails every write, sync and allocation",
    r"descry_schema_add|descry_type_array":
        "no Python: //tests/schema:memory_test fails every allocation",
    r"descry_einsum": "NumPy's own crashes where it gets no memory (1.24)",
    r"descry_view_acquire_at|descry_borrow_(shared|exclusive)_at":
        "what the macros without _at stand for",
    r"descry_dtype|descry_view_get": "part of every step, by descry_register() and DESCRY_GET()",
}


def functions():
    """The prototypes of all public functions of C, by their names."""
    code = "\n;".join(re.findall(r"^```c\n(.*?)^```", PAGE, flags=re.M | re.S))
    code = re.sub(r"^#.*(\\\n.*)*", ";", re.sub(r"//.*", "", code), flags=re.M)
    code = re.sub(r"\s+", " ", code)
    return dict(re.findall(r"\b(descry_(?!priv)\w+)\)?\(([^;{]*)\) ?[;{]", code))


class CompleteTest(unittest.TestCase):
    def test_the_page_has_all_functions(self):
        self.assertGreater(len(functions()), 120)

    def test_each_function_that_can_fail_is_made_to(self):
        reasons = {**CANNOT_FAIL, **ELSEWHERE}
        excused = {name for name in functions()
                   if any(re.fullmatch(pattern, name) for pattern in reasons)}
        missing = [name for name in functions()
                   if name not in excused and not re.search(r"\b%s\(" % name, WALK)]
        self.assertEqual(missing, [])

    def test_each_excuse_is_of_a_function(self):
        for pattern in {**CANNOT_FAIL, **ELSEWHERE}:
            self.assertTrue(any(re.fullmatch(pattern, name) for name in functions()), pattern)

    def test_each_flag_of_each_function_is_tried(self):
        missing = [name for name, parameters in functions().items()
                   if "unsigned flags" in parameters and '{"%s"' % name not in FLAGS
                   and not name.startswith("descry_npz_")]  # by those of descry_npy_create(), _open()
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main()
