// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: a view of an array of random geometry, made from the input, with random flags, while
// another borrow of the same memory may be open. NumPy is the oracle (random_arrays.py): whether
// the view opens, which check refuses it, and where each element is.
#include <descry/descry.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/fuzz/embedded.h"
#include "tests/fuzz/records.h"

namespace {

using descry_test::Bytes;
using descry_test::Call;
using descry_test::Ref;
using descry_test::Require;
using descry_test::Show;

Ref* module;

// What Python knows of one input; see random_arrays.Case.
class Case {
 public:
  Case(const uint8_t* data, size_t size)
      : case_(Call(*module, "Case", Ref(Py_BuildValue("(N)", Bytes(data, size).release())))) {}

  Ref Get(const char* name) const {
    Ref value(PyObject_GetAttrString(case_.get(), name));
    Require(static_cast<bool>(value), name);
    return value;
  }
  long Int(const char* name) const { return PyLong_AsLong(Get(name).get()); }
  void* Address(const char* name) const { return PyLong_AsVoidPtr(Get(name).get()); }
  std::string Text(const char* name) const { return PyUnicode_AsUTF8(Get(name).get()); }

  void RequireTrue(const Ref& result, const char* what) const {
    Expect(result.get() == Py_True, what);
  }
  // Prints the case where something does not hold.
  void Expect(bool holds, const char* what) const {
    if (holds) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    Show("case", Call(*module, "describe", Ref(Py_BuildValue("(O)", case_.get()))).get());
    PyErr_Restore(type, value, traceback);
    Require(false, what);
  }

  const Ref& object() const { return case_; }

 private:
  Ref case_;
};

bool SameNumbers(const Ref& tuple, const Py_ssize_t* numbers, int count) {
  for (int i = 0; i < count; ++i) {
    if (PyLong_AsSsize_t(PyTuple_GetItem(tuple.get(), i)) != numbers[i]) return false;
  }
  return true;
}

std::vector<Py_ssize_t> Numbers(PyObject* tuple) {
  std::vector<Py_ssize_t> numbers;
  for (Py_ssize_t i = 0; i < PyTuple_Size(tuple); ++i) {
    numbers.push_back(PyLong_AsSsize_t(PyTuple_GetItem(tuple, i)));
  }
  return numbers;
}

// What DESCRY_AT() and DESCRY_GET() come to, for any type and number of indices.
void* At(const descry_view& view, const std::vector<Py_ssize_t>& index) {
  Py_ssize_t i[8] = {};
  std::copy(index.begin(), index.end(), i);
  return descry_priv_at(&view, static_cast<size_t>(view.itemsize), static_cast<int>(index.size()),
                        i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7]);
}
void* Get(const descry_view& view, const std::vector<Py_ssize_t>& index) {
  return descry_view_get(&view, static_cast<size_t>(view.itemsize), static_cast<int>(index.size()),
                         index.data());
}

bool TakeError(PyObject* expected) {
  const bool raised = PyErr_Occurred() && PyErr_ExceptionMatches(expected);
  PyErr_Clear();
  return raised;
}

void CheckElement(const Case& input, const descry_view& view, std::vector<Py_ssize_t> index,
                  void* address) {
  input.Expect(Get(view, index) == address, "an element is where NumPy finds it");
  if (index.size() <= 8) input.Expect(At(view, index) == address, "DESCRY_AT is DESCRY_GET");
  for (size_t axis = 0; axis < index.size(); ++axis) {
    const Py_ssize_t at = index[axis], length = view.shape[axis];
    index[axis] = at - length;
    input.Expect(Get(view, index) == address, "negative indices count from the end");
    for (Py_ssize_t outside : {length, -length - 1}) {
      index[axis] = outside;
      input.Expect(!Get(view, index) && TakeError(PyExc_IndexError), "an index past the end");
    }
    index[axis] = at;
  }
  index.push_back(0);
  input.Expect(!Get(view, index) && TakeError(PyExc_IndexError), "an index too many");
}

void CheckElements(const Case& input, const descry_view& view) {
  const Ref samples = input.Get("samples");
  for (Py_ssize_t i = 0; i < PyList_Size(samples.get()); ++i) {
    PyObject* sample = PyList_GetItem(samples.get(), i);
    CheckElement(input, view, Numbers(PyTuple_GetItem(sample, 0)),
                 PyLong_AsVoidPtr(PyTuple_GetItem(sample, 1)));
  }
}

void CheckMember(const Case& input, const descry_view& view, PyObject* member) {
  const char* path;
  PyObject *address, *shape, *strides;
  Require(PyArg_ParseTuple(member, "sOOO", &path, &address, &shape, &strides), "a member");
  descry_view field;
  std::memset(&field, 0, sizeof field);
  input.Expect(descry_view_field(&view, path, &field) == 0, "a member has a view");
  input.Expect(field.ndim == PyTuple_Size(shape), "a member has NumPy's rank");
  input.Expect(SameNumbers(Ref::Borrow(shape), field.shape, field.ndim), "a member's shape");
  if (field.size) {
    input.Expect(field.data == PyLong_AsVoidPtr(address), "a member is where NumPy finds it");
    input.Expect(SameNumbers(Ref::Borrow(strides), field.strides, field.ndim), "and its strides");
  }
  descry_view_release(&field);
}

