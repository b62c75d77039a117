// SPDX-License-Identifier: BSD-3-Clause
// Every form of a declaration in one C file, also for types that others define and in the order of
// no header.
#include <descry/declare.h>
#include <elf.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <time.h>

// A header may announce a type as often as it likes.
typedef struct {
  double x, y, z;
} vec3;
DESCRY_DECLARE(vec3);
DESCRY_DECLARE(vec3);

typedef struct timespec timespec_t;
DESCRY_RECORD(timespec_t, tv_sec, tv_nsec);

DESCRY_RECORD(Elf64_Sym, st_name, st_info, st_other, st_shndx, st_value, st_size);

typedef enum { RED, GREEN } color;
DESCRY_ALIAS(color, uint32);

typedef struct {
  vec3 at;
  color hue;
  timespec_t when;
  struct _object* note;
} event;
DESCRY_RECORD(event, DESCRY_AS(at, vec3), hue, DESCRY_AS(when, timespec_t), note);

DESCRY_RECORD(vec3, x, y, z);

typedef struct {
  vec3 inner;
} wrapper;
DESCRY_TRANSPARENT(wrapper, DESCRY_AS(inner, vec3));

typedef struct {
  int32_t i;
  float _Complex c;
  alignas(64) char line[64];
} odd;
DESCRY_RECORD(odd, c, DESCRY_NAMED(line, "text"), i);

typedef struct {
  int32_t a;
  int bits : 4;
  void* p;
  char tail[];
} holes;
DESCRY_RECORD_PARTIAL(holes, a);

// An anonymous struct and an anonymous union, whose members are the outer struct's.
typedef struct {
  int32_t tag;
  union {
    int32_t i;
    float f;
  };
  struct {
    int16_t lo, hi;
  };
} variant;
DESCRY_RECORD(variant, tag, i, f, lo, hi);

typedef struct {
  int refs;
} handle;
extern struct _typeobject* handle_class;
struct _typeobject* handle_class;
DESCRY_OBJECT(handle, &handle_class);
typedef struct {
  handle* h;
  handle* more[3];
} shelf;
DESCRY_RECORD(shelf, DESCRY_AS(h, handle), DESCRY_AS(more, handle));

// DESCRY_TYPE is fit for static tables.
extern const descry_type* const all[];
const descry_type* const all[] = {DESCRY_TYPE(event), DESCRY_TYPE(variant), DESCRY_TYPE(float64)};
