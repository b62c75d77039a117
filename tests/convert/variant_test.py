# SPDX-License-Identifier: BSD-3-Clause
"""Optional fields, variants and bit-fields: rows and dicts, there and back."""

import types
import unittest

import numpy as np
import rows

# A value that a type takes, its fields as NumPy has them (None: not looked at), the tuple and the
# dict that come back.
TAKEN = [
    ("shape", (1, 5, (2.5,)), {"kind": 1, "id": 5}, (1, 5, (2.5,)), {"id": 5, "circle": {"radius": 2.5}}),
    ("shape", (2, 5, [1, 2]), {"kind": 2}, (2, 5, [1.0, 2.0]), {"id": 5, "box": [1.0, 2.0]}),
    ("shape", [-3, 5, 9], {"kind": -3, "count": 9}, (-3, 5, 9), {"id": 5, "count": 9}),
    ("shape", (7, 5, None), {"kind": 7, "count": 0}, (7, 5, None), {"kind": 7, "id": 5}),
    ("shape", {"kind": 1, "id": 5, "circle": (2,)}, {"kind": 1}, (1, 5, (2.0,)), {"id": 5, "circle": {"radius": 2.0}}),
    ("shape", {"id": 5, "box": (1, 2), "count": None}, {"kind": 2}, (2, 5, [1.0, 2.0]), {"id": 5, "box": [1.0, 2.0]}),
    ("shape", types.SimpleNamespace(id=5, count=3), {"kind": -3}, (-3, 5, 3), {"id": 5, "count": 3}),
    ("optional", (1, 2.5, None, (1, 2)),
     {"id": 1, "weight": 2.5, "weight_valid": True, "any_valid": False, "pair_valid": True},
     (1, 2.5, None, [1, 2]), {"id": 1, "weight": 2.5, "any": None, "pair": [1, 2]}),
    ("optional", (1, None, "x", None), {"weight": 0, "weight_valid": False, "any": "x", "any_valid": True},
     (1, None, "x", None), {"id": 1, "weight": None, "any": "x", "pair": None}),
    ("optional", {"id": 3}, {"weight_valid": False, "pair_valid": False}, (3, None, None, None),
     {"id": 3, "weight": None, "any": None, "pair": None}),
    ("optional", {"id": 3, "weight": 1, "weight_valid": False}, {"weight": 0, "weight_valid": False},
     (3, None, None, None), {"id": 3, "weight": None, "any": None, "pair": None}),
    ("choice", (1, 0, None, 0, 5), {"value_tag": 0, "number": 0, "small": 5}, (1, 0, None, 0, 5),
     {"id": 1, "value_tag": 0, "small": 5}),
    ("choice", (1, 2, (1, 2, 3), 1, 2**20), {"value_tag": 2, "more_tag": 1, "large": 2**20},
     (1, 2, (1.0, 2.0, 3.0), 1, 2**20), {"id": 1, "place": {"x": 1.0, "y": 2.0, "z": 3.0}, "large": 2**20}),
    ("choice", {"id": 1, "thing": "o", "small": -3}, {"value_tag": 3, "thing": "o", "more_tag": 0},
     (1, 3, "o", 0, -3), {"id": 1, "thing": "o", "small": -3}),
    ("choice", {"id": 1, "thing": None, "small": -3}, {"value_tag": 3}, (1, 3, None, 0, -3),
     {"id": 1, "thing": None, "small": -3}),
    ("nibbles", ((1, 2, 0x1234), 5), {"number": 5}, (b"\x21\x34\x12", 5),
     {"three": {"low": 1, "high": 2, "wide": 0x1234}, "number": 5}),
    ("nibbles", (b"abc", 5), {}, (b"abc", 5), {"three": {"low": 1, "high": 6, "wide": 0x6362}, "number": 5}),
]
TAKEN += [("device", (1, state, [(7, 0, None)] * 2), {"state": whole}, (1, whole, [(7, 0, None)] * 2),
           {"id": 1, "state": dict(zip(("ready", "mode", "level"), parts)), "shapes": [{"kind": 7, "id": 0}] * 2})
          for parts, whole in [((1, 5, -3), 0xff4b), ((0, 7, 511), 0x7fce), ((1, 0, -512), 0x8001)]
          for state in [parts, list(parts), dict(zip(("ready", "mode", "level"), parts)), whole]]