void CheckOpen(const Case& input, const descry_view& view) {
  const bool is_array = input.Get("object") == input.Get("array");
  input.Expect(!is_array || view.array == input.Get("array").get(), "the view keeps the array");
  input.Expect(view.data == input.Address("address"), "data is NumPy's");
  input.Expect(SameNumbers(input.Get("strides"), view.strides, view.ndim), "strides are NumPy's");
  const unsigned any = DESCRY_C_CONTIGUOUS | DESCRY_F_CONTIGUOUS | DESCRY_CONTIGUOUS;
  input.Expect((view.flags & any) == static_cast<unsigned>(input.Int("contiguity")),
               "contiguity is NumPy's");
  CheckElements(input, view);
  const Ref members = input.Get("members");
  for (Py_ssize_t i = 0; i < PyList_Size(members.get()); ++i) {
    CheckMember(input, view, PyList_GetItem(members.get(), i));
  }
}

void CheckConverted(const Case& input, const descry_view& view) {
  input.Expect(view.array != input.Get("array").get(), "a converted view is of a copy");
  const Ref same(PyObject_CallMethod(input.object().get(), "same_values", "O", view.array));
  input.RequireTrue(same, "a converted copy holds what the array does");
}

void CheckRefusal(const Case& input, const descry_view& view, const std::string& expected) {
  static const descry_view kZeroed = {};
  input.Expect(std::memcmp(&view, &kZeroed, sizeof view) == 0, "a refused view is zeroed");
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  const Ref owned_type(type), owned_value(value), owned_traceback(traceback);
  input.Expect(value != nullptr, "a refusal raises");
  const Ref text(PyObject_Str(value));
  const bool documented =
      PyErr_GivenExceptionMatches(type, input.Get("error").get()) &&
      std::string(PyUnicode_AsUTF8(text.get())).find(expected) != std::string::npos;
  if (!documented) Show("raised", value);
  input.Expect(documented, "the first check that fails raises what is documented");
}

void Acquire(const Case& input) {
  const std::string expected = input.Text("expected");
  const Ref object = input.Get("object");
  descry_view view;
  std::memset(&view, 0, sizeof view);
  const int result = descry_view_acquire(&view, object.get(), fuzz_types[input.Int("type")],
                                         static_cast<int>(input.Int("ndim")),
                                         static_cast<unsigned>(input.Int("flags")));
  const bool opens = expected == "open" || expected == "converted";
  input.Expect(opens == (result == 0), opens ? "the view opens" : "the view is refused");
  if (opens) {
    input.Expect(!PyErr_Occurred(), "no exception after success");
    input.Expect(view.ndim == PyTuple_Size(input.Get("shape").get()), "the rank is NumPy's");
    input.Expect(SameNumbers(input.Get("shape"), view.shape, view.ndim), "the shape is NumPy's");
    if (expected == "open") {
      CheckOpen(input, view);
    } else {
      CheckConverted(input, view);
    }
  } else {
    CheckRefusal(input, view, expected);
  }
  descry_view_release(&view);
  descry_view_release(&view);
}

// Borrows what is to be in the way.
void BorrowOther(const Case& input, descry_borrow* borrow) {
  const Ref other = input.Get("other");
  if (other.get() == Py_None) return;
  PyObject* array = PyTuple_GetItem(other.get(), 0);
  const bool writes = PyTuple_GetItem(other.get(), 1) == Py_True;
  const int result =
      writes ? descry_borrow_exclusive(borrow, array) : descry_borrow_shared(borrow, array);
  input.Expect(result == 0, "the other borrow is had");
}

void RegisterTypes() {
  const Ref types(PyObject_GetAttrString(module->get(), "types"));
  for (int i = 0; i < FUZZ_TYPES_WITHOUT_OBJECTS; ++i) {
    const Ref dtype(descry_dtype(fuzz_types[i]));
    Require(static_cast<bool>(dtype), fuzz_types[i]->name);
    const Ref entry(
        Py_BuildValue("(On)", dtype.get(), static_cast<Py_ssize_t>(fuzz_types[i]->alignment)));
    Require(PyList_Append(types.get(), entry.get()) == 0, fuzz_types[i]->name);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  module = new Ref(descry_test::StartAndImport("random_arrays"));
  RegisterTypes();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Case input(data, size);
  const Ref array = input.Get("array");
  const Py_ssize_t references = Py_REFCNT(array.get());
  descry_borrow other = {};
  BorrowOther(input, &other);
  Acquire(input);
  descry_borrow_release(&other);
  input.Expect(Py_REFCNT(array.get()) == references, "reference counts are as before");
  const Ref borrows(descry_borrows());
  input.Expect(PyList_Size(borrows.get()) == 0, "no borrow is open");
  input.RequireTrue(Ref(PyObject_CallMethod(input.object().get(), "unchanged", nullptr)),
                    "the array is as it was");
  return 0;
}
