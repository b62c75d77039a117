// SPDX-License-Identifier: BSD-3-Clause
#include "src/operate/keys.h"

#include <math.h>
#include <string.h>

#include "src/declare/field_form.h"
#include "src/operate/messages.h"
#include "src/view/path.h"

// More would be a list of names that nobody can read; sorting recurses once for each.
enum { MOST_KEYS = 10000 };

static int add_key(descryi_keys* keys, const descryi_key* key, const char* type) {
  if (keys->count == MOST_KEYS) return descryi_raise_operate_keys(type, MOST_KEYS);
  if ((keys->count & (keys->count - 1)) == 0) {
    const size_t room = keys->count ? 2 * (size_t)keys->count : 1;
    void* grown = PyMem_Realloc(keys->items, room * sizeof *keys->items);
    if (!grown) {
      PyErr_NoMemory();
      return -1;
    }
    keys->items = grown;
  }
  keys->items[keys->count++] = *key;
  return 0;
}

// A complex number is put in order by which of its parts are NaN, then part by part.
static int add_complex(descryi_keys* keys, const descry_type* type, descryi_key key, size_t size) {
  const bool is_long = size > 2 * sizeof(double);
  key.size = size / 2;
  key.kind = is_long ? DESCRYI_KEY_LONG_NANS : DESCRYI_KEY_NANS;
  if (add_key(keys, &key, type->name) < 0) return -1;
  key.kind = is_long ? DESCRYI_KEY_LONGDOUBLE : DESCRYI_KEY_FLOAT;
  if (add_key(keys, &key, type->name) < 0) return -1;
  key.offset += key.size;
  return add_key(keys, &key, type->name);
}

// By what np.dtype takes, without the byte order.
static const struct {
  char code;
  descryi_key_kind kind;
} kKinds[] = {
    {'?', DESCRYI_KEY_UNSIGNED}, {'u', DESCRYI_KEY_UNSIGNED},   {'P', DESCRYI_KEY_UNSIGNED},
    {'i', DESCRYI_KEY_SIGNED},   {'p', DESCRYI_KEY_SIGNED},     {'M', DESCRYI_KEY_TIME},
    {'m', DESCRYI_KEY_TIME},     {'f', DESCRYI_KEY_FLOAT},      {'b', DESCRYI_KEY_BFLOAT16},
    {'S', DESCRYI_KEY_BYTES},    {'V', DESCRYI_KEY_BYTES},      {'U', DESCRYI_KEY_UNICODE},
    {'O', DESCRYI_KEY_OBJECT},   {'g', DESCRYI_KEY_LONGDOUBLE},
};

static int add_element(descryi_keys* keys, const descry_type* type, size_t offset,
                       size_t itemsize) {
  const char* code = type->code;
  descryi_key key = {.kind = DESCRYI_KEY_BYTES, .offset = offset, .size = itemsize};
  if (*code == '=' || *code == '<' || *code == '>') {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    key.swapped = *code == '>';
#else
    key.swapped = *code == '<';
#endif
    ++code;
  }
  if (*code == 'c' || *code == 'G') return add_complex(keys, type, key, itemsize);
  for (size_t i = 0; i < sizeof kKinds / sizeof *kKinds; ++i) {
    if (kKinds[i].code == *code) key.kind = kKinds[i].kind;
  }
  keys->has_objects = keys->has_objects || key.kind == DESCRYI_KEY_OBJECT;
  return add_key(keys, &key, type->name);
}

static int add_type_keys(descryi_keys* keys, const descry_type* type, size_t offset,
                         size_t itemsize);

static int add_field_keys(descryi_keys* keys, const descry_field* field, size_t offset) {
  const size_t step = descry_field_itemsize(field);
  const size_t start = offset + field->offset, end = start + descry_field_size(field);
  for (size_t at = start; at < end; at += step) {
    if (add_type_keys(keys, field->element, at, step) < 0) return -1;
  }
  return 0;
}

static int add_type_keys(descryi_keys* keys, const descry_type* type, size_t offset,
                         size_t itemsize) {
  const descry_field* target = descryi_type_target_field(type);
  if (target) return add_field_keys(keys, target, offset);
  if (type->kind == DESCRY_KIND_ELEMENT) return add_element(keys, type, offset, itemsize);
  if (type->kind == DESCRY_KIND_OBJECT) {
    const descryi_key key = {DESCRYI_KEY_OBJECT, false, offset, itemsize};
    keys->has_objects = true;
    return add_key(keys, &key, type->name);
  }
  for (size_t i = 0; i < type->field_count; ++i) {
    if (add_field_keys(keys, &type->fields[i], offset) < 0) return -1;
  }
  return 0;
}

static int add_keys_along(descryi_keys* keys, const descryi_member_form* member, int axis,
                          size_t offset) {
  if (axis == member->ndim) return add_type_keys(keys, member->type, offset, member->itemsize);
  for (Py_ssize_t i = 0; i < member->shape[axis]; ++i) {
    const size_t at = offset + (size_t)(i * member->strides[axis]);
    if (add_keys_along(keys, member, axis + 1, at) < 0) return -1;
  }
  return 0;
}

