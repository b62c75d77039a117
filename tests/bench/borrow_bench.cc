// SPDX-License-Identifier: BSD-3-Clause
// What a borrow costs, table only: no Python. Scenarios of rust-numpy's own benchmark (a 6-d
// float64 array; nothing else live; 128 readers of the same array; one writer) and what a table
// must stand: many live borrows, many threads.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "src/borrow/table.h"

namespace {

const ptrdiff_t kShape[] = {6, 5, 4, 3, 2, 1};
const ptrdiff_t kStrides[] = {960, 192, 48, 16, 8, 8};

descryi_memory SixDimensions(uint64_t address) {
  return {reinterpret_cast<void*>(address), 6, kShape, kStrides, 8, 0};
}

descryi_memory Line(uint64_t address, const ptrdiff_t* length, const ptrdiff_t* stride) {
  return {reinterpret_cast<void*>(address), 1, length, stride, 8, 0};
}

void Take(descryi_table* table, const descryi_memory& memory, bool exclusive,
          descryi_table_borrow* hold) {
  descryi_borrowed against;
  if (descryi_table_acquire(table, &memory, exclusive, nullptr, 0, hold, &against) != 0)
    std::abort();
}

void TakeAndGiveBack(descryi_table* table, const descryi_memory& memory, bool exclusive) {
  descryi_table_borrow hold;
  Take(table, memory, exclusive, &hold);
  benchmark::DoNotOptimize(hold);
  descryi_table_release(table, &hold);
}

void BM_Shared6d(benchmark::State& state) {
  descryi_table* table = descryi_table_new(false);
  descryi_memory memory = SixDimensions(4096);
  std::vector<descryi_table_borrow> readers(static_cast<size_t>(state.range(0)));
  for (auto& reader : readers) Take(table, memory, false, &reader);
  for (auto _ : state) TakeAndGiveBack(table, memory, false);
  for (auto& reader : readers) descryi_table_release(table, &reader);
  descryi_table_free(table);
}
BENCHMARK(BM_Shared6d)->ArgName("readers")->Arg(0)->Arg(128);

void BM_Exclusive6d(benchmark::State& state) {
  descryi_table* table = descryi_table_new(false);
  descryi_memory memory = SixDimensions(4096);
  for (auto _ : state) TakeAndGiveBack(table, memory, true);
  descryi_table_free(table);
}
BENCHMARK(BM_Exclusive6d);

// A column of a matrix: one axis.
void BM_SharedColumn(benchmark::State& state) {
  descryi_table* table = descryi_table_new(false);
  const ptrdiff_t length = 1000, stride = 8000;
  descryi_memory memory = Line(1 << 20, &length, &stride);
  for (auto _ : state) TakeAndGiveBack(table, memory, false);
  descryi_table_free(table);
}
BENCHMARK(BM_SharedColumn);

// Another array each time, more of them than the hash table has room for: never the lock-free path.
void BM_ExclusiveNeverSeenBefore(benchmark::State& state) {
  descryi_table* table = descryi_table_new(false);
  uint64_t i = 0;
  for (auto _ : state) TakeAndGiveBack(table, SixDimensions(4096 + 8192 * (i++ % 100003)), true);
  descryi_table_free(table);
}
BENCHMARK(BM_ExclusiveNeverSeenBefore);

enum Layout { kChunks, kColumns, kTiles };

// Many live writers: chunks of a line, columns of a matrix, or square tiles of one.
struct Crowd {
  explicit Crowd(int64_t count, Layout layout) : holds(static_cast<size_t>(count)) {
    for (size_t i = 0; i < holds.size(); ++i) Take(table, Member(layout, i), true, &holds[i]);
  }
  ~Crowd() {
    for (auto& hold : holds) descryi_table_release(table, &hold);
    descryi_table_free(table);
  }

  descryi_memory Member(Layout layout, uint64_t i) {
    const uint64_t base = uint64_t{1} << 40;
    if (layout == kChunks) return Line(base + 128 * i, &ten, &eight);
    if (layout == kColumns) return Line(base + 8 * i, &ten, &pitch);
    return {
        reinterpret_cast<void*>(base + i / 512 * 8 * static_cast<uint64_t>(pitch) + i % 512 * 64),
        2,
        tile_shape,
        tile_strides,
        8,
        0};
  }

  descryi_table* table = descryi_table_new(false);
  std::vector<descryi_table_borrow> holds;
  const ptrdiff_t ten = 10, eight = 8, pitch = 1 << 20;
  const ptrdiff_t tile_shape[2] = {8, 8};
  const ptrdiff_t tile_strides[2] = {1 << 20, 8};
};

// One of many live borrows is given back and taken again, never the same twice in a row: the long
// way, over cold memory.
void BM_OneOfManyLive(benchmark::State& state) {
  Layout layout = static_cast<Layout>(state.range(1));
  Crowd crowd(state.range(0), layout);
  uint64_t i = 0;
  for (auto _ : state) {
    i = (i + 7919) % crowd.holds.size();
    descryi_table_release(crowd.table, &crowd.holds[i]);
    Take(crowd.table, crowd.Member(layout, i), true, &crowd.holds[i]);
  }
}
BENCHMARK(BM_OneOfManyLive)
    ->ArgNames({"live", "chunks/columns/tiles"})
    ->ArgsProduct({{128, 10000, 100000}, {kChunks, kColumns, kTiles}});

// One more beside many live ones, always the same.
void BM_OneMoreBesideManyLive(benchmark::State& state) {
  Crowd crowd(state.range(0), kChunks);
  for (auto _ : state) TakeAndGiveBack(crowd.table, SixDimensions(4096), true);
}
BENCHMARK(BM_OneMoreBesideManyLive)->ArgName("live")->Arg(100000);

descryi_table* shared_table;

// Each thread borrows an array of its own.
void BM_ThreadsOnTheirOwnArrays(benchmark::State& state) {
  if (state.thread_index() == 0) shared_table = descryi_table_new(false);
  descryi_memory memory = SixDimensions(4096 + 8192 * static_cast<uint64_t>(state.thread_index()));
  for (auto _ : state) TakeAndGiveBack(shared_table, memory, true);
  if (state.thread_index() == 0) descryi_table_free(shared_table);
}
BENCHMARK(BM_ThreadsOnTheirOwnArrays)->ThreadRange(1, 8)->UseRealTime();

// Each thread borrows ever new arrays of its own.
void BM_ThreadsOnNewArrays(benchmark::State& state) {
  if (state.thread_index() == 0) shared_table = descryi_table_new(false);
  uint64_t base = static_cast<uint64_t>(state.thread_index() + 1) << 40, i = 0;
  for (auto _ : state)
    TakeAndGiveBack(shared_table, SixDimensions(base + 8192 * (i++ % 1009)), true);
  if (state.thread_index() == 0) descryi_table_free(shared_table);
}
BENCHMARK(BM_ThreadsOnNewArrays)->ThreadRange(1, 8)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
