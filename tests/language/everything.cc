// SPDX-License-Identifier: BSD-3-Clause
// Every form of a declaration in one C++ file, with what only C++ has.
#include <descry/declare.h>
#include <elf.h>
#include <netinet/in.h>
#include <time.h>

#include <array>
#include <complex>

struct vec3 {
  double x, y, z;
};
DESCRY_DECLARE(vec3);
DESCRY_DECLARE(vec3);

typedef struct timespec timespec_t;
DESCRY_RECORD(timespec_t, tv_sec, tv_nsec);

DESCRY_RECORD(Elf64_Sym, st_name, st_info, st_other, st_shndx, st_value, st_size);

enum color { RED, GREEN };
DESCRY_ALIAS(color, uint32);
enum class level : int16_t { low, high };

// Declared types are deduced.
struct event {
  vec3 at;
  color hue;
  level how;
  timespec_t when;
  struct _object* note;
  vec3 path[2][3][4];
  std::array<vec3, 2> ends;
  std::array<std::array<float, 3>, 2> grid;
  std::complex<double> z;
  char16_t wide;
};
DESCRY_RECORD(event, at, hue, how, when, note, path, ends, grid, z, wide);

DESCRY_RECORD(vec3, x, y, z);

namespace inside {
struct point {
  int32_t x, y;
};
DESCRY_DECLARE(point);
DESCRY_RECORD(point, x, y);
struct line {
  point from, to;
};
DESCRY_RECORD(line, from, to);
}  // namespace inside

struct wrapper {
  vec3 inner;
};
DESCRY_TRANSPARENT(wrapper, inner);

template <class T>
struct box {
  T value;
  int32_t count;
};
typedef box<double> box_of_double;
DESCRY_RECORD(box_of_double, value, count);

struct base {
  int32_t a;
  int32_t b;
};
struct derived : base {};
DESCRY_RECORD(derived, a, b);

class secretive {
 public:
  int32_t shown;

 private:
  [[maybe_unused]] int32_t hidden = 0;
};
DESCRY_RECORD_PARTIAL(secretive, shown);

// Two names of one type can both be declared.
typedef vec3 position;
DESCRY_ALIAS(position, vec3);
typedef int32_t meters;
typedef int32_t seconds;
DESCRY_ALIAS(meters, int32);
DESCRY_ALIAS(seconds, int32);

struct nothing {};
DESCRY_RECORD(nothing);

struct handle;
extern struct _typeobject* handle_class;
struct _typeobject* handle_class;
DESCRY_OBJECT(handle, &handle_class);

extern const descry_type* const all[];
const descry_type* const all[] = {DESCRY_TYPE(event), DESCRY_TYPE(float64)};
