// SPDX-License-Identifier: BSD-3-Clause
// A Capture holds the buffer that it was made of, an mmap for example, and is the owner of every
// array over it: as long as one of them lives, the buffer stays. It never changes, so threads may
// share it.

#include "capture.h"

#include <descry/descry.h>
#include <stdlib.h>
#include <string.h>

#include "headers.h"
#include "packets.h"

typedef struct capture {
  PyObject ob_base;
  Py_buffer buffer;
  PyObject* index;  // array of packet
  bool big_endian;
  bool nanoseconds;
} capture;

static void free_rows(void* rows, void* Py_UNUSED(context)) { free(rows); }

// Returns a new array, to which the rows now belong, or NULL with an exception set.
static PyObject* adopt_rows(packets* found) {
  const Py_ssize_t count = (Py_ssize_t)found->count;
  PyObject* index =
      descry_adopt(DESCRY_TYPE(packet), found->rows, 1, &count, NULL, free_rows, NULL, DESCRY_READ);
  if (!index) free(found->rows);
  return index;
}

// Reads the buffer. Returns 0, or -1 with an exception set.
static int read_buffer(capture* self) {
  packets found;
  PyThreadState* thread = PyEval_SaveThread();  // the disk may be slow
  const int result = packets_find(&found, self->buffer.buf, (size_t)self->buffer.len);
  PyEval_RestoreThread(thread);
  if (result < 0) {
    PyErr_SetString(PyExc_ValueError, found.problem);
    return -1;
  }
  self->big_endian = found.big_endian;
  self->nanoseconds = found.nanoseconds;
  self->index = adopt_rows(&found);
  return self->index ? 0 : -1;
}

static PyObject* capture_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  static char* names[] = {"buffer", NULL};
  PyObject* buffer;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:Capture", names, &buffer)) return NULL;
  capture* self = (capture*)PyType_GenericAlloc(type, 0);
  if (!self) return NULL;
  if (PyObject_GetBuffer(buffer, &self->buffer, PyBUF_SIMPLE) < 0 || read_buffer(self) < 0) {
    Py_CLEAR(self);
  }
  return (PyObject*)self;
}

static void capture_dealloc(PyObject* object) {
  capture* self = (capture*)object;
  PyTypeObject* type = Py_TYPE(object);
  Py_XDECREF(self->index);
  PyBuffer_Release(&self->buffer);
  PyObject_Free(self);
  Py_DECREF(type);
}

// Headers that are all equally far apart, or one alone, lie in the file as an array does.
static bool evenly_spaced(const int64_t* offsets, Py_ssize_t count) {
  for (Py_ssize_t i = 2; i < count; ++i) {
    if (offsets[i] - offsets[i - 1] != offsets[1] - offsets[0]) return false;
  }
  return true;
}

// Returns a new read-only array over the file itself.
static PyObject* wrap(capture* self, const descry_type* type, const int64_t* offsets,
                      Py_ssize_t count) {
  const Py_ssize_t stride =
      count > 1 ? (Py_ssize_t)(offsets[1] - offsets[0]) : (Py_ssize_t)descry_type_size(type);
  return descry_wrap(type, (char*)self->buffer.buf + offsets[0], 1, &count, &stride,
                     (PyObject*)self, DESCRY_READ);
}

// Returns a new array of copies.
static PyObject* copy(capture* self, const descry_type* type, const int64_t* offsets,
                      Py_ssize_t count) {
  const size_t size = descry_type_size(type);
  char* gathered = malloc(count ? (size_t)count * size : 1);
  if (!gathered) return PyErr_NoMemory();
  for (Py_ssize_t i = 0; i < count; ++i) {
    memcpy(gathered + (size_t)i * size, (char*)self->buffer.buf + offsets[i], size);
  }
  PyObject* array = descry_adopt(type, gathered, 1, &count, NULL, free_rows, NULL, DESCRY_WRITE);
  if (!array) free(gathered);
  return array;
}

// Copies those offsets of one column of the index that are not -1 to `offsets`, which has room for
// all. Returns how many there are.
static Py_ssize_t present(const descry_view* column, int64_t* offsets) {
  Py_ssize_t count = 0;
  for (Py_ssize_t i = 0; i < column->size; ++i) {
    const int64_t offset = *DESCRY_AT(int64_t, column, i);
    if (offset >= 0) offsets[count++] = offset;
  }
  return count;
}