static int add_member(descryi_keys* keys, const descry_type* type, const char* path) {
  descryi_member_form member;
  if (descryi_path_resolve(type, path, &member) < 0) return -1;
  return add_keys_along(keys, &member, 0, member.offset);
}

// Adds what each part of `path` names, without the spaces around it. `copy` is a copy of `path`
// that may be changed.
static int add_members(descryi_keys* keys, const descry_type* type, char* copy) {
  for (char* part = copy; part;) {
    char* const comma = strchr(part, ',');
    if (comma) *comma = '\0';
    while (*part == ' ') ++part;
    for (size_t length = strlen(part); length > 0 && part[length - 1] == ' ';) {
      part[--length] = '\0';
    }
    if (add_member(keys, type, part) < 0) return -1;
    part = comma ? comma + 1 : NULL;
  }
  return 0;
}

static int add_path(descryi_keys* keys, const descry_type* type, const char* path) {
  const size_t size = strlen(path) + 1;
  char* copy = PyMem_Malloc(size);
  if (!copy) {
    PyErr_NoMemory();
    return -1;
  }
  memcpy(copy, path, size);
  const int result = add_members(keys, type, copy);
  PyMem_Free(copy);
  return result;
}

int descryi_keys_init(descryi_keys* keys, const descry_type* type, size_t itemsize,
                      const char* path, bool descending) {
  *keys = (descryi_keys){.descending = descending};
  const bool is_whole = !path || !*path;
  const int added = is_whole ? add_type_keys(keys, type, 0, itemsize) : add_path(keys, type, path);
  if (added == 0) return 0;
  descryi_keys_clear(keys);
  return -1;
}

void descryi_keys_clear(descryi_keys* keys) {
  PyMem_Free(keys->items);
  keys->items = NULL;
  keys->count = 0;
}

bool descryi_keys_fit(const descryi_keys* one, const descryi_keys* other) {
  if (one->count != other->count) return false;
  for (int i = 0; i < one->count; ++i) {
    const descryi_key *a = &one->items[i], *b = &other->items[i];
    const bool is_text = a->kind == DESCRYI_KEY_BYTES || a->kind == DESCRYI_KEY_UNICODE;
    if (a->kind != b->kind || (!is_text && a->size != b->size)) return false;
  }
  return true;
}

// The bits of a number of up to 8 bytes.
static uint64_t load_key(const char* at, size_t size, bool swapped) {
  uint16_t two;
  uint32_t four;
  uint64_t eight;
  switch (size) {
    case 1:
      return (unsigned char)*at;
    case 2:
      memcpy(&two, at, sizeof two);
      return swapped ? __builtin_bswap16(two) : two;
    case 4:
      memcpy(&four, at, sizeof four);
      return swapped ? __builtin_bswap32(four) : four;
    default:
      memcpy(&eight, at, sizeof eight);
      return swapped ? __builtin_bswap64(eight) : eight;
  }
}

static long double load_long(const char* at, bool swapped) {
  char bytes[sizeof(long double)];
  long double value;
  for (size_t i = 0; i < sizeof bytes; ++i) bytes[i] = at[swapped ? sizeof bytes - 1 - i : i];
  memcpy(&value, bytes, sizeof value);
  return value;
}

// Bits of the largest finite number's exponent and up: what is above them, the sign apart, is NaN.
static uint64_t infinity_of(const descryi_key* key) {
  if (key->kind == DESCRYI_KEY_BFLOAT16) return 0x7f80;
  return key->size == 2 ? 0x7c00 : key->size == 4 ? 0x7f800000 : 0x7ff0000000000000;
}

static bool is_nan(const descryi_key* key, const char* at) {
  const uint64_t sign = (uint64_t)1 << (8 * key->size - 1);
  return (load_key(at, key->size, key->swapped) & ~sign) > infinity_of(key);
}

// Negative numbers in reverse order before all others; both zeros are one.
static uint64_t float_rank(const descryi_key* key, uint64_t bits, bool descending) {
  const uint64_t sign = (uint64_t)1 << (8 * key->size - 1);
  const uint64_t magnitude = bits & ~sign;
  if (magnitude > infinity_of(key)) return UINT64_MAX;
  const uint64_t rank = bits & sign && magnitude ? sign - magnitude : sign + magnitude;
  return descending ? ~rank : rank;
}

static uint64_t text_rank(const descryi_key* key, const char* at) {
  uint64_t rank = 0;
  for (size_t i = 0; i < 8; ++i) {
    rank = (rank << 8) | (i < key->size ? (unsigned char)at[i] : 0u);
  }
  return rank;
}

// NaT, the least of the numbers, comes last in either order.
static uint64_t time_rank(uint64_t bits, bool descending) {
  const uint64_t rank = bits ^ ((uint64_t)1 << 63);
  return descending ? ~rank : rank - 1;
}

