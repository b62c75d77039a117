# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/avro against fastavro: every kind of value, random schemas, damaged files."""

import contextlib
import datetime
import io
import json
import os
import pathlib
import random
import string
import sys
import tempfile
import tracemalloc
import unittest

import numpy as np

import build_example

EXAMPLE = pathlib.Path("docs/examples/avro").resolve()
SOURCES = [EXAMPLE / name for name in ("tree.c", "blocks.c", "values.c", "avro_module.c")]
LIBRARIES = ["-lavro", "-ljansson"]
MUTATIONS = 200
RANDOM_SCHEMAS = 150

# Reads each file named, whatever is in it.
SURVIVE = """
import sys, avro_records
failures = 0
for path in sys.argv[1:]:
    for objects in False, True:
        try:
            avro_records.read(path, objects=objects)
            avro_records.symbols(path)
        except (ValueError, MemoryError):
            failures += 1
print("failures", failures)
"""

UTC = datetime.timezone.utc


def setUpModule():
    for header, package in (("avro.h", "libavro-dev"), ("jansson.h", "libjansson-dev")):
        build_example.require_header(header, package)
    global folder, avro_records, fastavro
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    fastavro = build_example.install("fastavro", folder.name)
    avro_records = build_example.load(
        build_example.build("avro_records", SOURCES, LIBRARIES, folder.name))


def record(fields, name="thing"):
    return {"type": "record", "name": name, "fields": [
        {"name": field, "type": kind} for field, kind in fields.items()]}


class ReadTestCase(unittest.TestCase):
    def setUp(self):
        self.path = os.path.join(folder.name, "test.avro")

    def write(self, schema, rows, **options):
        with open(self.path, "wb") as file:
            fastavro.writer(file, fastavro.parse_schema(schema), rows, **options)

    def expected(self):
        """The file's schema and rows by fastavro."""
        with open(self.path, "rb") as file:
            reader = fastavro.reader(file, return_record_name=True, return_named_type=True)
            return reader.writer_schema, list(reader)

    def same(self, schema, rows, objects=False, fields=None, **options):
        """Writes a file by fastavro, reads it by the example, and compares. Returns the array."""
        self.write(schema, rows, **options)
        array = avro_records.read(self.path, objects=objects, fields=fields)
        schema, rows = self.expected()
        self.assertEqual(len(array), len(rows))
        symbols = avro_records.symbols(self.path, fields=fields)
        compare = Comparison(self, schema, symbols)
        for got, want in zip(array, rows):
            compare.fields(schema, got, want, "", fields)
        return array


class Comparison:
    """Compares a record with what fastavro read, by the schema."""

    def __init__(self, test, schema, symbols):
        self.test, self.symbols, self.named = test, symbols, {}
        self.learn(schema)

    def learn(self, schema):
        for each in schema if isinstance(schema, list) else [schema]:
            if isinstance(each, list):
                self.learn(each)
            elif isinstance(each, dict):
                if "name" in each and "type" in each and isinstance(each["type"], str):
                    self.named[each["name"]] = each
                for field in each.get("fields", []):
                    self.learn(field["type"])
                for inner in each["type"], each.get("items"), each.get("values"):
                    if isinstance(inner, (dict, list)):
                        self.learn(inner)

    def resolved(self, schema):
        return self.named[schema] if isinstance(schema, str) and schema in self.named else schema

    def fields(self, schema, got, want, path, wanted=None):
        for field in schema["fields"]:
            if wanted is None or field["name"] in wanted:
                self.field(field["name"], self.resolved(field["type"]), got, want[field["name"]], path)

    def field(self, name, schema, got, want, path):
        names, path = got.dtype.names, path + name
        if schema in ("null", ["null"]):
            self.test.assertNotIn(name, names)
        elif not isinstance(schema, list):
            self.value(schema, got[name], want, path)
        elif name + "_tag" in names:
            self.variant(name, schema, got, want, path)
        else:
            kinds = [each for each in schema if each != "null"]
            if want is None:
                self.test.assertFalse(got[name + "_valid"])
            elif kinds:
                if len(schema) > 1:
                    self.test.assertTrue(got[name + "_valid"])
                self.value(self.resolved(kinds[0]), got[name], unnamed(want)[1], path)

    def variant(self, name, schema, got, want, path):
        branch = schema[got[name + "_tag"]]
        kind, want = unnamed(want)
        if branch == "null":
            self.test.assertIsNone(want)
            return
        branch = self.resolved(branch)
        ending = branch if isinstance(branch, str) else branch.get("name", branch["type"])
        if kind:
            self.test.assertEqual(kind, ending)
        ending = ending.split(".")[-1]
        self.value(branch, got["%s_%s" % (name, ending)], want, "%s.%s" % (path, ending))

    def value(self, schema, got, want, path):
        kind = schema if isinstance(schema, str) else schema["type"]
        if kind == "record":
            self.fields(schema, got, want, path + ".")
        elif kind == "enum":
            self.test.assertEqual(self.symbols[path][got], want)
        elif isinstance(got, np.datetime64):
            want = want.replace(tzinfo=None) if isinstance(want, datetime.datetime) else want
            self.test.assertEqual(got, np.datetime64(want))
        elif isinstance(got, np.timedelta64):
            self.test.assertEqual(np.datetime64("1970-01-01") + got,
                                  np.datetime64(datetime.datetime.combine(datetime.date(1970, 1, 1), want)))
        else:
            got = bytes(got) if isinstance(got, np.void) else getattr(got, "item", lambda: got)()
            self.test.assertEqual(repr(got), repr(want), path)


