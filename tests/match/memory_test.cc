// SPDX-License-Identifier: BSD-3-Clause
// Matching where memory is short: an answer or a MemoryError, whichever allocation fails.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <descry/match.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

struct mm_inner {
  int32_t a;
  float b;
};
struct mm_outer {
  int64_t id;
  mm_inner in[3];
};
DESCRY_RECORD(mm_inner, a, b);
DESCRY_RECORD(mm_outer, id, DESCRY_AS(in, mm_inner));

namespace descry_test {
namespace {

// Lets the allocation number `left` of CPython fail, and all later ones.
class ShortMemory {
 public:
  explicit ShortMemory(int left) {
    left_ = left;
    for (int i = 0; i < 2; ++i) {
      PyMem_GetAllocator(kDomains[i], &real_[i]);
      PyMemAllocatorEx poor = {&real_[i], Malloc, Calloc, Realloc, Free};
      PyMem_SetAllocator(kDomains[i], &poor);
    }
  }
  ~ShortMemory() {
    for (int i = 0; i < 2; ++i) PyMem_SetAllocator(kDomains[i], &real_[i]);
  }
  static bool Failed() { return left_ < 0; }

 private:
  static constexpr PyMemAllocatorDomain kDomains[] = {PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};

  static PyMemAllocatorEx* Real(void* context) { return static_cast<PyMemAllocatorEx*>(context); }
  static void* Malloc(void* context, size_t size) {
    return left_-- > 0 ? Real(context)->malloc(Real(context)->ctx, size) : (left_ = -1, nullptr);
  }
  static void* Calloc(void* context, size_t count, size_t size) {
    return left_-- > 0 ? Real(context)->calloc(Real(context)->ctx, count, size)
                       : (left_ = -1, nullptr);
  }
  static void* Realloc(void* context, void* memory, size_t size) {
    return left_-- > 0 ? Real(context)->realloc(Real(context)->ctx, memory, size)
                       : (left_ = -1, nullptr);
  }
  static void Free(void* context, void* memory) { Real(context)->free(Real(context)->ctx, memory); }

  static inline int left_ = 0;
  static inline PyMemAllocatorEx real_[2];
};

using MemoryTest = PythonTest;

// Repeats `ask` with ever more memory until nothing fails. Returns how often something did.
template <typename Ask>
int CountMemoryErrors(Ask ask) {
  for (int left = 0;; ++left) {
    bool failed, answered;
    {
      const ShortMemory memory(left);
      answered = ask();
      failed = ShortMemory::Failed();
    }
    const std::string error = TakeException();
    EXPECT_EQ(error.substr(0, 11), answered ? "" : "MemoryError") << left;
    EXPECT_TRUE(answered || failed) << left;
    if (!failed) return left;
  }
}

TEST_F(MemoryTest, AWalkThatRemembersManyRecordsMayFail) {
  const Ref own(descry_dtype(DESCRY_TYPE(mm_inner)));
  const Ref dtype = Eval(
      "np.dtype([('f%d' % i, [('a', 'V0')]) for i in range(100)] + [('p', 'i4'), ('q', 'f4')])");
  int answer = -1;
  const int errors = CountMemoryErrors([&] {
    answer = descry_matches(DESCRY_TYPE(mm_inner), dtype.get(), DESCRY_LAYOUT);
    return answer >= 0;
  });
  EXPECT_EQ(answer, 1);
  EXPECT_GT(errors, 0);
}

TEST_F(MemoryTest, AnExplanationMayFailAtAnyStep) {
  const Ref own(descry_dtype(DESCRY_TYPE(mm_outer)));
  const Ref dtype = Eval("np.dtype([('id', 'i8'), ('in', [('a', 'i4'), ('b', '>f4')], 3)])");
  for (const int level : {DESCRY_EQUIVALENT, DESCRY_LAYOUT}) {
    Ref line;
    const int errors = CountMemoryErrors([&] {
      line = Ref(descry_mismatch(DESCRY_TYPE(mm_outer), dtype.get(), level));
      return static_cast<bool>(line);
    });
    EXPECT_EQ(Str(line), level == DESCRY_LAYOUT
                             ? "field 'in[0].b' at offset 12: expected float32, got big-endian "
                               "float32"
                             : "field 'in.b' at offset 12: expected float32, got big-endian "
                               "float32");
    EXPECT_GT(errors, 3);
  }
}

}  // namespace
}  // namespace descry_test
