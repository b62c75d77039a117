// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: a dtype made from the input, against a declared type or another such dtype, at both
// levels; NumPy is the oracle (random_dtypes.py). After that the fields are renamed in place, and
// the question is put again.
#include <descry/dtype.h>
#include <descry/match.h>

#include "tests/fuzz/any_dtypes.h"
#include "tests/fuzz/embedded.h"
#include "tests/fuzz/records.h"

namespace {

using descry_test::Bytes;
using descry_test::Call;
using descry_test::Ref;
using descry_test::Require;
using descry_test::Show;

Ref* module;

// Verdict and reason of one comparison.
struct Verdict {
  int matches;
  Ref reason;
};

Verdict CompareWithType(const descry_type* type, PyObject* other, int level) {
  const int matches = descry_matches(type, other, level);
  return {matches, Ref(descry_mismatch(type, other, level))};
}

Verdict CompareDtypes(PyObject* own, PyObject* other, int level) {
  return {fuzz_dtypes_match(own, other, level), Ref(fuzz_dtypes_mismatch(own, other, level))};
}

void Check(const Verdict& verdict, bool expected, PyObject* own, PyObject* other) {
  const bool good = verdict.matches == (expected ? 1 : 0) && verdict.reason && !PyErr_Occurred() &&
                    (verdict.reason.get() == Py_None) == expected &&
                    (expected || PyUnicode_GetLength(verdict.reason.get()) > 0);
  if (good) return;
  Show("own", own);
  Show("other", other);
  if (verdict.reason) Show("reason", verdict.reason.get());
  Require(false, expected ? "NumPy says that they match" : "NumPy says that they do not match");
}

// Compares both ways round with what NumPy says. `type` is NULL where `own` is any dtype.
void CompareAll(const descry_type* type, const Ref& own, const Ref& other) {
  const Ref answers = Call(*module, "answers", Ref(Py_BuildValue("(OO)", own.get(), other.get())));
  for (int level : {DESCRY_EQUIVALENT, DESCRY_LAYOUT}) {
    const bool expected = PyTuple_GetItem(answers.get(), level) == Py_True;
    // The second answer may come from the cache.
    for (int i = 0; type && i < 2; ++i) {
      Check(CompareWithType(type, other.get(), level), expected, own.get(), other.get());
    }
    if (!type) {
      Check(CompareDtypes(own.get(), other.get(), level), expected, own.get(), other.get());
    }
  }
}

// A dtype that nothing but the cache may keep: it has a place for each level.
void CheckReferences(const descry_type* type, const Ref& other, Py_ssize_t before) {
  const Py_ssize_t kept = Py_REFCNT(other.get()) - before;
  Require(kept == 0 || (type && kept > 0 && kept <= 2), "reference counts are as before");
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  module = new Ref(descry_test::StartAndImport("random_dtypes"));
  for (const descry_type* type : fuzz_types) Require(descry_register(type) == 0, type->name);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const unsigned which = size ? *data++ % (2 * FUZZ_TYPES) : 0;
  const Ref bytes = Bytes(data, size ? size - 1 : 0);
  const descry_type* type = which < FUZZ_TYPES ? fuzz_types[which] : nullptr;
  Ref own, other;
  if (type) {
    own = Ref(descry_dtype(type));
    other = Call(*module, "variation", Ref(Py_BuildValue("(OO)", bytes.get(), own.get())));
  } else {
    const Ref pair = Call(*module, "pair", Ref(Py_BuildValue("(O)", bytes.get())));
    own = Ref::Borrow(PyTuple_GetItem(pair.get(), 0));
    other = Ref::Borrow(PyTuple_GetItem(pair.get(), 1));
  }
  // NumPy's own built-in dtypes are shared by everything.
  const bool shared = Py_REFCNT(other.get()) > 1;
  const Py_ssize_t before = Py_REFCNT(other.get());
  CompareAll(type, own, other);
  if (!shared) CheckReferences(type, other, before);
  Call(*module, "rename", Ref(Py_BuildValue("(OO)", bytes.get(), other.get())));
  CompareAll(type, own, other);
  if (!shared) CheckReferences(type, other, before);
  return 0;
}
