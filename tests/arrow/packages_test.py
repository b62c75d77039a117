# SPDX-License-Identifier: BSD-3-Clause
"""pyarrow, polars, duckdb and pandas on the other side, from the package index."""

import gc
import importlib
import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np

import arrows

# Where pip reaches no package index, it shall not take long to say so.
INSTALL_SECONDS = 300

# pyarrow does not say which NumPy it needs: from 18 on, 2.0.
PACKAGES = ["numpy==" + np.__version__, "pyarrow<18" if np.__version__ < "2" else "pyarrow", "polars", "duckdb", "pandas"]

folder = None


def setUpModule():
    """Has pip put the packages behind what there is already, or skips everything with a word."""
    global folder
    given = os.environ.get("DESCRY_ARROW_PACKAGES")
    folder = tempfile.TemporaryDirectory()
    target = given or folder.name
    if not given:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1",
                   "--only-binary", ":all:", "--target", target, *PACKAGES]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                                  timeout=INSTALL_SECONDS)
            status, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired:
            status, output = 1, "it took too long"
        if status:
            last = (output.strip().splitlines() or ["?"])[-1]
            raise unittest.SkipTest("skipped: pip cannot install %s: %s" % (" ".join(PACKAGES), last))
    sys.path.append(target)
    for name, package in ("pa", "pyarrow"), ("pl", "polars"), ("duckdb", "duckdb"), ("pd", "pandas"):
        globals()[name] = importlib.import_module(package)


def tearDownModule():
    if folder:
        folder.cleanup()


def particles(count=5):
    array = np.zeros(count, arrows.dtype("particle"))
    array["id"] = np.arange(count)
    array["pos"]["y"] = np.arange(count) / 2
    array["rgb"] = np.arange(3 * count).reshape(count, 3)
    array["label"] = np.array(["name %d" % (i % 90) for i in range(count)], "S12")
    array["born"] = np.arange(count) * 1000
    array["born"][2::7] = "NaT"
    return array


FLAT = np.dtype([("id", "i8"), ("x", "f8"), ("name", "S12"), ("born", "M8[us]"), ("good", "?")])


def flat(count=5):
    array = np.zeros(count, FLAT)
    array["id"] = np.arange(count)
    array["x"] = np.arange(count) / 4
    array["name"] = np.array(["n%d" % (i % 3) for i in range(count)], "S12")
    array["born"] = np.arange(count) * 10**6
    array["good"] = np.arange(count) % 2
    return array