REFUSED = [
    ("shape", (7, 5, 1), ValueError, "expected None, since shape has no case where 'kind' is 7"),
    ("shape", (1, 5), ValueError, "expected 3 values for shape, got 2"),
    ("shape", (1, 5, (2.5,), (1, 2), 3), ValueError, "expected 3 values for shape, got 5"),
    ("shape", (2, 5, (1, "x")), TypeError, "field 'box[1]': expected float32, got str 'x'"),
    ("shape", {"id": 5}, ValueError, "expected a value for 'kind' of shape, got none"),
    ("shape", {"id": 5, "kind": 1}, ValueError, "expected a value for 'circle' of shape, got none"),
    ("shape", {"id": 5, "box": (1, 2), "count": 1}, ValueError, "expected one case of shape, got 'box' and 'count'"),
    ("shape", {"id": 5, "kind": -3, "box": (1, 2), "count": 1}, ValueError,
     "expected no 'box' of shape where 'kind' is -3"),
    ("shape", {"id": 5, "count": 1, "w": 2}, ValueError, "shape has no field 'w'"),
    ("shape", 3, TypeError, "expected shape, got int 3"),
    ("shape", object, TypeError, "expected shape, got type <class 'object'>"),
    ("shape", types.SimpleNamespace(a=1), TypeError, "expected shape, got SimpleNamespace namespace(a=1)"),
    ("optional", (1, 2.5, None), ValueError, "expected 4 values for optional, got 3"),
    ("optional", (1, "a", None, None), TypeError, "field 'weight': expected float64, got str 'a'"),
    ("optional", (None, 1, None, None), TypeError, "field 'id': expected int32, got None"),
    ("choice", {"id": 1, "value_tag": 0, "small": 300}, OverflowError,
     "field 'small': expected int8, got int 300, which is out of range"),
    ("device", (1, {"ready": 1, "mode": 8, "level": 0}, []), OverflowError,
     "field 'state.mode': expected an unsigned integer of 3 bits, got 8, which is out of range"),
    ("device", (1, {"ready": -1, "mode": 8, "level": 0}, []), OverflowError,
     "field 'state.ready': expected an unsigned integer of 1 bit, got -1, which is out of range"),
    ("device", (1, (1, 1, -513), []), OverflowError,
     "field 'state.level': expected a signed integer of 10 bits, got -513, which is out of range"),
    ("device", (1, (1, 1, 2**70), []), OverflowError,
     "field 'state.level': expected a signed integer of 10 bits, got 1180591620717411303424, which is out of range"),
    ("device", (1, (1, 1.0, 2), []), TypeError, "field 'state.mode': expected an unsigned integer of 3 bits, got 1.0"),
    ("device", (1, {"ready": 1, "mode": 1}, []), ValueError,
     "field 'state': expected a value for 'level' of uint32, got none"),
    ("device", (1, {"ready": 1, "mode": 1, "level": 1, "x": 1}, []), ValueError, "field 'state': uint32 has no field 'x'"),
    ("device", (1, (1, 2), []), ValueError, "field 'state': expected 3 values for uint32, got 2"),
    ("device", (1, "x", []), TypeError, "field 'state': expected uint32, got str 'x'"),
]


class VariantTest(unittest.TestCase):
    def test_only_what_has_a_value_is_read_and_written(self):
        for name, value, fields, row, mapping in TAKEN:
            with self.subTest(name, value=value):
                array, scalar, out, by_name = rows.element(name, value)
                self.assertEqual(out, row)
                self.assertEqual(by_name, mapping)
                for field, expected in fields.items():
                    self.assertEqual(scalar[field], expected, field)
                for again in [row, list(row), mapping, scalar]:
                    self.assertEqual(rows.from_rows(name, [again]).tobytes()[:8], array.tobytes()[:8])
                    self.assertEqual(rows.to_rows(name, rows.from_rows(name, [again])), [row])
                self.assertEqual(rows.to_dicts(name, array), [mapping])

    def test_refusals_name_the_case(self):
        for name, value, exception, message in REFUSED:
            with self.subTest(name, value=value):
                with self.assertRaises(exception) as raised:
                    rows.element(name, value)
                self.assertEqual(str(raised.exception), message)

    def test_flags(self):
        self.assertEqual(rows.element("shape", {"id": 5}, rows.MISSING_IS_ZERO)[2], (0, 5, None))
        self.assertEqual(rows.element("shape", {"id": 5, "count": 1, "w": 2}, rows.EXTRA_IGNORED)[2], (-3, 5, 1))
        self.assertEqual(rows.element("shape", {"id": 5, "kind": -3, "box": 0, "count": 1}, rows.EXTRA_IGNORED)[2],
                         (-3, 5, 1))
        self.assertEqual(rows.element("device", (1, {"mode": 1, "x": 1}, [(7, 0, None)] * 2),
                                      rows.MISSING_IS_ZERO | rows.EXTRA_IGNORED)[2][1], 2)

    def test_columns_have_every_part_and_need_none_but_the_tag(self):
        array = rows.from_rows("choice", [(1, 1, 5, 0, 3), (2, 2, (1, 2, 3), 1, 4), (3, 0, None, 0, 5), (4, 3, "t", 1, 6)])
        columns = rows.to_columns("choice", array)
        self.assertEqual(list(columns), list(array.dtype.names))
        self.assertEqual(rows.to_rows("choice", rows.from_columns("choice", columns)), rows.to_rows("choice", array))
        lists = {"id": [1, 2, 3, 4], "value_tag": [1, 2, 0, 3], "number": [5, None, "ignored", None],
                 "place": [None, (1, 2, 3), None, None], "thing": list("abct"), "more_tag": [0, 1, 0, 1],
                 "small": [3, None, 5, None], "large": np.array([0, 4, 0, 6])}
        self.assertEqual(rows.to_rows("choice", rows.from_columns("choice", lists)), rows.to_rows("choice", array))
        lists["number"][0] = "bad"
        with self.assertRaisesRegex(TypeError, "row 0, field 'number': expected int64, got str 'bad'"):
            rows.from_columns("choice", lists)
        for tag in ["value_tag", "more_tag"]:
            with self.assertRaisesRegex(ValueError, "expected a column '%s' of choice, got none" % tag):
                rows.from_columns("choice", {name: column for name, column in lists.items() if name != tag})
        optional = rows.from_columns("optional", {"id": range(3), "weight": [1, None, 2], "pair": np.ones((3, 2), "i2")})
        self.assertEqual(rows.to_rows("optional", optional),
                         [(0, 1.0, None, [1, 1]), (1, None, None, [1, 1]), (2, 2.0, None, [1, 1])])
        again = rows.from_columns("optional", rows.to_columns("optional", optional))
        self.assertEqual(rows.to_rows("optional", again), rows.to_rows("optional", optional))


if __name__ == "__main__":
    unittest.main()
