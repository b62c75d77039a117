// SPDX-License-Identifier: BSD-3-Clause
// The class of functions: made at run time, because the limited API has no other way, once for each
// module that links descry.
#include "src/base/class.h"

#include <Python.h>
#include <descry/schema.h>
#include <stddef.h>
#include <string.h>
#include <structmember.h>

#include "src/base/numpy.h"
#include "src/function/function.h"

static void drop_signature(descryi_signature* signature, int operands) {
  for (int k = 0; k < operands; ++k) descry_type_release(signature->types[k]);
  Py_XDECREF(signature->identity);
}

static void free_function(PyObject* object) {
  descryi_function* function = (descryi_function*)object;
  for (Py_ssize_t i = 0; i < function->count; ++i) {
    drop_signature(&function->signatures[i], function->nin + function->nout);
  }
  PyMem_Free(function->signatures);
  Py_XDECREF(function->name);
  Py_XDECREF(function->doc);
  Py_XDECREF(function->module);
  Py_XDECREF(function->out_keyword);
  descryi_class_free(object);
}

static PyObject* represent_function(PyObject* object) {
  return PyUnicode_FromFormat("<descry function '%U'>", ((descryi_function*)object)->name);
}

static PyObject* new_reference(PyObject* object) {
  Py_INCREF(object);
  return object;
}

static PyObject* get_name(PyObject* object, void* closure) {
  (void)closure;
  return new_reference(((descryi_function*)object)->name);
}

static PyObject* get_doc(PyObject* object, void* closure) {
  (void)closure;
  return new_reference(((descryi_function*)object)->doc);
}

static PyObject* get_module(PyObject* object, void* closure) {
  (void)closure;
  return new_reference(((descryi_function*)object)->module);
}

static PyObject* get_parameters(PyObject* object, void* closure) {
  (void)closure;
  return descryi_function_parameters(((descryi_function*)object)->nin);
}

// Returns a new inspect.Parameter, or NULL with an exception set. Steals a reference to `value`,
// the default, which may be NULL.
static PyObject* new_parameter(PyObject* class, const char* name, const char* kind,
                               PyObject* value) {
  PyObject* parameter = NULL;
  PyObject* of_kind = PyObject_GetAttrString(class, kind);
  PyObject* arguments = of_kind ? Py_BuildValue("(sO)", name, of_kind) : NULL;
  PyObject* options = value ? Py_BuildValue("{s:O}", "default", value) : NULL;
  if (arguments && (options || !value)) parameter = PyObject_Call(class, arguments, options);
  Py_XDECREF(of_kind);
  Py_XDECREF(arguments);
  Py_XDECREF(options);
  Py_XDECREF(value);
  return parameter;
}

// Appends a parameter to a list. Steals a reference to `parameter`, which may be NULL with an
// exception set.
static int append_stolen(PyObject* list, PyObject* parameter) {
  const int result = parameter ? PyList_Append(list, parameter) : -1;
  Py_XDECREF(parameter);
  return result;
}

static int append_all(PyObject* list, PyObject* class, int nin) {
  for (int k = 0; k < nin; ++k) {
    char name[16];
    PyOS_snprintf(name, sizeof name, nin == 1 ? "x" : "x%d", k + 1);
    if (append_stolen(list, new_parameter(class, name, "POSITIONAL_ONLY", NULL)) < 0) return -1;
  }
  PyObject* none = new_reference(Py_None);
  if (append_stolen(list, new_parameter(class, "out", "KEYWORD_ONLY", none)) < 0) return -1;
  PyObject* where = new_reference(Py_True);
  if (append_stolen(list, new_parameter(class, "where", "KEYWORD_ONLY", where)) < 0) return -1;
  PyObject* one = PyLong_FromLong(1);
  if (!one) return -1;
  return append_stolen(list, new_parameter(class, "threads", "KEYWORD_ONLY", one));
}

// inspect.signature() looks for it at callables that are of no class of Python's own.
static PyObject* get_signature(PyObject* object, void* closure) {
  (void)closure;
  PyObject* result = NULL;
  PyObject* inspect = PyImport_ImportModule("inspect");
  PyObject* class = inspect ? PyObject_GetAttrString(inspect, "Parameter") : NULL;
  PyObject* list = class ? PyList_New(0) : NULL;
  if (list && append_all(list, class, ((descryi_function*)object)->nin) == 0) {
    result = PyObject_CallMethod(inspect, "Signature", "(O)", list);
  }
  Py_XDECREF(inspect);
  Py_XDECREF(class);
  Py_XDECREF(list);
  return result;
}

static PyObject* get_counts(PyObject* object, void* closure) {
  const descryi_function* function = (descryi_function*)object;
  const char* const which = closure;
  if (strcmp(which, "nin") == 0) return PyLong_FromLong(function->nin);
  if (strcmp(which, "nout") == 0) return PyLong_FromLong(function->nout);
  if (strcmp(which, "nargs") == 0) return PyLong_FromLong(function->nin + function->nout);
  return PyLong_FromSsize_t(function->count);
}

