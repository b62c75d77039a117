// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/table.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/borrow/pairs.h"

namespace descry_test {
namespace {

class TableTest : public testing::Test {
 protected:
  void SetUp() override { table_ = descryi_table_new(false); }
  void TearDown() override {
    EXPECT_EQ(descryi_table_list(table_, nullptr, 0), 0u) << "a borrow is still open";
    descryi_table_free(table_);
  }

  int Acquire(const View& view, bool exclusive, descryi_table_borrow* hold) {
    descryi_memory memory = view.Memory();
    return descryi_table_acquire(table_, &memory, exclusive, nullptr, 0, hold, &against_);
  }
  bool Takes(const View& view, bool exclusive, descryi_table_borrow* hold) {
    return Acquire(view, exclusive, hold) == DESCRYI_BORROW_TAKEN;
  }
  void Release(descryi_table_borrow* hold) { descryi_table_release(table_, hold); }

  descryi_table* table_;
  descryi_borrowed against_;
};

View Bytes(uint64_t address, ptrdiff_t length) {
  View view;
  view.data = address;
  view.shape = {length};
  view.strides = {1};
  return view;
}

View Column(uint64_t address, ptrdiff_t rows, ptrdiff_t pitch) {
  View view;
  view.data = address;
  view.shape = {rows};
  view.strides = {pitch};
  view.itemsize = 8;
  return view;
}

TEST_F(TableTest, ManyReadersOrOneWriter) {
  descryi_table_borrow first, second, writer;
  View view = Bytes(4096, 100);
  ASSERT_TRUE(Takes(view, false, &first));
  ASSERT_TRUE(Takes(view, false, &second));
  EXPECT_FALSE(Takes(view, true, &writer));
  EXPECT_EQ(against_.count, 2u);
  EXPECT_EQ(against_.exclusive, 0u);
  Release(&first);
  Release(&second);
  ASSERT_TRUE(Takes(view, true, &writer));
  EXPECT_FALSE(Takes(view, true, &first));
  EXPECT_FALSE(Takes(view, false, &first));
  EXPECT_EQ(against_.exclusive, 1u);
  EXPECT_EQ(against_.lo, 4096u);
  EXPECT_EQ(against_.hi, 4196u);
  Release(&writer);
}

TEST_F(TableTest, RefusesSecondWriterOnOverlappingSlices) {
  descryi_table_borrow first, second, third;
  ASSERT_TRUE(Takes(Bytes(4096, 100), true, &first));
  EXPECT_FALSE(Takes(Bytes(4195, 100), true, &second));
  EXPECT_FALSE(Takes(Bytes(4000, 97), false, &second));
  ASSERT_TRUE(Takes(Bytes(4196, 100), true, &second));
  ASSERT_TRUE(Takes(Bytes(4000, 96), true, &third));
  Release(&first);
  Release(&second);
  Release(&third);
}

TEST_F(TableTest, PermitOfAnIdleEntryIsWithdrawnByWhoeverOverlaps) {
  descryi_table_borrow whole, part;
  for (int round = 0; round < 3; ++round) {
    for (bool exclusive : {true, false}) {
      ASSERT_TRUE(Takes(Bytes(4096, 100), true, &whole));
      Release(&whole);
      ASSERT_TRUE(Takes(Bytes(4100, 10), exclusive, &part));
      EXPECT_FALSE(Takes(Bytes(4096, 100), true, &whole));
      EXPECT_EQ(Takes(Bytes(4096, 100), false, &whole), !exclusive);
      Release(&part);
      Release(&whole);
    }
  }
}

TEST_F(TableTest, DowngradeLetsReadersInAndUpgradeIsRefused) {
  descryi_table_borrow hold, other;
  View view = Bytes(4096, 100);
  ASSERT_TRUE(Takes(view, true, &hold));
  descryi_table_downgrade(table_, &hold);
  descryi_table_downgrade(table_, &hold);
  EXPECT_TRUE(Takes(Bytes(4100, 5), false, &other));
  Release(&other);
  EXPECT_FALSE(Takes(view, true, &other));
  Release(&hold);
  EXPECT_TRUE(Takes(view, true, &other));
  Release(&other);
}

TEST_F(TableTest, ReleasingTwiceOrNothingDoesNothing) {
  descryi_table_borrow none = {}, hold, copy;
  Release(&none);
  ASSERT_TRUE(Takes(Bytes(4096, 10), true, &hold));
  copy = hold;
  Release(&hold);
  Release(&hold);
  Release(&copy);
  ASSERT_TRUE(Takes(Bytes(4096, 10), false, &hold));
  Release(&hold);
}

TEST_F(TableTest, EmptyArraysBorrowNothing) {
  descryi_table_borrow whole, empty;
  ASSERT_TRUE(Takes(Bytes(4096, 100), true, &whole));
  ASSERT_TRUE(Takes(Bytes(4100, 0), true, &empty));
  EXPECT_EQ(descryi_table_list(table_, nullptr, 0), 1u);
  Release(&empty);
  Release(&whole);
}

TEST_F(TableTest, ListShowsWhatIsHeld) {
  descryi_table_borrow holds[3];
  ASSERT_TRUE(Takes(Column(4096, 10, 64), false, &holds[0]));
  ASSERT_TRUE(Takes(Column(4096, 10, 64), false, &holds[1]));
  ASSERT_TRUE(Takes(Column(4104, 10, 64), true, &holds[2]));
  descryi_borrowed list[4];
  ASSERT_EQ(descryi_table_list(table_, list, 4), 2u);
  const descryi_borrowed& read = list[list[0].exclusive ? 1 : 0];
  const descryi_borrowed& write = list[list[0].exclusive ? 0 : 1];
  EXPECT_EQ(read.count, 2u);
  EXPECT_EQ(read.lo, 4096u);
  EXPECT_EQ(read.hi, 4096u + 9 * 64 + 8);
  EXPECT_EQ(write.lo, 4104u);
  EXPECT_EQ(write.itemsize, 8u);
  EXPECT_EQ(descryi_table_list(table_, list, 1), 2u);
  for (auto& hold : holds) Release(&hold);
}

TEST(TableTraceTest, RemembersWhereBorrowsWereTaken) {
  descryi_table* table = descryi_table_new(true);
  View view = Bytes(4096, 100);
  descryi_memory memory = view.Memory();
  descryi_table_borrow first, second, third;
  descryi_borrowed against, list[2];
  ASSERT_EQ(descryi_table_acquire(table, &memory, false, "one.c", 1, &first, &against), 0);
  ASSERT_EQ(descryi_table_acquire(table, &memory, false, "two.c", 2, &second, &against), 0);
  EXPECT_EQ(descryi_table_acquire(table, &memory, true, "three.c", 3, &third, &against),
            DESCRYI_BORROW_CONFLICT);
  EXPECT_STREQ(against.file, "two.c");
  EXPECT_EQ(against.line, 2);
  ASSERT_EQ(descryi_table_list(table, list, 2), 2u);
  EXPECT_EQ(list[0].count, 1u);
  EXPECT_STREQ(list[1].file, "one.c");
  descryi_table_release(table, &first);
  descryi_table_release(table, &second);
  EXPECT_EQ(descryi_table_list(table, list, 2), 0u);
  descryi_table_free(table);
}

// Views with more axes than an entry holds inline.
TEST_F(TableTest, RegionsWithManyAxes) {
  View view;
  view.data = 4096;
  view.itemsize = 4;
  for (ptrdiff_t stride = 8; stride < 100000; stride *= 6) {
    view.shape.insert(view.shape.begin(), 4);
    view.strides.insert(view.strides.begin(), stride);
  }
  View beside = view;
  beside.data += 4;
  descryi_table_borrow first, second, third;
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(Takes(view, true, &first));
    ASSERT_TRUE(Takes(beside, true, &second));
    EXPECT_FALSE(Takes(view, false, &third));
    Release(&first);
    ASSERT_TRUE(Takes(view, false, &first));
    ASSERT_TRUE(Takes(view, false, &third));
    Release(&third);
    Release(&second);
    Release(&first);
  }
}

// The plain reference: a list of what is held, and brute force over bytes.
struct Held {
  View view;
  bool exclusive;
  descryi_table_borrow hold;
};

bool ModelAllows(const std::vector<Held>& held, const View& view, bool exclusive) {
  for (const Held& other : held) {
    if ((exclusive || other.exclusive) && ShareBytes(other.view, view)) return false;
  }
  return true;
}

View NextView(const std::vector<Held>& held, const std::vector<View>& favourites,
              Choices& choices) {
  switch (choices.Below(4)) {
    case 0:
      return favourites[choices.Below(favourites.size())];
    case 1:
      return held.empty() ? RandomView(choices)
                          : RelatedView(held[choices.Below(held.size())].view, choices);
    case 2:
      return held.empty() ? RandomView(choices) : held[choices.Below(held.size())].view;
    default:
      return RandomView(choices);
  }
}

// Small views, or hardly anything could be held at once.
View SmallView(Choices& choices) {
  View view = Column(kBufferAddress + choices.Below(kBufferSize / 2), choices.Between(1, 6),
                     choices.Between(-12, 40));
  view.itemsize = 1 + choices.Below(4);
  if (view.strides[0] < 0) view.data += static_cast<uint64_t>(-view.strides[0] * view.shape[0]);
  return view;
}

void RunModel(descryi_table* table, uint64_t seed, int steps) {
  SeededChoices choices(seed);
  std::vector<Held> held;
  std::vector<View> favourites;
  for (int i = 0; i < 12; ++i) {
    favourites.push_back(i < 4 ? RandomView(choices) : SmallView(choices));
  }
  uint64_t target = 1 + choices.Below(100);
  for (int i = 0; i < steps; ++i) {
    bool release = held.size() >= target || (!held.empty() && choices.OneIn(3));
    if (release) {
      size_t which = choices.Below(held.size());
      if (choices.OneIn(4)) {
        descryi_table_downgrade(table, &held[which].hold);
        held[which].exclusive = false;
      } else {
        descryi_table_release(table, &held[which].hold);
        held.erase(held.begin() + static_cast<ptrdiff_t>(which));
      }
      continue;
    }
    View view = choices.OneIn(2) ? SmallView(choices) : NextView(held, favourites, choices);
    Held next{view, choices.OneIn(3), {}};
    descryi_memory memory = view.Memory();
    descryi_borrowed against;
    int outcome =
        descryi_table_acquire(table, &memory, next.exclusive, nullptr, 0, &next.hold, &against);
    ASSERT_EQ(outcome == DESCRYI_BORROW_TAKEN, ModelAllows(held, view, next.exclusive))
        << "seed " << seed << " step " << i << ": " << view.Describe();
    if (outcome == DESCRYI_BORROW_TAKEN) held.push_back(next);
  }
  for (Held& last : held) descryi_table_release(table, &last.hold);
}

TEST_F(TableTest, AgreesWithAPlainReferenceModel) {
  for (uint64_t seed = 1; seed <= 60 && !HasFatalFailure(); ++seed) RunModel(table_, seed, 2000);
}

// More idle entries than the table keeps, re-used in and out of its slots.
TEST_F(TableTest, KeepsALimitedNumberOfIdleEntries) {
  descryi_table_borrow hold;
  for (int round = 0; round < 3; ++round) {
    for (uint64_t i = 0; i < 2000; ++i) {
      ASSERT_TRUE(Takes(Bytes(4096 + 64 * i, 64), i % 2, &hold));
      Release(&hold);
    }
    ASSERT_TRUE(Takes(Bytes(4096, 64 * 2000), true, &hold));
    Release(&hold);
  }
}

// A borrow that ends finds its entry as it left it, or with more or fewer readers, or no longer
// kept, since so many others were borrowed meanwhile: in each case the last one to end frees it.
TEST_F(TableTest, BorrowsEndInAnyOrderAlsoWhereTheirEntryIsNoLongerKept) {
  const int kOrders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (const auto& order : kOrders) {
    for (int others_before = 0; others_before <= 3; ++others_before) {
      descryi_table_borrow readers[3], writer, other;
      for (auto& reader : readers) ASSERT_TRUE(Takes(Bytes(4096, 100), false, &reader));
      for (int i = 0; i < 3; ++i) {
        for (uint64_t k = 0; i == others_before && k < 600; ++k) {
          ASSERT_TRUE(Takes(Bytes((1 << 20) + 64 * k, 64), true, &other));
          Release(&other);
        }
        EXPECT_FALSE(Takes(Bytes(4100, 10), true, &writer));
        Release(&readers[order[i]]);
      }
      ASSERT_TRUE(Takes(Bytes(4100, 10), true, &writer));
      EXPECT_FALSE(Takes(Bytes(4096, 100), false, &other));
      Release(&writer);
    }
  }
}

// The same for a writer that becomes a reader.
TEST_F(TableTest, ADowngradedBorrowEndsAsAReader) {
  descryi_table_borrow first, second, writer;
  ASSERT_TRUE(Takes(Bytes(4096, 100), true, &first));
  descryi_table_downgrade(table_, &first);
  ASSERT_TRUE(Takes(Bytes(4096, 100), false, &second));
  Release(&first);
  EXPECT_FALSE(Takes(Bytes(4096, 100), true, &writer));
  EXPECT_EQ(against_.count, 1u);
  Release(&second);
  ASSERT_TRUE(Takes(Bytes(4096, 100), true, &writer));
  Release(&writer);
}

TEST_F(TableTest, HoldsManyDisjointBorrowsOfAllShapes) {
  constexpr uint64_t kCount = 20000;
  std::vector<descryi_table_borrow> holds(3 * kCount);
  ptrdiff_t pitch = 8 * kCount;
  for (uint64_t i = 0; i < kCount; ++i) {
    ASSERT_TRUE(Takes(Bytes((1 << 20) + 64 * i, 64), true, &holds[3 * i]));
    ASSERT_TRUE(Takes(Column((1ull << 40) + 8 * i, 100, pitch), true, &holds[3 * i + 1]));
    ASSERT_TRUE(Takes(Column((1ull << 50) + i * 1000000, 3, 16 + 8 * static_cast<ptrdiff_t>(i)),
                      true, &holds[3 * i + 2]));
  }
  descryi_table_borrow hold;
  EXPECT_FALSE(Takes(Bytes((1 << 20) + 77777, 1), false, &hold));
  EXPECT_FALSE(Takes(Column((1ull << 40) + 8 * 777 + 4, 50, pitch), false, &hold));
  EXPECT_FALSE(
      Takes(Bytes((1ull << 40) + static_cast<uint64_t>(5 * pitch) + 100, 200), false, &hold));
  EXPECT_FALSE(Takes(Bytes((1ull << 50) + 500 * 1000000ull + 2 * (16 + 8 * 500), 1), false, &hold));
  EXPECT_EQ(descryi_table_list(table_, nullptr, 0), holds.size());
  for (auto& each : holds) Release(&each);
}

}  // namespace
}  // namespace descry_test
