// SPDX-License-Identifier: BSD-3-Clause
// The matcher of failures.
//
//   EXPECT_THAT(descry_dtype(type), RaisesPython(PyExc_TypeError, "vec3 has ..."));
//   EXPECT_THAT(descry_register(type), RaisesPython(PyExc_ValueError, HasSubstr("vec3")));
//
// A call that fails returns NULL or -1 and sets an exception, always both: the matcher wants
// exactly this, an exception of that very class, and its text word for word or as another matcher
// says. It clears the exception.

#ifndef DESCRY_TESTS_SUPPORT_RAISES_H_
#define DESCRY_TESTS_SUPPORT_RAISES_H_

#include <Python.h>
#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <type_traits>

#include "tests/support/ref.h"

namespace descry_test {

inline bool IsFailure(const Ref& result) { return !result; }
template <typename T>
bool IsFailure(T* result) {
  return result == nullptr;
}
template <typename T, typename = std::enable_if_t<std::is_integral_v<T>>>
bool IsFailure(T result) {
  return result == static_cast<T>(-1);
}

class RaisesPythonMatcher {
 public:
  using is_gtest_matcher = void;

  RaisesPythonMatcher(PyObject* exception, testing::Matcher<const std::string&> text)
      : exception_(exception), text_(text) {}

  template <typename T>
  bool MatchAndExplain(const T& result, testing::MatchResultListener* listener) const {
    return MatchException(IsFailure(result), listener);
  }

  void DescribeTo(std::ostream* os) const;
  void DescribeNegationTo(std::ostream* os) const;

 private:
  bool MatchException(bool failed, testing::MatchResultListener* listener) const;

  PyObject* exception_;  // borrowed: CPython's classes live as long as the interpreter
  testing::Matcher<const std::string&> text_;
};

// Matches the result of a call that failed with exception class `exception` and message `text`.
inline testing::PolymorphicMatcher<RaisesPythonMatcher> RaisesPython(
    PyObject* exception, testing::Matcher<const std::string&> text = testing::_) {
  return testing::MakePolymorphicMatcher(RaisesPythonMatcher(exception, text));
}

}  // namespace descry_test

#endif  // DESCRY_TESTS_SUPPORT_RAISES_H_
