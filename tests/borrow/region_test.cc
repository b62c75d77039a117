// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/region.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "src/borrow/bounded_sum.h"
#include "tests/borrow/pairs.h"
#include "tests/support/rounds.h"

namespace descry_test {
namespace {

bool Conflict(const View& a, const View& b, unsigned allowance = DESCRYI_CONFLICT_WORK) {
  descryi_region ra = a.Region(), rb = b.Region();
  unsigned work = allowance;
  return descryi_regions_conflict(&ra, &rb, &work);
}

View Make(uint64_t data, std::vector<ptrdiff_t> shape, std::vector<ptrdiff_t> strides,
          size_t itemsize) {
  View view;
  view.data = data;
  view.shape = std::move(shape);
  view.strides = std::move(strides);
  view.itemsize = itemsize;
  return view;
}

TEST(RegionTest, ContiguousArraysAreOneRunWhateverTheirRankAndOrder) {
  for (const View& view :
       {Make(4096, {2, 3, 4}, {96, 32, 8}, 8), Make(4096, {2, 3, 4}, {8, 16, 48}, 8),
        Make(4096, {24}, {8}, 8), Make(4096 + 23 * 8, {24}, {-8}, 8)}) {
    descryi_region region = view.Region();
    EXPECT_EQ(region.naxes, 0);
    EXPECT_EQ(region.lo, 4096u);
    EXPECT_EQ(region.hi, 4096u + 192u);
    EXPECT_EQ(region.run, 192u);
  }
}

TEST(RegionTest, AxesThatContinueEachOtherBecomeOne) {
  descryi_region region = Make(4096, {6, 5}, {240, 48}, 8).Region();
  ASSERT_EQ(region.naxes, 1);
  EXPECT_EQ(region.axes[0].stride, 48u);
  EXPECT_EQ(region.axes[0].count, 30u);
}

TEST(RegionTest, WindowsAndBroadcastsCoverWhatTheirArrayCovers) {
  descryi_region window = Make(4096, {8, 3}, {16, 16}, 8).Region();
  descryi_region plain = Make(4096, {10}, {16}, 8).Region();
  EXPECT_EQ(window.hi, plain.hi);
  ASSERT_EQ(window.naxes, 1);
  EXPECT_EQ(window.axes[0].count, 10u);
  EXPECT_EQ(Make(4096, {5, 10}, {0, 16}, 8).Region().naxes, 1);
}

TEST(RegionTest, EmptyArraysCoverNothing) {
  View whole = Make(4096, {100}, {8}, 8);
  EXPECT_FALSE(Conflict(whole, Make(4096, {0}, {8}, 8)));
  EXPECT_FALSE(Conflict(whole, Make(4096, {3, 0}, {8, 8}, 8)));
  EXPECT_FALSE(Conflict(whole, Make(4096, {10}, {0}, 0)));
}

struct Case {
  const char* what;
  View a, b;
  bool conflict;
};

// What rust-numpy's rule gets wrong, and what any rule by gcd refuses without need.
TEST(RegionTest, KnownPairs) {
  const uint64_t p = 4096;
  const Case cases[] = {
      {"a['x'] and a['y']", Make(p, {9}, {16}, 8), Make(p + 8, {9}, {16}, 8), false},
      {"a[::2] and a[1::2]", Make(p, {9}, {16}, 8), Make(p + 8, {9}, {16}, 8), false},
      {"a record and rec['b']", Make(p, {9}, {16}, 16), Make(p + 8, {9}, {16}, 8), true},
      {"complex and .imag", Make(p, {9}, {16}, 16), Make(p + 8, {9}, {16}, 8), true},
      {".real and .imag", Make(p, {9}, {16}, 8), Make(p + 8, {9}, {16}, 8), false},
      {"u4[::2] and halves of it", Make(p, {9}, {8}, 4), Make(p + 2, {9}, {8}, 2), true},
      {"an array and its first element", Make(p, {9}, {8}, 8), Make(p, {}, {}, 8), true},
      {"two zero-stride views", Make(p, {5}, {0}, 8), Make(p + 4, {5}, {0}, 4), true},
      {"two members of a union", Make(p, {9}, {8}, 4), Make(p, {9}, {8}, 2), true},
      {"m[:, ::3] and m[:, 1::3]", Make(p, {7, 4}, {80, 24}, 8), Make(p + 8, {7, 3}, {80, 24}, 8),
       false},
      {"m[:, ::3] and m[:, 2::2]", Make(p, {7, 4}, {80, 24}, 8), Make(p + 16, {7, 4}, {80, 16}, 8),
       true},
      {"m[::2, ::3] and m[1::2]", Make(p, {4, 4}, {160, 24}, 8), Make(p + 80, {4, 10}, {160, 8}, 8),
       false},
      {"m[:, :5] and m[:, 5:]", Make(p, {7, 5}, {80, 8}, 8), Make(p + 40, {7, 5}, {80, 8}, 8),
       false},
      {"a[2::6] and a[::3]", Make(p + 4, {9}, {12}, 2), Make(p, {20}, {6}, 2), false},
      {"a[::7] and a[3::11]", Make(p, {99}, {7}, 1), Make(p + 3, {9}, {11}, 1), true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Conflict(c.a, c.b), c.conflict) << c.what;
    EXPECT_EQ(Conflict(c.b, c.a), c.conflict) << c.what << ", turned round";
  }
}

TEST(RegionTest, MemoryThatLeavesTheAddressSpaceConflictsWithAll) {
  View plain = Make(4096, {4}, {8}, 8);
  for (const View& odd :
       {Make(UINT64_MAX - 8, {4}, {8}, 8), Make(8, {4}, {-8}, 8), Make(4096, {4}, {PTRDIFF_MAX}, 8),
        Make(4096, {PTRDIFF_MAX}, {PTRDIFF_MAX}, 8), Make(4096, {4}, {PTRDIFF_MIN}, 8),
        Make(4096, {PTRDIFF_MAX, PTRDIFF_MAX}, {1, 1}, SIZE_MAX)}) {
    EXPECT_TRUE(Conflict(plain, odd)) << odd.Describe();
    EXPECT_TRUE(Conflict(odd, plain)) << odd.Describe();
    EXPECT_TRUE(Conflict(odd, odd)) << odd.Describe();
  }
}

TEST(RegionTest, HugeStridesAreSolvedExactly) {
  View far = Make(4096, {2}, {PTRDIFF_MAX - 8192}, 8);
  EXPECT_FALSE(Conflict(far, Make(8192, {1000}, {8}, 8)));
  EXPECT_TRUE(Conflict(far, Make(4100, {1000}, {8}, 8)));
  View a = Make(4096, {1000000007}, {1000000009}, 1);
  EXPECT_TRUE(Conflict(a, Make(4097, {1000000007}, {1000000011}, 1)));
  EXPECT_FALSE(Conflict(a, Make(4097, {400000000}, {1000000011}, 1)));
}

TEST(RegionTest, WithoutAllowanceAnswersConflict) {
  View a = Make(4096, {7, 4}, {80, 24}, 8), b = Make(4096 + 8, {7, 3}, {80, 24}, 8);
  EXPECT_TRUE(Conflict(a, b, 0));
  EXPECT_FALSE(Conflict(a, b));
}

TEST(RegionTest, AnswersOfRankSixAreExactAtFullSize) {
  std::vector<ptrdiff_t> shape(6, 20), strides(6);
  ptrdiff_t stride = 8;
  for (int i = 5; i >= 0; --i, stride *= 40) strides[static_cast<size_t>(i)] = 2 * stride;
  View even = Make(4096, shape, strides, 8);
  View odd = even;
  odd.data += static_cast<uint64_t>(strides[2] / 2);
  EXPECT_FALSE(Conflict(even, odd));
  View thirds = odd;
  for (size_t i = 0; i < 6; ++i) thirds.strides[i] = strides[i] / 2 * 3, thirds.shape[i] = 13;
  EXPECT_TRUE(Conflict(even, thirds));
}

// No miss at all. Prints the share of needless
// conflicts beside the gcd rule's.
TEST(RegionTest, AgreesWithBruteForceOverBytes) {
  SeededChoices choices(20240607);
  uint64_t pairs = Rounds(20000, 1000000), disjoint = 0, needless = 0, needless_by_gcd = 0;
  for (uint64_t i = 0; i < pairs; ++i) {
    View a = RandomView(choices);
    View b = choices.OneIn(2) ? RandomView(choices) : RelatedView(a, choices);
    bool shared = ShareBytes(a, b), conflict = Conflict(a, b);
    ASSERT_TRUE(conflict || !shared) << "missed: " << a.Describe() << " / " << b.Describe();
    ASSERT_EQ(conflict, Conflict(b, a)) << a.Describe() << " / " << b.Describe();
    disjoint += !shared;
    needless += conflict && !shared;
    needless_by_gcd += !shared && GcdRuleConflicts(a, b);
  }
  std::printf("%llu pairs, %llu disjoint: refused without need %llu, by the gcd rule %llu\n",
              static_cast<unsigned long long>(pairs), static_cast<unsigned long long>(disjoint),
              static_cast<unsigned long long>(needless),
              static_cast<unsigned long long>(needless_by_gcd));
  EXPECT_LT(needless, needless_by_gcd);
  EXPECT_LE(needless * 1000, disjoint);
}

TEST(RegionTest, AgreesWithBruteForceOverElementsFarApart) {
  SeededChoices choices(7);
  uint64_t needless = 0, pairs = Rounds(4000, 1000000);
  for (uint64_t i = 0; i < pairs; ++i) {
    int bits = static_cast<int>(choices.Between(4, 58));
    uint64_t address = uint64_t{1} << 62;
    View a = SparseView(choices, address, bits), b = SparseView(choices, address, bits);
    bool shared = ShareBytesByElements(a, b), conflict = Conflict(a, b);
    ASSERT_TRUE(conflict || !shared) << "missed: " << a.Describe() << " / " << b.Describe();
    needless += conflict && !shared;
  }
  std::printf("%llu sparse pairs: refused without need %llu\n",
              static_cast<unsigned long long>(pairs), static_cast<unsigned long long>(needless));
  EXPECT_LE(needless * 100, pairs);
}

bool SumExists(const descryi_term* terms, int count, uint64_t low, uint64_t high) {
  if (count == 0) return low == 0;
  for (uint64_t x = 0; x <= terms->limit && x * terms->unit <= high; ++x) {
    uint64_t sum = x * terms->unit;
    if (SumExists(terms + 1, count - 1, low > sum ? low - sum : 0, high - sum)) return true;
  }
  return false;
}

TEST(SumsTest, AgreesWithEnumeration) {
  SeededChoices choices(3);
  for (int i = 0; i < 300000; ++i) {
    descryi_term terms[4];
    int count = static_cast<int>(choices.Between(1, choices.OneIn(2) ? 2 : 4));
    uint64_t unit = 0, most = choices.OneIn(2) ? 5 : 30;
    for (int t = count; t-- > 0;) {
      unit += 1 + choices.Below(most);
      terms[t] = {unit, choices.Below(8)};
    }
    uint64_t low = choices.Below(8 * most), high = low + choices.Below(6);
    unsigned work = DESCRYI_CONFLICT_WORK;
    ASSERT_EQ(descryi_sum_exists(terms, count, low, high, &work),
              SumExists(terms, count, low, high))
        << low << " to " << high;
  }
}

}  // namespace
}  // namespace descry_test