uint64_t descryi_key_rank(const descryi_key* key, const char* element, bool descending) {
  const char* const at = element + key->offset;
  uint64_t rank;
  switch (key->kind) {
    case DESCRYI_KEY_FLOAT:
    case DESCRYI_KEY_BFLOAT16:
      return float_rank(key, load_key(at, key->size, key->swapped), descending);
    case DESCRYI_KEY_TIME:
      return time_rank(load_key(at, key->size, key->swapped), descending);
    case DESCRYI_KEY_NANS:
      return 2u * is_nan(key, at) + is_nan(key, at + key->size);
    case DESCRYI_KEY_SIGNED:
      rank = load_key(at, key->size, key->swapped) ^ ((uint64_t)1 << (8 * key->size - 1));
      break;
    case DESCRYI_KEY_UNSIGNED:
      rank = load_key(at, key->size, key->swapped);
      break;
    default:
      rank = text_rank(key, at);
  }
  return descending ? ~rank : rank;
}

static int compare_bytes(const descryi_key* a, const char* one, const descryi_key* b,
                         const char* other) {
  const size_t common = a->size < b->size ? a->size : b->size;
  const int result = memcmp(one, other, common);
  if (result) return result;
  for (size_t i = common; i < a->size; ++i) {
    if (one[i]) return 1;
  }
  for (size_t i = common; i < b->size; ++i) {
    if (other[i]) return -1;
  }
  return 0;
}

static uint64_t character(const descryi_key* key, const char* at, size_t i) {
  return i < key->size ? load_key(at + i, 4, key->swapped) : 0;
}

static int compare_unicode(const descryi_key* a, const char* one, const descryi_key* b,
                           const char* other) {
  const size_t size = a->size > b->size ? a->size : b->size;
  for (size_t i = 0; i < size; i += 4) {
    const uint64_t x = character(a, one, i), y = character(b, other, i);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

// Sets `*nans` where one of the two is NaN: then the order is the same in both directions.
static int compare_long(const descryi_key* a, const char* one, const descryi_key* b,
                        const char* other, bool* nans) {
  const long double x = load_long(one, a->swapped), y = load_long(other, b->swapped);
  *nans = isnan(x) || isnan(y);
  if (*nans) return (isnan(x) != 0) - (isnan(y) != 0);
  return (x > y) - (x < y);
}

static int long_nans(const descryi_key* key, const char* at) {
  const bool real = isnan(load_long(at, key->swapped));
  return 2 * real + (isnan(load_long(at + key->size, key->swapped)) != 0);
}

// Returns a new reference to what is in a slot, None where that is empty.
static PyObject* object_at(const char* at) {
  PyObject* object;
  memcpy(&object, at, sizeof object);
  if (!object) object = Py_None;
  Py_INCREF(object);
  return object;
}

// The slots may have other objects by the time that `<` returns.
static int compare_objects(const char* one, const char* other) {
  PyObject *a = object_at(one), *b = object_at(other);
  int result = 0;
  if (a != b) {
    result = -PyObject_RichCompareBool(a, b, Py_LT);
    if (result == 0) result = PyObject_RichCompareBool(b, a, Py_LT);
  }
  Py_DECREF(a);
  Py_DECREF(b);
  return result;
}

static int compare_ranks(uint64_t one, uint64_t other) { return (one > other) - (one < other); }

static int compare_key(const descryi_key* a, const char* one, const descryi_key* b,
                       const char* other, bool descending) {
  bool nans = false;
  int result;
  if (descryi_key_has_rank(a) && descryi_key_has_rank(b)) {
    return compare_ranks(descryi_key_rank(a, one, descending),
                         descryi_key_rank(b, other, descending));
  }
  one += a->offset;
  other += b->offset;
  switch (a->kind) {
    case DESCRYI_KEY_UNICODE:
      result = compare_unicode(a, one, b, other);
      break;
    case DESCRYI_KEY_LONGDOUBLE:
      result = compare_long(a, one, b, other, &nans);
      break;
    case DESCRYI_KEY_LONG_NANS:
      return long_nans(a, one) - long_nans(b, other);
    case DESCRYI_KEY_OBJECT:
      result = compare_objects(one, other);
      break;
    default:
      result = compare_bytes(a, one, b, other);
  }
  return descending && !nans ? -result : result;
}

int descryi_keys_compare(const descryi_keys* keys, int first, const char* one, const char* other) {
  int result = 0;
  for (int i = first; i < keys->count && result == 0; ++i) {
    result = compare_key(&keys->items[i], one, &keys->items[i], other, keys->descending);
    if (keys->has_objects && PyErr_Occurred()) break;
  }
  return result;
}

int descryi_keys_compare_with(const descryi_keys* keys, const char* one,
                              const descryi_keys* other_keys, const char* other) {
  int result = 0;
  for (int i = 0; i < keys->count && result == 0; ++i) {
    result = compare_key(&keys->items[i], one, &other_keys->items[i], other, keys->descending);
    if (keys->has_objects && PyErr_Occurred()) break;
  }
  return result;
}
