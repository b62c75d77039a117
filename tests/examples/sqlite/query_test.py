# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/sqlite against Python's own sqlite3: every kind of column, limits, damaged files."""

import contextlib
import io
import os
import pathlib
import random
import sqlite3
import sys
import tempfile
import tracemalloc
import unittest

import numpy as np

import build_example

SOURCES = [pathlib.Path("docs/examples/sqlite", name).resolve()
           for name in ("columns.c", "sqlite_module.c")]
MUTATIONS = 200

# Reads every table of each file named, whatever is in it.
SURVIVE = """
import sys, sqlite_records
failures = 0
for path in sys.argv[1:]:
    for objects in False, True:
        try:
            sqlite_records.query(path, "SELECT * FROM thing ORDER BY id", objects=objects)
        except ValueError:
            failures += 1
print("failures", failures)
"""


def setUpModule():
    build_example.require_header("sqlite3.h", "libsqlite3-dev")
    global folder, sqlite_records
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    sqlite_records = build_example.load(
        build_example.build("sqlite_records", SOURCES, ["-lsqlite3"], folder.name))


def value_of(row, name, names):
    """What a field of a record stands for: None, or a value as Python's sqlite3 has it."""
    if name + "_tag" in names:
        branch = [None, "integer", "real", "text", "blob"][row[name + "_tag"]]
        return None if branch is None else plain(row["%s_%s" % (name, branch)])
    if name + "_valid" in names and not row[name + "_valid"]:
        return None
    return plain(row[name])


def plain(value):
    if isinstance(value, np.void):
        return bytes(value)
    return value.item() if isinstance(value, np.generic) else value


class QueryTestCase(unittest.TestCase):
    def setUp(self):
        self.path = os.path.join(folder.name, "test.db")
        self.addCleanup(os.unlink, self.path)
        self.database = sqlite3.connect(self.path)
        self.addCleanup(self.database.close)

    def make(self, *statements):
        for statement in statements:
            self.database.execute(statement)
        self.database.commit()

    def columns(self, sql, parameters=(), **options):
        """The result as rows, after a look at Python's."""
        result = sqlite_records.query(self.path, sql, parameters, **options)
        cursor = self.database.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        fields = result.dtype.names
        rows = [tuple(value_of(row, name, fields) for name in names) for row in result]
        expected = cursor.fetchall()
        self.assertEqual(rows, expected)
        for row, other in zip(rows, expected):
            self.assertEqual([type(value) for value in row], [type(value) for value in other])
        return result