def unnamed(want):
    """The name of the type and the value, where fastavro gives both."""
    return want if isinstance(want, tuple) else (None, want)


class KindsTest(ReadTestCase):
    def test_numbers(self):
        schema = record({"b": "boolean", "i": "int", "l": "long", "f": "float", "d": "double"})
        array = self.same(schema, [
            {"b": True, "i": -2**31, "l": 2**63 - 1, "f": 0.5, "d": 1e300},
            {"b": False, "i": 2**31 - 1, "l": -2**63, "f": float("inf"), "d": float("nan")}])
        self.assertEqual(array.dtype, np.dtype(
            [("b", "?"), ("i", "i4"), ("l", "i8"), ("f", "f4"), ("d", "f8")], align=True))

    def test_texts(self):
        schema = record({"s": "string", "b": "bytes", "c": "bytes", "x": {"type": "fixed", "name": "x", "size": 3}})
        rows = [{"s": "caf\u00e9 \U0001f600", "b": b"ab", "c": b"\0\1", "x": b"\0\0\0"},
                {"s": "", "b": b"", "c": b"\2\0", "x": b"abc"}]
        array = self.same(schema, rows)
        self.assertEqual([array.dtype[name].str for name in "sbcx"], ["<U6", "|S2", "|V2", "|V3"])
        self.same(schema, rows, objects=True)

    def test_dates_and_times(self):
        schema = record({
            "day": {"type": "int", "logicalType": "date"},
            "ms": {"type": "long", "logicalType": "timestamp-millis"},
            "us": {"type": "long", "logicalType": "timestamp-micros"},
            "local": {"type": "long", "logicalType": "local-timestamp-micros"},
            "at_ms": {"type": "int", "logicalType": "time-millis"},
            "at_us": {"type": "long", "logicalType": "time-micros"}})
        rows = [{"day": datetime.date(year, 2, 28),
                 "ms": datetime.datetime(year, 1, 1, 12, 30, 1, 5000, UTC),
                 "us": datetime.datetime(year, 1, 1, 12, 30, 1, 5, UTC),
                 "local": datetime.datetime(year, 1, 1, 12, 30, 1, 5),
                 "at_ms": datetime.time(23, 59, 59, 999000),
                 "at_us": datetime.time(23, 59, 59, 999999)} for year in (1, 1969, 1970, 2024, 9999)]
        array = self.same(schema, rows)
        self.assertEqual([array.dtype[name].str[1:] for name in array.dtype.names],
                         ["M8[D]", "M8[ms]", "M8[us]", "M8[us]", "m8[ms]", "m8[us]"])

    def test_enums_and_records(self):
        inner = record({"x": "int", "y": "string"}, "inner")
        schema = record({"e": {"type": "enum", "name": "e", "symbols": ["A", "B"]}, "again": "e",
                         "p": inner, "q": "inner"})
        array = self.same(schema, [{"e": "A", "again": "B", "p": {"x": 1, "y": "a"}, "q": {"x": 2, "y": "bc"}}])
        self.assertEqual(array["p"]["y"].dtype, "U1")
        self.assertEqual(array["q"]["y"].dtype, "U2")
        self.assertEqual(avro_records.symbols(self.path), {"e": ("A", "B"), "again": ("A", "B")})

    def test_unions(self):
        inner = record({"x": "int", "y": ["null", "string"]}, "inner")
        schema = record({"o": ["null", "long"], "r": ["string", "null"], "one": ["int"],
                         "v": ["null", "long", "string", inner], "w": ["boolean", "double"], "n": "null",
                         "nn": ["null"]})
        rows = [{"o": o, "r": r, "one": 5, "v": v, "w": w, "n": None, "nn": None}
                for o, r, v, w in [(None, None, None, True), (1, "", 2**40, 0.5), (-1, "abc", "text", False),
                                   (0, "x", {"x": 3, "y": None}, 2.5), (0, "x", {"x": 3, "y": "yes"}, 2.5)]]
        for objects in False, True:
            array = self.same(schema, rows, objects=objects)
        self.assertEqual(array.dtype.names, (
            "o", "o_valid", "r", "r_valid", "one", "v_tag", "v_long", "v_string", "v_inner",
            "w_tag", "w_boolean", "w_double"))
        self.assertEqual(array["o"].tolist(), [0, 1, -1, 0, 0])

    def test_codecs(self):
        schema = record({"i": "long", "s": "string"})
        rows = [{"i": i, "s": "text %d" % (i % 5)} for i in range(5000)]
        for codec in "null", "deflate":
            self.same(schema, rows, codec=codec)

    def test_no_records(self):
        array = self.same(record({"i": "long", "s": "string", "b": "bytes"}), [])
        self.assertEqual(array.dtype.names, ("i", "s", "b"))

    def test_fields(self):
        inner = record({"x": "int"}, "inner")
        schema = record({"a": "long", "list": {"type": "array", "items": inner}, "b": "string", "c": "inner"})
        rows = [{"a": i, "list": [{"x": k} for k in range(i)], "b": "b%d" % i, "c": {"x": i}} for i in range(9)]
        array = self.same(schema, rows, fields=["c", "a"])
        self.assertEqual(array.dtype.names, ("a", "c"))
        with self.assertRaisesRegex(ValueError, "there is no field 'd'"):
            avro_records.read(self.path, fields=["a", "d"])
        with self.assertRaises(TypeError):
            avro_records.read(self.path, fields=["a", 1])

    def test_namespaces(self):
        schema = {"type": "record", "name": "r", "namespace": "a.b", "fields": [
            {"name": "p", "type": {"type": "fixed", "name": "f", "namespace": "c", "size": 2}},
            {"name": "q", "type": {"type": "record", "name": "inner", "fields": [
                {"name": "x", "type": "c.f"}, {"name": "y", "type": {"type": "enum", "name": "e", "symbols": ["A"]}}]}},
            {"name": "s", "type": "a.b.inner"}, {"name": "t", "type": "e"}]}
        row = {"p": b"pp", "q": {"x": b"qx", "y": "A"}, "s": {"x": b"sx", "y": "A"}, "t": "A"}
        self.write(schema, [row])
        array = avro_records.read(self.path)
        self.assertEqual(bytes(array["s"]["x"][0]), b"sx")
        self.assertEqual(set(avro_records.symbols(self.path)), {"q.y", "s.y", "t"})


