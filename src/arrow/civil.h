// SPDX-License-Identifier: BSD-3-Clause
// Months of the Gregorian calendar, both ways, counted from January 1970. Plain C.
#ifndef DESCRY_SRC_ARROW_CIVIL_H_
#define DESCRY_SRC_ARROW_CIVIL_H_

#include <stdbool.h>
#include <stdint.h>

// Days from 1970-01-01 to the first of the month `month` (1 to 12) of `year`. Eras of 400 years
// begin on March 1st, so that leap days come last.
static inline int64_t descryi_days_of_civil(int64_t year, int64_t month) {
  const int64_t shifted = month <= 2 ? year - 1 : year;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const int64_t year_of_era = shifted - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

// Stores the days of `value` times `scale` months. Returns false where they are past what 32 bits
// hold by far.
static inline bool descryi_days_of_months(int64_t value, int64_t scale, int64_t* days) {
  int64_t months;
  if (__builtin_mul_overflow(value, scale, &months)) return false;
  if (months < -100000000 || months > 100000000) return false;
  const int64_t year = (months >= 0 ? months : months - 11) / 12;
  *days = descryi_days_of_civil(1970 + year, months - year * 12 + 1);
  return true;
}

// Stores the months from January 1970 to that of which `days` is the first. Returns false where it
// is not the first of a month.
static inline bool descryi_months_of_days(int64_t days, int64_t* months) {
  // 4800 months have 146 097 days; what this is off by, at most two, is looked for.
  int64_t guess = days * 4800 / 146097 - 2, found;
  for (int i = 0; i < 5; ++i, ++guess) {
    if (!descryi_days_of_months(guess, 1, &found)) return false;
    if (found == days) return *months = guess, true;
  }
  return false;
}

#endif  // DESCRY_SRC_ARROW_CIVIL_H_
