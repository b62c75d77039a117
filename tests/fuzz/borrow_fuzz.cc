// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: a pair of views made from the input, borrow rule against brute force over bytes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "src/borrow/region.h"
#include "tests/borrow/pairs.h"

namespace {

using descry_test::View;

void Check(const View& a, const View& b, bool shared) {
  descryi_region ra = a.Region(), rb = b.Region();
  unsigned work = DESCRYI_CONFLICT_WORK;
  if (descryi_regions_conflict(&ra, &rb, &work) || !shared) return;
  std::fprintf(stderr, "missed: %s / %s\n", a.Describe().c_str(), b.Describe().c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  descry_test::BufferChoices choices(data, size);
  if (choices.OneIn(4)) {
    int bits = static_cast<int>(choices.Between(4, 58));
    View a = SparseView(choices, uint64_t{1} << 62, bits);
    View b = SparseView(choices, uint64_t{1} << 62, bits);
    Check(a, b, ShareBytesByElements(a, b));
  } else {
    View a = RandomView(choices);
    View b = choices.OneIn(2) ? RandomView(choices) : RelatedView(a, choices);
    Check(a, b, ShareBytes(a, b));
  }
  return 0;
}