class RandomTest(ReadTestCase):
    """Schemas of all kinds in each other, with values to suit."""

    def setUp(self):
        super().setUp()
        self.rng, self.count = random.Random(14), 0

    def name(self, stem):
        self.count += 1
        return "%s%d" % (stem, self.count)

    def kind(self, depth):
        simple = ["boolean", "int", "long", "float", "double", "string", "bytes", "fixed", "enum", "date", "us"]
        kind = self.rng.choice(simple + ["record", "union"] * (depth < 3))
        if kind == "record":
            return record({self.name("f"): self.kind(depth + 1) for _ in range(self.rng.randint(1, 4))},
                          self.name("r"))
        if kind == "union":
            kinds = [self.named(each) for each in self.rng.sample(simple[1:9], self.rng.randint(1, 4))]
            if self.rng.random() < 0.5:
                kinds.append(record({self.name("f"): self.kind(depth + 1)}, self.name("r")))
            if self.rng.random() < 0.7:
                kinds.insert(self.rng.randint(0, len(kinds)), "null")
            return kinds
        return self.named(kind)

    def named(self, kind):
        return {
            "fixed": {"type": "fixed", "name": self.name("x"), "size": self.rng.randint(1, 9)},
            "enum": {"type": "enum", "name": self.name("e"), "symbols": list(string.ascii_uppercase[:5])},
            "date": {"type": "int", "logicalType": "date"},
            "us": {"type": "long", "logicalType": "timestamp-micros"}}.get(kind, kind)

    def value(self, schema):
        rng = self.rng
        if isinstance(schema, list):
            branch = rng.choice(schema)
            value = self.value(branch)
            if branch == "null":
                return None
            return (branch if isinstance(branch, str) else branch["name"], value)
        kind = schema if isinstance(schema, str) else schema.get("logicalType", schema["type"])
        if kind == "record":
            return {field["name"]: self.value(field["type"]) for field in schema["fields"]}
        return {
            "null": lambda: None,
            "boolean": lambda: rng.random() < 0.5,
            "int": lambda: rng.getrandbits(32) - 2**31,
            "long": lambda: rng.getrandbits(64) - 2**63,
            "float": lambda: rng.randint(-1000, 1000) / 8,
            "double": lambda: rng.gauss(0, 1e9),
            "string": lambda: "".join(rng.choice("a\u00e9\u6e29\U0001f600") for _ in range(rng.randint(0, 9))),
            "bytes": lambda: bytes(rng.randint(1, 255) for _ in range(rng.randint(0, 9))),
            "fixed": lambda: bytes(rng.getrandbits(8) for _ in range(schema["size"])),
            "enum": lambda: rng.choice(schema["symbols"]),
            "date": lambda: datetime.date.fromordinal(rng.randint(1, 3000000)),
            "timestamp-micros": lambda: datetime.datetime.fromtimestamp(rng.randint(0, 2**33), UTC)}[kind]()

    def test_random_schemas(self):
        for _ in range(RANDOM_SCHEMAS):
            schema = record({self.name("f"): self.kind(0) for _ in range(self.rng.randint(1, 5))})
            rows = [self.value(schema) for _ in range(self.rng.randint(0, 12))]
            with self.subTest(schema=json.dumps(schema)):
                self.same(schema, rows, objects=self.rng.random() < 0.3)