// Returns a new array of the headers of one kind, in the order of their packets: over the file
// where they are evenly spaced in it, which they are where all packets have one length, copies
// otherwise.
static PyObject* headers(capture* self, const descry_type* type, const char* field) {
  descry_view index = {0};
  descry_view column = {0};
  int64_t* offsets = NULL;
  PyObject* result = NULL;
  if (descry_view_acquire(&index, self->index, DESCRY_TYPE(packet), 1, DESCRY_READ) < 0 ||
      descry_view_field(&index, field, &column) < 0) {
    goto done;
  }
  offsets = malloc(((size_t)column.size + 1) * sizeof *offsets);
  if (!offsets) {
    PyErr_NoMemory();
    goto done;
  }
  const Py_ssize_t count = present(&column, offsets);
  const bool even = count > 0 && evenly_spaced(offsets, count);
  result = even ? wrap(self, type, offsets, count) : copy(self, type, offsets, count);

done:
  free(offsets);
  descry_view_release(&column);
  descry_view_release(&index);
  return result;
}

static PyObject* get_header(PyObject* object, void* Py_UNUSED(closure)) {
  capture* self = (capture*)object;
  const descry_type* type =
      self->big_endian ? DESCRY_TYPE(file_header_be) : DESCRY_TYPE(file_header_le);
  return descry_wrap(type, self->buffer.buf, 0, NULL, NULL, object, DESCRY_READ);
}

static PyObject* get_records(PyObject* object, void* Py_UNUSED(closure)) {
  capture* self = (capture*)object;
  return headers(self,
                 self->big_endian ? DESCRY_TYPE(record_header_be) : DESCRY_TYPE(record_header_le),
                 "record");
}

static PyObject* get_ethernet(PyObject* self, void* Py_UNUSED(closure)) {
  return headers((capture*)self, DESCRY_TYPE(ethernet_header), "ethernet");
}

static PyObject* get_ipv4(PyObject* self, void* Py_UNUSED(closure)) {
  return headers((capture*)self, DESCRY_TYPE(ipv4_header), "ipv4");
}

static PyObject* get_tcp(PyObject* self, void* Py_UNUSED(closure)) {
  return headers((capture*)self, DESCRY_TYPE(tcp_header), "tcp");
}

static PyObject* get_udp(PyObject* self, void* Py_UNUSED(closure)) {
  return headers((capture*)self, DESCRY_TYPE(udp_header), "udp");
}

static PyObject* get_index(PyObject* self, void* Py_UNUSED(closure)) {
  PyObject* index = ((capture*)self)->index;
  Py_INCREF(index);
  return index;
}

static PyObject* get_nanoseconds(PyObject* self, void* Py_UNUSED(closure)) {
  return PyBool_FromLong(((capture*)self)->nanoseconds);
}

static PyObject* get_address(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromVoidPtr(((capture*)self)->buffer.buf);
}

static PyGetSetDef capture_getset[] = {
    {"header", get_header, NULL, "The file's header, an array without dimensions.", NULL},
    {"records", get_records, NULL, "The header of each packet's record.", NULL},
    {"ethernet", get_ethernet, NULL, "Ethernet headers, of packets that have one.", NULL},
    {"ipv4", get_ipv4, NULL, "IPv4 headers, of packets that have one.", NULL},
    {"tcp", get_tcp, NULL, "TCP headers, of packets that have one.", NULL},
    {"udp", get_udp, NULL, "UDP headers, of packets that have one.", NULL},
    {"index", get_index, NULL, "Each packet's offsets in the file, -1 for what it has not.", NULL},
    {"nanoseconds", get_nanoseconds, NULL, "Whether records count them, or microseconds.", NULL},
    {"address", get_address, NULL, "Where the buffer is.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const char capture_doc[] =
    "Capture(buffer)\n--\n\n"
    "The packets of a pcap file: an mmap of it, its bytes or any other buffer. Raises ValueError\n"
    "where that is no such file or is cut short.";

static PyType_Slot capture_slots[] = {
    {Py_tp_doc, (void*)capture_doc},
    {Py_tp_new, capture_new},
    {Py_tp_dealloc, capture_dealloc},
    {Py_tp_getset, capture_getset},
    {0, NULL},
};

static PyType_Spec capture_spec = {
    .name = "pcap.Capture",
    .basicsize = sizeof(capture),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = capture_slots,
};

PyObject* capture_class_new(void) { return PyType_FromSpec(&capture_spec); }
