# SPDX-License-Identifier: BSD-3-Clause
"""The examples that read Avro files and SQLite queries, beside what reads them otherwise.

    bazelw build //:amalgamation && python3 tests/bench/readers.py

A million records of eight fields: by docs/examples/avro, by fastavro and np.array, and by libavro
alone, into no array. A million rows of six columns: by docs/examples/sqlite, by Python's sqlite3 and
np.array, and by SQLite alone. Prints medians of the rounds, taken in turns, and their ratios.
"""

import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.chdir(ROOT / "bazel-bin")
sys.path.insert(0, str(ROOT / "tests" / "examples"))
import build_example  # noqa: E402

build_example.UTF8 = ROOT / "docs" / "examples" / "utf8"
COUNT, ROUNDS = 1000000, 7

SCHEMA = {"type": "record", "name": "trip", "fields": [
    {"name": "id", "type": "long"}, {"name": "paid", "type": "boolean"},
    {"name": "fare", "type": "double"}, {"name": "rate", "type": "float"},
    {"name": "label", "type": "string"}, {"name": "tip", "type": ["null", "long"]},
    {"name": "start", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    {"name": "stops", "type": "int"}]}

LIBAVRO = """
#include <avro.h>
int main(int argc, char** argv) {
  avro_file_reader_t reader;
  avro_value_t value;
  if (argc != 2 || avro_file_reader(argv[1], &reader)) return 1;
  avro_schema_t schema = avro_file_reader_get_writer_schema(reader);
  avro_generic_value_new(avro_generic_class_from_schema(schema), &value);
  while (avro_file_reader_read_value(reader, &value) == 0) avro_value_reset(&value);
  return 0;
}
"""

SQLITE = """
#include <sqlite3.h>
int main(int argc, char** argv) {
  sqlite3* database;
  sqlite3_stmt* rows;
  if (argc != 2 || sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, 0)) return 1;
  if (sqlite3_prepare_v2(database, "SELECT * FROM t", -1, &rows, 0)) return 1;
  volatile double sum = 0;
  while (sqlite3_step(rows) == SQLITE_ROW) {
    for (int i = 0; i < 6; ++i) {
      switch (sqlite3_column_type(rows, i)) {
        case SQLITE_INTEGER: sum += sqlite3_column_int64(rows, i); break;
        case SQLITE_FLOAT: sum += sqlite3_column_double(rows, i); break;
        default: sum += sqlite3_column_text(rows, i)[0] + sqlite3_column_bytes(rows, i);
      }
    }
  }
  return 0;
}
"""


def program(source, name, library, folder):
    path = os.path.join(folder, name)
    subprocess.run(["cc", "-O2", "-x", "c", "-", "-o", path, library], input=source, text=True, check=True)
    return path


def example(folder, name, sources, libraries):
    paths = [ROOT / "docs" / "examples" / folder / source for source in sources]
    build_example.OPTIMIZED = ["-O2"]
    return build_example.load(build_example.build(name, paths, libraries, temporary))


def measure(title, ways):
    times = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, call in ways.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    first = next(iter(medians.values()))
    for name, value in medians.items():
        print("%-8s %-28s %7.0f ms  %5.2f" % (title, name, value * 1e3, value / first))


def avro():
    module = example("avro", "avro_records", ("tree.c", "blocks.c", "values.c", "avro_module.c"),
                     ["-lavro", "-ljansson"])
    fastavro = build_example.install("fastavro", temporary)
    path = os.path.join(temporary, "trips.avro")
    with open(path, "wb") as file:
        fastavro.writer(file, SCHEMA, ({
            "id": i, "paid": True, "fare": i / 3, "rate": .5, "label": "l%d" % i,
            "tip": None if i % 2 else i, "start": i, "stops": i % 100} for i in range(COUNT)))
    dtype = module.read(path).dtype

    def by_fastavro():
        with open(path, "rb") as file:
            return np.array([(row["id"], row["paid"], row["fare"], row["rate"], row["label"],
                              row["tip"] or 0, row["tip"] is not None,
                              row["start"].replace(tzinfo=None), row["stops"])
                             for row in fastavro.reader(file)], dtype)

    assert (by_fastavro() == module.read(path)).all()
    alone = program(LIBAVRO, "libavro", "-lavro", temporary)
    measure("Avro", {"descry": lambda: module.read(path), "fastavro and np.array": by_fastavro,
                     "libavro alone": lambda: subprocess.run([alone, path], check=True)})


def sqlite():
    module = example("sqlite", "sqlite_records", ("columns.c", "sqlite_module.c"), ["-lsqlite3"])
    path = os.path.join(temporary, "rows.db")
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (id INTEGER, x REAL, y REAL, name TEXT, n INTEGER, z REAL)")
    database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", (
        (i, i * .5, i / 3, "name %d" % i, i % 7, -i * .25) for i in range(COUNT)))
    database.commit()
    dtype = module.query(path, "SELECT * FROM t").dtype
    alone = program(SQLITE, "sqlite", "-lsqlite3", temporary)
    measure("SQLite", {
        "descry": lambda: module.query(path, "SELECT * FROM t"),
        "fetchall and np.array": lambda: np.array(database.execute("SELECT * FROM t").fetchall(), dtype),
        "SQLite alone": lambda: subprocess.run([alone, path], check=True)})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        avro()
        sqlite()