class RefusalTest(ReadTestCase):
    def refuse(self, text, **options):
        with self.assertRaisesRegex(ValueError, text):
            avro_records.read(self.path, **options)

    def test_what_has_no_fixed_size(self):
        for kind in {"type": "array", "items": "int"}, {"type": "map", "values": "int"}:
            self.write(record({"a": "int", "p": record({"q": ["null", kind]}, "r")}), [])
            self.refuse(r"field 'p\.q' is an array or a map, .*name the `fields`")
        self.write(record({"next": ["null", "thing"]}), [])
        self.refuse("field 'next' is a record that holds itself")

    def test_nul_at_the_end(self):
        self.write(record({"s": "string"}), [{"s": "a\0"}])
        self.refuse("field 's' has a value that ends in a NUL")
        self.assertEqual(avro_records.read(self.path, objects=True)["s"][0], "a\0")

    def test_no_time(self):
        schema = record({"t": {"type": "long", "logicalType": "timestamp-micros"}})
        self.write(schema, [{"t": -2**63}])
        self.refuse("field 't' has a time that NumPy would read as none")

    def test_clash_of_names(self):
        self.write(record({"a": ["null", "int"], "a_valid": "int"}), [])
        self.refuse("field 'a_valid': another field has that name")

    def test_no_records(self):
        self.write({"type": "array", "items": "int"}, [])
        self.refuse("is an array or a map|the file does not hold records")
        self.write("long", [1])
        self.refuse("the file does not hold records")

    def test_schema_that_grows(self):
        fields = {"x": "int"}
        schemas = record(fields, "r0")
        for depth in range(1, 40):
            schemas = record({"a": schemas, "b": "r%d" % (depth - 1)}, "r%d" % depth)
        self.write(schemas, [])
        self.refuse("the schema has more than 65536 values")

    def test_other_files(self):
        with self.assertRaises(FileNotFoundError):
            avro_records.read("/nonexistent/file.avro")
        pathlib.Path(self.path).write_bytes(b"PAR1 and so on")
        self.refuse("not an Avro file")

    def test_files_that_are_cut(self):
        self.write(record({"s": "string"}), [{"s": "text %d" % i} for i in range(100)], sync_interval=300)
        whole, failures = pathlib.Path(self.path).read_bytes(), 0
        for size in range(len(whole)):
            pathlib.Path(self.path).write_bytes(whole[:size])
            try:  # at the end of a block, it is a whole file
                self.assertLess(len(avro_records.read(self.path)), 100)
            except ValueError:
                failures += 1
        self.assertGreater(failures, len(whole) - 15)

    def test_progress_that_raises(self):
        def stop(done, all):
            raise KeyError("enough")
        self.write(record({"i": "int"}), [{"i": 1}])
        with self.assertRaisesRegex(KeyError, "enough"):
            avro_records.read(self.path, progress=stop)