class PackagesTest(unittest.TestCase):
    def setUp(self):
        self.counts = self.live()

    def tearDown(self):
        self.assertEqual(self.live(), self.counts)

    def live(self):
        """What has to be as before: borrows, and the memory that pyarrow knows of."""
        gc.collect()
        return arrows.borrows(), pa.total_allocated_bytes()

    def assert_same(self, one, other):
        self.assertEqual(one.dtype, other.dtype)
        self.assertEqual(one.tobytes(), other.tobytes())

    def refused(self, exception, text, call, *arguments):
        with self.assertRaises(exception) as caught:
            call(*arguments)
        self.assertEqual(str(caught.exception), text)

    # Out.

    def test_pyarrow_takes_records(self):
        array = particles(100000)
        sent = arrows.to_arrow("particle", array, arrows.TEXT_UTF8)
        table = pa.table(sent)
        table.validate(full=True)
        self.assertEqual([str(field.type) for field in table.schema],
                         ["int64", "struct<x: double not null, y: double not null, z: double not null>",
                          "fixed_size_list<item: float not null>[3]", "string", "timestamp[ns]"])
        self.assertEqual([len(chunk) for chunk in table["id"].chunks], [65536, 34464])
        self.assertEqual(table["born"].null_count, len(array["born"][2::7]))
        self.assertEqual(table["pos"].combine_chunks().field("y").to_pylist(), array["pos"]["y"].tolist())
        self.assertEqual(table["rgb"][99999].as_py(), array["rgb"][99999].tolist())
        self.assertEqual(table["label"].to_pylist(), [each.decode() for each in array["label"]])
        for whole in pa.array(sent), pa.record_batch(sent), pa.RecordBatchReader.from_stream(sent).read_all():
            whole.validate(full=True)
            self.assertEqual(len(whole), 100000)
        self.assertEqual(pa.schema(sent), table.schema)
        self.assert_same(arrows.from_arrow("particle", table), array)

    def test_every_kind_is_valid(self):
        kinds = ["?", "i1", "u8", "f2", "f8", ">f4", "c8", ">c16", "S5", "U3", ">U3", "V4", "M8[Y]", "M8[M]", "M8[W]", "M8[D]", "M8[h]", "M8[m]",
                 "M8[s]", ">M8[ms]", "M8[us]", "M8[ns]", "m8[W]", "m8[D]", "m8[s]", "m8[ns]"]
        dtype = np.dtype([("f%d" % i, kind) for i, kind in enumerate(kinds)] + [("deep", [("in", [("list", "i2", (2, 3))], (2,))])])
        array = np.zeros(7, dtype)
        for i, kind in enumerate(kinds):
            values = np.arange(-2, 5) if kind[-2:-1] not in "SU" and kind[0] not in "?u" else np.arange(7)
            if kind != "V4":
                array["f%d" % i] = values.astype(kind)
        array["deep"]["in"]["list"] = np.arange(84).reshape(7, 2, 2, 3)
        for flags in 0, arrows.COMPLEX_STRUCT:
            table = pa.table(arrows.to_arrow(dtype, array, flags))
            table.validate(full=True)
            for i, kind in enumerate(kinds):
                if np.dtype(kind).kind == "M":
                    expected = array["f%d" % i].astype("M8[ns]").tolist()
                    self.assertEqual(table["f%d" % i].cast(pa.timestamp("ns")).to_numpy().tolist(), expected)
            self.assert_same(arrows.from_arrow(dtype, table), array)
        self.assertEqual(table["deep"][6].as_py(), {"in": [{"list": each} for each in array["deep"]["in"]["list"][6].tolist()]})

    def test_optional_fields_and_variants(self):
        array = np.zeros(3, arrows.dtype("optional"))
        array["weight"], array["weight_valid"] = [.5, 0, 7], [1, 0, 1]
        array["pos"][1], array["pos_valid"][1] = (1, 2, 3), True
        array["kind_tag"], array["number"][1], array["place"][2] = [0, 1, 2], 5, (4, 5, 6)
        table = pa.table(arrows.to_arrow("optional", array))
        table.validate(full=True)
        self.assertEqual(table["weight"].to_pylist(), [.5, None, 7])
        self.assertEqual(table["pos"].to_pylist(), [None, {"x": 1, "y": 2, "z": 3}, None])
        self.assertEqual(table["number"].to_pylist(), [None, 5, None])
        self.assertEqual(table["place"].to_pylist(), [None, None, {"x": 4, "y": 5, "z": 6}])
        self.assert_same(arrows.from_arrow("optional", table), array)
        self.assert_same(arrows.from_arrow("optional", pl.DataFrame(arrows.to_arrow("optional", array))), array)

    def test_polars_takes_records(self):
        array = particles(70000)
        frame = pl.DataFrame(arrows.to_arrow("particle", array))
        self.assertEqual(frame["pos"].struct.field("y").to_list(), array["pos"]["y"].tolist())
        self.assertEqual(frame["label"].to_list(), array["label"].tolist())
        self.assertEqual(frame["born"].null_count(), len(array["born"][2::7]))
        self.assert_same(arrows.from_arrow("particle", frame), array)
        self.assertEqual(pl.Series(arrows.to_arrow("float64", np.arange(3.))).to_list(), [0, 1, 2])

    def test_duckdb_queries_records(self):
        array = particles(300000)
        sent = arrows.to_arrow("particle", array, arrows.TEXT_UTF8)
        connection = duckdb.connect()
        query = "select count(*), sum(id), sum(pos.y), sum(rgb[3]), count(born), max(label) from sent"
        expected = (300000, 299999 * 150000, float(array["pos"]["y"].sum()), float(array["rgb"][:, 2].astype("f8").sum()),
                    300000 - len(array["born"][2::7]), "name 9")
        for _ in range(2):
            self.assertEqual(connection.sql(query).fetchall()[0], expected)
        self.assertEqual(connection.sql("select a.id from sent a join sent b on a.id + 299999 = b.id").fetchall(), [(0,)])
        connection.close()

    def test_pandas_takes_records(self):
        array = flat(1000)
        frame = pa.table(arrows.to_arrow(FLAT, array, arrows.TEXT_UTF8)).to_pandas()
        self.assertEqual(frame["x"].tolist(), array["x"].tolist())
        self.assert_same(arrows.from_arrow(FLAT, frame), array)
        if hasattr(pd.DataFrame, "from_arrow"):
            self.assertEqual(pd.DataFrame.from_arrow(arrows.to_arrow(FLAT, array))["id"].tolist(), list(range(1000)))

    def test_what_arrow_has_outlives_the_array(self):
        array = particles(1000)
        table = pa.table(arrows.to_arrow("particle", array))
        reader = pa.RecordBatchReader.from_stream(arrows.to_arrow("particle", array))
        expected = array.copy()
        with self.assertRaises(BufferError):
            arrows.borrow(array, True)
        del array
        gc.collect()
        self.assert_same(arrows.from_arrow("particle", reader), expected)
        self.assert_same(arrows.from_arrow("particle", table), expected)
        del reader

    # In.

    def test_slices_and_chunks(self):
        array = particles(1000)
        table = pa.table(arrows.to_arrow("particle", array))
        self.assert_same(arrows.from_arrow("particle", table.slice(17, 400)), array[17:417])
        self.assert_same(arrows.from_arrow("particle", pa.concat_tables([table.slice(900), table.slice(3, 0), table])),
                         np.concatenate([array[900:].copy(), array.copy()]).astype(array.dtype))
        whole = pa.array(arrows.to_arrow("particle", array))
        self.assert_same(arrows.from_arrow("particle", whole.slice(5, 50)), array[5:55])
        self.assert_same(arrows.from_arrow("particle", pa.chunked_array([whole.slice(5, 50), whole.slice(700)])),
                         np.concatenate([array[5:55].copy(), array[700:].copy()]).astype(array.dtype))
        nested = pa.table({"pos": table["pos"].combine_chunks().slice(3)}).slice(2, 9)
        got = arrows.from_arrow(np.dtype([("pos", array.dtype["pos"])]), nested)
        self.assertEqual(got["pos"].tobytes(), array["pos"][5:14].tobytes())

    def test_dictionaries_and_views(self):
        array = flat(1000)
        table = pa.table(arrows.to_arrow(FLAT, array, arrows.TEXT_UTF8))
        forms = [table["name"].combine_chunks().dictionary_encode(), table["name"].cast(pa.large_string()), table["name"].cast(pa.binary()),
                 table["name"].cast(pa.dictionary(pa.int8(), pa.string()))]
        if hasattr(pa, "string_view"):
            forms.append(pa.array(table["name"].to_pylist(), pa.string_view()))
            forms.append(pa.array(["a text of more than twelve %d" % i for i in range(5)] + [None], pa.string_view()))
        for form in forms[:-1] if len(forms) == 6 else forms:
            self.assert_same(arrows.from_arrow(FLAT, table.set_column(2, "name", form)), array)
        if len(forms) == 6:
            got = arrows.from_arrow(np.dtype("U40"), forms[-1].slice(1, 4))
            self.assertEqual(got.tolist(), forms[-1].to_pylist()[1:5])
        frame = pl.DataFrame(arrows.to_arrow(FLAT, array, arrows.TEXT_UTF8)).with_columns(pl.col("name").cast(pl.Categorical))
        self.assert_same(arrows.from_arrow(FLAT, frame), array)
        frame = pa.table(arrows.to_arrow(FLAT, array, arrows.TEXT_UTF8)).to_pandas().astype({"name": "category"})
        self.assert_same(arrows.from_arrow(FLAT, frame), array)

    def test_duckdb_gives_records(self):
        connection = duckdb.connect()
        result = connection.sql("select i::bigint as id, i / 4 as x, 'n' || (i % 3) as name, make_timestamp(i * 1000000) as born, i % 2 = 1 as good "
                                "from range(300000) t(i) order by i")
        self.assert_same(arrows.from_arrow(FLAT, result), flat(300000))
        result = connection.sql("select 1.5 as x")
        self.refused(TypeError, "column 'x': expected float64, got a decimal (Arrow's 'd:2,1,128')", arrows.from_arrow, np.dtype([("x", "f8")]), result)
        with self.assertRaisesRegex(duckdb.Error, "Could not convert string"):
            arrows.from_arrow(np.dtype([("x", "i4")]), connection.sql("select cast('x' || i as int) as x from range(3) t(i)"))
        del result
        connection.close()

    def test_a_producer_that_fails(self):
        def batches():
            yield pa.record_batch({"x": [1.5]})
            raise ValueError("of the producer's own")
        reader = pa.RecordBatchReader.from_batches(pa.schema([("x", pa.float64())]), batches())
        with self.assertRaisesRegex(RuntimeError, "^the Arrow producer failed to give an array: error 22: .*of the producer's own"):
            arrows.from_arrow(np.dtype([("x", "f8")]), reader)

    def test_nulls(self):
        table = pa.table({"x": pa.array([1.5, None, 2.5]), "t": pa.array([1, None, 3], pa.timestamp("us")), "n": pa.array([1, 2, None], pa.int32())})
        self.refused(ValueError, "row 1, column 'x': expected float64, got null", arrows.from_arrow, np.dtype([("x", "f8")]), table.select(["x"]))
        dtype = np.dtype([("x", "f8"), ("t", "M8[us]"), ("n", "i4")])
        self.refused(ValueError, "row 2, column 'n': expected int32, got null", arrows.from_arrow, dtype, table, arrows.NONE_IS_NAN)
        got = arrows.from_arrow(dtype, table, arrows.NONE_IS_NAN | arrows.MISSING_IS_ZERO)
        self.assertTrue(np.isnan(got["x"][1]) and np.isnat(got["t"][1]))
        self.assertEqual(got["n"].tolist(), [1, 2, 0])
        got = arrows.from_arrow(dtype, table.slice(1), arrows.MISSING_IS_ZERO)
        self.assertEqual((got["x"].tolist(), got["n"].tolist()), ([0, 2.5], [2, 0]))
        self.assertEqual(arrows.from_arrow(np.dtype([("t", "m8[ns]")]), pa.table({"t": pa.nulls(3)})).view("i8").tolist(), [-2**63] * 3)
        inner = pa.array([{"a": 1}, None], pa.struct([("a", pa.int64())]))
        self.refused(ValueError, "row 1, column 'r': expected a struct, got null", arrows.from_arrow, np.dtype([("r", [("a", "i8")])]),
                     pa.table({"r": inner}))

    def test_lists(self):
        dtype = np.dtype([("v", "f4", (2,))])
        for kind in pa.list_(pa.float32()), pa.large_list(pa.float32()), pa.list_(pa.float32(), 2):
            table = pa.table({"v": pa.array([[1, 2], [3, 4], [5, 6]], kind)})
            self.assertEqual(arrows.from_arrow(dtype, table.slice(1))["v"].tolist(), [[3, 4], [5, 6]])
        self.refused(ValueError, "row 1, column 'v': expected a list of 2 items, got 3", arrows.from_arrow, dtype,
                     pa.table({"v": pa.array([[1, 2], [3, 4, 5]], pa.list_(pa.float32()))}))
        self.refused(ValueError, "row 1, column 'v[1]': expected float32, got null", arrows.from_arrow, dtype,
                     pa.table({"v": pa.array([[1, 2], [3, None]], pa.list_(pa.float32()))}))
        frame = pl.DataFrame({"v": [[1.0, 2.0], [3.0, 4.0]]}, schema={"v": pl.List(pl.Float32)})
        self.assertEqual(arrows.from_arrow(dtype, frame)["v"].tolist(), [[1, 2], [3, 4]])

    def test_times_and_zones(self):
        for zone in None, "UTC":
            got = arrows.from_arrow(np.dtype([("t", "M8[ms]")]), pa.table({"t": pa.array([1, 2], pa.timestamp("ms", zone))}))
            self.assertEqual(got["t"].view("i8").tolist(), [1, 2])
        self.refused(TypeError, "column 't': expected datetime64[ms], got a timestamp (Arrow's 'tsm:Europe/Oslo')", arrows.from_arrow,
                     np.dtype([("t", "M8[ms]")]), pa.table({"t": pa.array([1], pa.timestamp("ms", "Europe/Oslo"))}))
        self.assertEqual(arrows.from_arrow(np.dtype("M8[ms]"), pa.array([86400000], pa.date64())).tolist(), [np.datetime64("1970-01-02", "ms").item()])
        self.assertEqual(arrows.from_arrow(np.dtype("M8[D]"), pa.array([1], pa.date32())).view("i8").tolist(), [1])

    def test_what_no_element_holds(self):
        from decimal import Decimal
        for values in (pa.array([Decimal("1.5")]), pa.array([[1], []]), pa.array([{"a": 1}]), pa.array([[(1, 2)]], pa.map_(pa.int8(), pa.int8())),
                       pa.array([1], pa.time32("s")), pa.array(["1"])):
            with self.assertRaisesRegex(TypeError, "^column 'x': expected float64, got "):
                arrows.from_arrow(np.dtype([("x", "f8")]), pa.table({"x": values}))
