// SPDX-License-Identifier: BSD-3-Clause
// How values of Python go into elements and come out of them: a tree of rules that is made from a
// type once for each call, so that no element is looked at twice. One table says which rule an
// element has, and what each accepts stands with its reader. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_RULE_H_
#define DESCRY_SRC_CONVERT_RULE_H_

#include <descry/type.h>

#include "src/base/numpy.h"
#include "src/base/python.h"

typedef struct descryi_rule descryi_rule;

// What goes on while values are read, and why one was refused: `reason` and `exception`, and the
// path to it, put together from its end as the walk returns. Zeroed but for the flags before.
typedef struct descryi_reading {
  unsigned flags;       // DESCRY_NONE_IS_NAN and so on
  PyObject* exception;  // a class, borrowed; NULL while nothing was refused
  PyObject* reason;     // a str
  PyObject* path;       // a str, or NULL for the value itself
} descryi_reading;

// The most characters of a value in a message.
enum { DESCRYI_VALUE_LENGTH = 40 };

// In what form elements of records come out.
typedef enum descryi_row_form { DESCRYI_ROW_TUPLE, DESCRYI_ROW_DICT } descryi_row_form;

// Stores `value` in `element`. Slots of objects hold NULL or a reference of the element's own
// before and after. Returns 0, or -1: either with a refusal in `reading`, or with an exception set.
typedef int descryi_reader(const descryi_rule* rule, PyObject* value, char* element,
                           descryi_reading* reading);
// Returns a new reference to what `element` holds, or NULL with an exception set.
typedef PyObject* descryi_writer(const descryi_rule* rule, const char* element,
                                 descryi_row_form form);

// One element of a type, or one of its fields.
struct descryi_rule {
  const descry_type* type;    // aliases and transparent wrappers taken off
  const descry_field* field;  // NULL for what is not a field
  PyObject* name;             // of the field or bit-field, a str; NULL for what is neither
  PyObject* dtype;            // of one element
  size_t offset;              // bytes from the start of the record
  size_t itemsize;            // bytes of one element
  char kind;                  // NumPy's, of one element
  bool swapped;               // whether its bytes are in the other order
  descryi_reader* read;
  descryi_writer* write;
  int ndim;           // of a sub-array
  Py_ssize_t* shape;  // its lengths
  size_t count;       // fields of a record, bit-fields of a field; 1 for a sub-array
  descryi_rule* parts;
  size_t value_count;         // of a record: how many values a row has
  bool is_acyclic;            // whether no cycle can lead through what comes out, as a tuple
  const descryi_rule* valid;  // of an optional field: the field that says whether it has a value
  const descryi_rule* tag;    // of a case of a variant: the field that says whether it is live
  bool is_valid;              // says so of the field before
  bool is_tag;
  bool is_signed;              // of an integer or a bit-field
  descryi_reader* read_whole;  // of a field with named bit-fields: all of it as one value
  descryi_writer* write_whole;
};

// Whether a field has a value of its own in a row: not a case of a variant but the first.
static inline bool descryi_rule_has_place(const descryi_rule* field) {
  return !field->tag || (field - 1)->tag != field->tag;
}

// Makes the rules of `type`. Returns 0, or -1 with an exception set and nothing to clear.
int descryi_rule_init(descryi_rule* rule, const descry_type* type);

void descryi_rule_clear(descryi_rule* rule);

// Sets the reader and the writer of an element by the kind of its dtype: element.c has the table.
void descryi_rule_set_element(descryi_rule* rule);

// Notes that `value` was refused with `exception`: "expected float64, got str 'abc'" and, where it
// is not NULL, `remark` behind a comma. Returns -1.
int descryi_refuse_value(descryi_reading* reading, const descryi_rule* rule, PyObject* exception,
                         PyObject* value, const char* remark);

// Refuses an array of which an element is masked out, such as np.ma.masked, whose number means
// nothing. Returns 0, or -1 as a reader does.
int descryi_refuse_masked(descryi_reading* reading, const descryi_rule* rule, PyObject* value);

// Notes a reason in words of its own; steals `reason`, NULL passing as the failure that it is.
int descryi_refuse_because(descryi_reading* reading, PyObject* exception, PyObject* reason);

// Says that what was refused is inside of `step`, a name or "[2]". Returns -1. Steals `step`.
int descryi_refuse_inside(descryi_reading* reading, PyObject* step);

// Raises what was refused, "row 17, field 'pos.y': ..." where `row` is not negative; an exception
// that is set already stays. Clears `reading`. Returns -1.
int descryi_raise_refusal(descryi_reading* reading, Py_ssize_t row);

// Drops the references in the slots of an element, and leaves NULL there.
void descryi_rule_drop(const descryi_rule* rule, char* element);

#endif  // DESCRY_SRC_CONVERT_RULE_H_