// Returns a new str such as "vec3, float64 -> vec3", or NULL with an exception set.
static PyObject* describe_signature(const descryi_function* function,
                                    const descryi_signature* signature) {
  PyObject* text = PyUnicode_FromString("");
  for (int k = 0; text && k < function->nin + function->nout; ++k) {
    const char* const between = k == 0 ? "" : k == function->nin ? " -> " : ", ";
    PyObject* longer = PyUnicode_FromFormat("%U%s%s", text, between, signature->types[k]->name);
    Py_DECREF(text);
    text = longer;
  }
  return text;
}

static PyObject* get_types(PyObject* object, void* closure) {
  (void)closure;
  const descryi_function* function = (descryi_function*)object;
  PyObject* list = PyList_New(0);
  for (Py_ssize_t i = 0; list && i < function->count; ++i) {
    if (append_stolen(list, describe_signature(function, &function->signatures[i])) < 0)
      Py_CLEAR(list);
  }
  return list;
}

// Returns the element of a 0-d array as a scalar of its own.
static PyObject* get_identity(PyObject* object, void* closure) {
  (void)closure;
  PyObject* identity = ((descryi_function*)object)->signatures[0].identity;
  if (!identity) return new_reference(Py_None);
  PyObject* copy = PyObject_CallMethod(identity, "copy", NULL);
  PyObject* empty = copy ? PyTuple_New(0) : NULL;
  PyObject* scalar = empty ? PyObject_GetItem(copy, empty) : NULL;
  Py_XDECREF(copy);
  Py_XDECREF(empty);
  return scalar;
}

// What pickle looks up in the function's module.
static PyObject* reduce_to_name(PyObject* object, PyObject* unused) {
  (void)unused;
  return new_reference(((descryi_function*)object)->name);
}

static PyMethodDef function_methods[] = {
    {"reduce", DESCRYI_WITH_KEYWORDS(descryi_function_reduce), METH_VARARGS | METH_KEYWORDS,
     "reduce($self, array, /, axis=0, out=None, keepdims=False, initial=None, where=True)\n--\n\n"
     "Combines the elements along one axis, several or (axis=None) all, from the first to the "
     "last."},
    {"accumulate", DESCRYI_WITH_KEYWORDS(descryi_function_accumulate), METH_VARARGS | METH_KEYWORDS,
     "accumulate($self, array, /, axis=0, out=None)\n--\n\n"
     "What combining the elements along an axis comes to after each of them."},
    {"outer", DESCRYI_WITH_KEYWORDS(descryi_function_outer), METH_VARARGS | METH_KEYWORDS,
     "outer($self, a, b, /, *, out=None, where=True, threads=1)\n--\n\n"
     "Calls the function for each pair of an element of a and one of b."},
    {"at", descryi_function_at, METH_VARARGS,
     "at($self, a, indices, b=None, /)\n--\n\n"
     "Puts f(a[i], b) in the place of a[i] for each index, one after the other."},
    {"__reduce__", reduce_to_name, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

static PyGetSetDef properties[] = {
    {"__name__", get_name, NULL, NULL, NULL},
    {"__qualname__", get_name, NULL, NULL, NULL},
    {"__doc__", get_doc, NULL, NULL, NULL},
    {"__module__", get_module, NULL, NULL, NULL},
    {"__text_signature__", get_parameters, NULL, NULL, NULL},
    {"__signature__", get_signature, NULL, NULL, NULL},
    {"types", get_types, NULL, "The signatures, each as a str.", NULL},
    {"identity", get_identity, NULL, "What a reduction of nothing gives, or None.", NULL},
    {"nin", get_counts, NULL, "The number of operands.", "nin"},
    {"nout", get_counts, NULL, "The number of results.", "nout"},
    {"nargs", get_counts, NULL, "The number of operands and results.", "nargs"},
    {"ntypes", get_counts, NULL, "The number of signatures.", "ntypes"},
    {NULL, NULL, NULL, NULL, NULL}};

#if DESCRYI_LIMITED
enum { CLASS_FLAGS = Py_TPFLAGS_DEFAULT };
#define CLASS_CALL descryi_function_call
#define CLASS_MEMBERS
#else
enum { CLASS_FLAGS = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL };
static PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(descryi_function, vectorcall), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};
#define CLASS_CALL PyVectorcall_Call
#define CLASS_MEMBERS {Py_tp_members, members},
#endif

static PyObject* new_function_class(void) {
  PyType_Slot slots[] = {{0, NULL},
                         {0, NULL},
                         {0, NULL},
                         {0, NULL},
                         CLASS_MEMBERS{Py_tp_methods, function_methods},
                         {Py_tp_getset, properties},
                         {0, NULL}};
  descryi_class_set_slot(&slots[0], Py_tp_dealloc, (void (*)(void))free_function);
  descryi_class_set_slot(&slots[1], Py_tp_repr, (void (*)(void))represent_function);
  descryi_class_set_slot(&slots[2], Py_tp_call, (void (*)(void))CLASS_CALL);
  // One that Python made would have no kernel.
  descryi_class_set_slot(&slots[3], Py_tp_new, (void (*)(void))descryi_class_refuse_new);
  PyType_Spec spec = {.name = "descry.function",
                      .basicsize = (int)sizeof(descryi_function),
                      .flags = CLASS_FLAGS,
                      .slots = slots};
  return descryi_class_new(&spec);
}

static void* function_class;

static void forget_function_class(void) { descryi_class_forget(&function_class); }

PyTypeObject* descryi_function_class(void) {
  return descryi_class_find(&function_class, new_function_class, forget_function_class);
}
