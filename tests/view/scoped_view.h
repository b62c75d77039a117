// SPDX-License-Identifier: BSD-3-Clause
// A view that is closed at the end of its scope.
#ifndef DESCRY_TESTS_VIEW_SCOPED_VIEW_H_
#define DESCRY_TESTS_VIEW_SCOPED_VIEW_H_

#include <descry/view.h>

#include <cstring>

#include "tests/support/ref.h"

namespace descry_test {

struct ScopedView : descry_view {
  // Nothing that acquire reads.
  ScopedView() { std::memset(static_cast<descry_view*>(this), 0xee, sizeof(descry_view)); }
  ScopedView(const ScopedView&) = delete;
  ScopedView& operator=(const ScopedView&) = delete;
  ~ScopedView() { Close(); }

  int Open(const Ref& object, const descry_type* type, int ndim, unsigned flags) {
    const int result = descry_view_acquire(this, object.get(), type, ndim, flags);
    opened_ = result == 0;
    return result;
  }

  void Close() {
    if (opened_) descry_view_release(this);
    opened_ = false;
  }

 private:
  bool opened_ = false;
};

}  // namespace descry_test

#endif  // DESCRY_TESTS_VIEW_SCOPED_VIEW_H_
