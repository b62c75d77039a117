// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/raises.h"

#include "tests/support/python.h"

namespace descry_test {
namespace {

// Takes the pending exception; puts it back at the end unless told otherwise. GoogleTest asks a
// matcher again for the reason of a mismatch, and the answer has to be the same.
class PendingException {
 public:
  PendingException() {
    PyErr_Fetch(&type_, &value_, &traceback_);
    if (type_) PyErr_NormalizeException(&type_, &value_, &traceback_);
  }
  ~PendingException() { PyErr_Restore(type_, value_, traceback_); }

  void Forget() {
    Py_CLEAR(type_);
    Py_CLEAR(value_);
    Py_CLEAR(traceback_);
  }

  PyObject* type() const { return type_; }
  std::string text() const { return Str(Ref::Borrow(value_)); }
  std::string name() const { return reinterpret_cast<PyTypeObject*>(type_)->tp_name; }

 private:
  PyObject *type_, *value_, *traceback_;
};

}  // namespace

bool RaisesPythonMatcher::MatchException(bool failed,
                                         testing::MatchResultListener* listener) const {
  PendingException pending;
  if (!pending.type()) {
    *listener << (failed ? "which tells of failure, but no exception is set" : "and no exception");
    return false;
  }
  const bool matches = failed && pending.type() == exception_ && text_.Matches(pending.text());
  if (!failed) *listener << "which tells of success, but an exception is set: ";
  *listener << pending.name() << " \"" << pending.text() << "\"";
  if (matches || listener->IsInterested()) pending.Forget();
  return matches;
}

void RaisesPythonMatcher::DescribeTo(std::ostream* os) const {
  *os << "raises " << reinterpret_cast<PyTypeObject*>(exception_)->tp_name << " with a text that ";
  text_.DescribeTo(os);
}

void RaisesPythonMatcher::DescribeNegationTo(std::ostream* os) const {
  *os << "does not raise " << reinterpret_cast<PyTypeObject*>(exception_)->tp_name
      << " with a text that ";
  text_.DescribeTo(os);
}

}  // namespace descry_test
