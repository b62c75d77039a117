// SPDX-License-Identifier: BSD-3-Clause
// Prints medians side by side: benchmarks named "what/who" become the rows and columns of a
// Markdown table.
#ifndef DESCRY_TESTS_BENCH_TABLE_H_
#define DESCRY_TESTS_BENCH_TABLE_H_

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace descry_bench {

class TableReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      const std::string name = run.run_name.function_name;
      const size_t slash = name.rfind('/');
      const std::string row = name.substr(0, slash);
      if (times_.find(row) == times_.end()) order_.push_back(row);
      times_[row][name.substr(slash + 1)].push_back(run.GetAdjustedCPUTime());
    }
  }

  // One row for each "what": descry's median, and how many times it the others take.
  void PrintTable() {
    std::printf("\n| call | descry, ns | beside it |\n|---|---|---|\n");
    for (const std::string& row : order_) {
      auto& columns = times_[row];
      const double own = Median(columns["descry"]);
      std::printf("| %s | %.1f |", row.c_str(), own);
      for (auto& column : columns) {
        if (column.first == "descry") continue;
        const double other = Median(column.second);
        std::printf(" %s %.1f: ratio %.2f ", column.first.c_str(), other, own / other);
      }
      std::printf("|\n");
    }
  }

 private:
  static double Median(std::vector<double>& times) {
    if (times.empty()) return 0;
    std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
    return times[times.size() / 2];
  }

  std::vector<std::string> order_;
  std::map<std::string, std::map<std::string, std::vector<double>>> times_;
};

}  // namespace descry_bench

#endif  // DESCRY_TESTS_BENCH_TABLE_H_