class ColumnsTest(QueryTestCase):
    def test_every_kind(self):
        self.make("CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, flag BOOLEAN)",
                  "INSERT INTO t VALUES (-9223372036854775808, 1.5, 'caf\u00e9 \U0001f600', x'0001ff', 0)",
                  "INSERT INTO t VALUES (9223372036854775807, -1e308, '', x'000000', 0)")
        result = sqlite_records.query(self.path, "SELECT * FROM t")
        self.assertEqual(result.dtype, np.dtype(
            [("i", "i8"), ("r", "f8"), ("s", "U6"), ("b", "V3"), ("flag", "?")], align=True))
        self.columns("SELECT i, r, s, b FROM t")
        self.columns("SELECT i, r, s, b FROM t", objects=True)

    def test_nulls(self):
        self.make("CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB)",
                  "INSERT INTO t VALUES (1, 1.5, 'x', x'01'), (NULL, NULL, NULL, NULL), (2, 0, '', x'02')")
        result = self.columns("SELECT * FROM t")
        self.assertEqual(result["i_valid"].tolist(), [True, False, True])
        self.assertEqual(result["i"].tolist(), [1, 0, 2])
        self.columns("SELECT * FROM t", objects=True)

    def test_empty_blobs(self):
        self.make("CREATE TABLE t (b BLOB)", "INSERT INTO t VALUES (x''), (NULL), (x'')")
        self.columns("SELECT b FROM t")

    def test_several_kinds_in_one_column(self):
        self.make("CREATE TABLE t (v)",
                  "INSERT INTO t VALUES (1), (NULL), ('text'), (2.5), (x'0102'), ('longer text')")
        result = self.columns("SELECT v FROM t")
        self.assertEqual(result["v_tag"].tolist(), [1, 0, 3, 2, 4, 3])
        self.assertEqual(result["v_integer"].tolist(), [1, 0, 0, 0, 0, 0])
        self.columns("SELECT v FROM t", objects=True)

    def test_integers_among_reals(self):
        self.make("CREATE TABLE t (exact, large)",
                  "INSERT INTO t VALUES (9007199254740992, 9007199254740993), (0.5, 0.5)")
        result = sqlite_records.query(self.path, "SELECT * FROM t")
        self.assertEqual(result["exact"].tolist(), [9007199254740992.0, 0.5])
        self.assertEqual(result["large_tag"].tolist(), [1, 2])
        self.assertEqual(result["large_integer"][0], 9007199254740993)

    def test_no_rows_go_by_the_declared_types(self):
        self.make("CREATE TABLE t (a BIGINT, b VARCHAR(9), c DOUBLE, d BLOB, e BOOLEAN, f DECIMAL, g)")
        self.assertEqual(sqlite_records.query(self.path, "SELECT * FROM t").dtype, np.dtype(
            [("a", "i8"), ("b", "U1"), ("c", "f8"), ("d", "V1"), ("e", "?"), ("f", "f8"), ("g", "V1")],
            align=True))

    def test_expressions_and_equal_names(self):
        result = self.columns("SELECT 1 AS x, 2.5 AS y")
        self.assertEqual(result.shape, (1,))
        names = sqlite_records.query(
            self.path, "SELECT 1 AS a, 2 AS a, NULL AS b, 3 AS b_valid, 4 AS ''").dtype.names
        self.assertEqual(names, ("a", "a_2", "b", "b_valid", "b_valid_2", "column"))

    def test_parameters(self):
        self.columns("SELECT ? AS i, ? AS r, ? AS s, ? AS b, ? AS n", (7, 2.5, "\u6e29", b"\0\1", None))
        with self.assertRaisesRegex(ValueError, "the statement has 1 parameters, got 2"):
            sqlite_records.query(self.path, "SELECT ?", (1, 2))
        with self.assertRaises(OverflowError):
            sqlite_records.query(self.path, "SELECT ?", (2**63,))
        with self.assertRaises(TypeError):
            sqlite_records.query(self.path, "SELECT ?", (object(),))

    def test_random_tables(self):
        rng = random.Random(20)
        kinds = [lambda: None, lambda: rng.getrandbits(63) - 2**62, lambda: rng.uniform(-1e9, 1e9),
                 lambda: "".join(rng.choice("a\u00e9\u6e29\U0001f600") for _ in range(rng.randint(0, 9))),
                 lambda: bytes([rng.getrandbits(8) | 1] * 4)]
        for table in range(40):
            width = rng.randint(1, 7)
            columns = [rng.sample(kinds, rng.randint(1, 5)) for _ in range(width)]
            self.make("CREATE TABLE t%d (%s)" % (table, ", ".join("c%d" % i for i in range(width))))
            rows = [[rng.choice(kind)() for kind in columns] for _ in range(rng.randint(0, 30))]
            self.database.executemany(
                "INSERT INTO t%d VALUES (%s)" % (table, ", ".join("?" * width)), rows)
            self.database.commit()
            for objects in False, True:
                self.columns("SELECT * FROM t%d" % table, objects=objects)