class WholeTest(ReadTestCase):
    def test_progress(self):
        seen = []
        self.write(record({"i": "int"}), [{"i": i} for i in range(100000)])
        avro_records.read(self.path, progress=lambda *at: seen.append(at))
        self.assertEqual(seen, [(65536, 100000), (100000, 100000)])

    def test_keeps_nothing(self):
        self.write(record({"s": "string", "u": ["null", "bytes", "int"]}), [{"s": "abc", "u": b"1"}] * 5)
        avro_records.read(self.path, objects=True)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(500):
            avro_records.read(self.path, objects=True)
        growth = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        self.assertLess(growth, 10000)

    def test_program(self):
        sys.modules.setdefault("avro_records", avro_records)
        sys.path.insert(0, str(EXAMPLE))
        import table
        self.write(record({"i": "int", "e": {"type": "enum", "name": "e", "symbols": ["A", "B"]}}),
                   [{"i": 7, "e": "B"}])
        out, saved = io.StringIO(), os.path.join(folder.name, "saved.npy")
        with contextlib.redirect_stdout(out):
            table.main([self.path, "--save", saved])
        self.assertEqual(out.getvalue(), "i: int32\ne: int32 (A, B)\n7\t1\n1 records\n")
        self.assertEqual(np.load(saved)["i"].tolist(), [7])
        with self.assertRaisesRegex(SystemExit, "there is no field 'z'"):
            table.main([self.path, "--fields", "z"])


class DamageTest(ReadTestCase):
    def test_damaged_files_under_sanitizers(self):
        sanitized = os.path.join(folder.name, "sanitized")
        os.mkdir(sanitized)
        build_example.build("avro_records", SOURCES, LIBRARIES, sanitized, sanitized=True)
        schema = record({"id": "long", "name": "string", "raw": ["null", "bytes"], "v": ["int", "string", "null"],
                         "e": {"type": "enum", "name": "e", "symbols": ["A", "B"]},
                         "x": {"type": "fixed", "name": "x", "size": 4},
                         "when": {"type": "long", "logicalType": "timestamp-millis"}})
        rows = [{"id": i, "name": "name %d" % i, "raw": b"raw" if i % 2 else None, "v": [i, str(i), None][i % 3],
                 "e": "AB"[i % 2], "x": b"abcd", "when": i} for i in range(60)]
        rng, paths = random.Random(14), []
        for number in range(MUTATIONS):
            self.write(schema, rows, codec=["null", "deflate"][number % 2], sync_interval=500)
            data = bytearray(pathlib.Path(self.path).read_bytes())
            body = data.index(b"avro.schema")
            for _ in range(rng.randint(1, 10)):
                first = body if number % 3 else 0
                data[rng.randrange(first, len(data))] = rng.getrandbits(8)
            if number % 5 == 0:
                del data[rng.randrange(len(data)):]
            paths.append(os.path.join(folder.name, "damaged%d.avro" % number))
            pathlib.Path(paths[-1]).write_bytes(data)
        done = build_example.run_sanitized(SURVIVE, sanitized, *paths)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertGreater(int(done.stdout.split()[-1]), 50)


if __name__ == "__main__":
    unittest.main()
