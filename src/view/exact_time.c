// SPDX-License-Identifier: BSD-3-Clause
// Datetimes and timedeltas of one unit as those of another.
#include <string.h>

#include "src/view/exact_value.h"

// NumPy's numbers of units. 3 is none.
enum {
  UNIT_YEAR = 0,
  UNIT_MONTH = 1,
  UNIT_WEEK = 2,
  UNIT_DAY = 4,
  UNIT_ATTOSECOND = 13,
  UNIT_GENERIC = 14  // no unit as yet
};

static const int64_t kNat = INT64_MIN;

// A week has 80 bits of attoseconds, and a count 31 more.
__extension__ typedef __int128 wide;

// The length of one step: in months where that is what the unit counts, else in attoseconds.
static wide step_length(int unit, int count) {
  static const int64_t kSeconds[] = {[UNIT_WEEK] = 604800, [UNIT_DAY] = 86400, 3600, 60, 1};
  enum { UNIT_SECOND = 7 };
  if (unit == UNIT_YEAR) return (wide)12 * count;
  if (unit == UNIT_MONTH) return count;
  wide length = count;
  if (unit <= UNIT_SECOND) length *= kSeconds[unit];
  for (int i = unit < UNIT_SECOND ? UNIT_SECOND : unit; i < UNIT_ATTOSECOND; ++i) length *= 1000;
  return length;
}

static wide common_divisor(wide a, wide b) {
  while (b) {
    const wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// Sets `value`, that many steps of the length `from`, to the number of steps of the length `to`.
// Returns whether there is such a number.
static bool rescale(wide* value, wide from, wide to) {
  if (to == 0) return false;
  const wide divisor = common_divisor(from, to);
  const wide times = from / divisor, part = to / divisor;
  return *value % part == 0 && !__builtin_mul_overflow(*value / part, times, value);
}

// Returns the days from 1970-01-01 to the first of a month that is `month` months after January
// 1970. Years are counted from March here, so that the leap day is the last of one.
static wide days_of_month(wide month) {
  const wide since_march = month + (wide)1970 * 12 - 2;
  const wide of_year = (since_march % 12 + 12) % 12;
  const wide year = (since_march - of_year) / 12;
  const wide century = (year - (year % 100 + 100) % 100) / 100;
  const wide leap_century = (year - (year % 400 + 400) % 400) / 400;
  const wide leap_year = (year - (year % 4 + 4) % 4) / 4;
  const wide day_of_year = (153 * of_year + 2) / 5;
  return 365 * year + leap_year - century + leap_century + day_of_year - 719468;
}

// Sets `value`, days since 1970-01-01, to months. Returns whether that day is the first of one. A
// month has 146097 / 4800 days in the mean of 400 years, and no more than two days off that.
static bool month_of_days(wide* value) {
  const wide days = *value;
  const wide month = days * 4800 / 146097;
  for (wide near = month - 2; near <= month + 2; ++near) {
    if (days_of_month(near) == days) {
      *value = near;
      return true;
    }
  }
  return false;
}

static bool counts_months(int unit) { return unit == UNIT_YEAR || unit == UNIT_MONTH; }

// As descryi_value_convert(), for a value that is neither NaT nor without a unit.
static bool change_unit(const descryi_value_form* from, const descryi_value_form* to, wide* value) {
  const wide day = step_length(UNIT_DAY, 1);
  const wide start = step_length(from->unit, from->count), end = step_length(to->unit, to->count);
  const bool from_months = counts_months(from->unit);
  if (from_months == counts_months(to->unit)) return rescale(value, start, end);
  // A month has no length of its own.
  if (to->kind == DESCRYI_VALUE_TIMEDELTA) return *value == 0;
  if (!from_months) {
    return rescale(value, start, day) && month_of_days(value) && rescale(value, 1, end);
  }
  if (!rescale(value, start, 1)) return false;
  *value = days_of_month(*value);
  return rescale(value, day, end);
}

bool descryi_time_convert(const descryi_value_form* from, const char* source,
                          const descryi_value_form* to, char* target) {
  char bytes[sizeof(int64_t)];
  int64_t value;
  for (size_t i = 0; i < sizeof bytes; ++i) bytes[i] = source[from->swapped ? 7 - i : i];
  memcpy(&value, bytes, sizeof value);
  const bool has_units = from->unit != UNIT_GENERIC && to->unit != UNIT_GENERIC;
  if (value != kNat && has_units) {
    wide steps = value;
    if (!change_unit(from, to, &steps) || steps <= kNat || steps > INT64_MAX) return false;
    value = (int64_t)steps;
  }
  memcpy(bytes, &value, sizeof value);
  for (size_t i = 0; i < sizeof bytes; ++i) target[i] = bytes[to->swapped ? 7 - i : i];
  return true;
}