class RefusalTest(QueryTestCase):
    def refuse(self, sql, text, **options):
        with self.assertRaisesRegex(ValueError, text):
            sqlite_records.query(self.path, sql, **options)

    def test_what_is_not_a_query(self):
        self.make("CREATE TABLE t (a)")
        self.refuse("", "not a query")
        self.refuse("DELETE FROM t", "not a query")
        self.refuse("SELECT 1; SELECT 2", "more than one statement")
        self.refuse("SELEKT", 'SQLite: near "SELEKT": syntax error')
        self.refuse("SELECT * FROM u", "SQLite: no such table: u")

    def test_blobs_of_several_sizes(self):
        self.make("CREATE TABLE t (b)", "INSERT INTO t VALUES (x'01'), (x'0102')")
        self.refuse("SELECT b FROM t", "column 'b' has blobs of several sizes: ask for objects")
        self.columns("SELECT b FROM t", objects=True)

    def test_text_that_is_not_utf8(self):
        self.refuse("SELECT CAST(x'ff41' AS TEXT) AS s", "column 's' has a text that is not UTF-8")

    def test_nul_at_the_end(self):
        self.refuse("SELECT 'a' || char(0) AS s", "column 's' has a text that ends in a NUL")
        self.columns("SELECT 'a' || char(0) AS s", objects=True)

    def test_no_file(self):
        with self.assertRaisesRegex(ValueError, "SQLite: unable to open database file"):
            sqlite_records.query("/nonexistent/file.db", "SELECT 1")

    def test_progress_that_raises(self):
        def stop(rows):
            raise KeyError("enough")
        with self.assertRaisesRegex(KeyError, "enough"):
            sqlite_records.query(self.path, "SELECT 1", progress=stop)


class WholeTest(QueryTestCase):
    MANY = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000) "
            "SELECT i, i * 0.5 AS half, 'row ' || i AS s FROM n")

    def test_progress(self):
        seen = []
        result = sqlite_records.query(self.path, self.MANY, progress=seen.append)
        self.assertEqual(result["i"].sum(), 200000 * 200001 // 2)
        self.assertEqual(seen, [65536, 131072, 196608, 200000])

    def test_keeps_nothing(self):
        sql = "SELECT 'a' || 'b' AS s, 2 AS i, NULL AS n"
        sqlite_records.query(self.path, sql, objects=True)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(500):
            sqlite_records.query(self.path, sql, objects=True)
        growth = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        self.assertLess(growth, 10000)

    def test_program(self):
        sys.modules.setdefault("sqlite_records", sqlite_records)
        import query
        out, saved = io.StringIO(), os.path.join(folder.name, "saved.npy")
        with contextlib.redirect_stdout(out):
            query.main([self.path, "SELECT 1 AS a, 'x' AS b", "--save", saved])
        self.assertEqual(out.getvalue(), "a: int64\nb: <U1\n1\tx\n1 rows\n")
        self.assertEqual(np.load(saved)["a"].tolist(), [1])
        with self.assertRaisesRegex(SystemExit, "no such table"):
            query.main([self.path, "SELECT * FROM u"])


class DamageTest(QueryTestCase):
    def test_damaged_files_under_sanitizers(self):
        sanitized = os.path.join(folder.name, "sanitized")
        os.mkdir(sanitized)
        build_example.build("sqlite_records", SOURCES, ["-lsqlite3"], sanitized, sanitized=True)
        self.make("CREATE TABLE thing (id INTEGER, name TEXT, data BLOB, weight REAL)")
        self.database.executemany("INSERT INTO thing VALUES (?, ?, ?, ?)",
                                  [(i, "name %d" % i, bytes([i]) * 8, i / 3) for i in range(200)])
        self.database.commit()
        whole = pathlib.Path(self.path).read_bytes()
        rng, paths = random.Random(20), []
        for number in range(MUTATIONS):
            data = bytearray(whole)
            for _ in range(rng.randint(1, 40)):
                data[rng.randrange(len(data))] = rng.getrandbits(8)
            if number % 4 == 0:
                del data[rng.randrange(len(data)):]
            paths.append(os.path.join(folder.name, "damaged%d.db" % number))
            pathlib.Path(paths[-1]).write_bytes(data)
        done = build_example.run_sanitized(SURVIVE, sanitized, *paths)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertGreater(int(done.stdout.split()[-1]), 50)


if __name__ == "__main__":
    unittest.main()
