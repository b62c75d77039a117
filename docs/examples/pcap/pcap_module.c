// SPDX-License-Identifier: BSD-3-Clause
// The Python module `pcap`: network captures as NumPy record arrays.

#include <Python.h>
#include <descry/descry.h>

#include "capture.h"
#include "headers.h"

static const descry_type* const records[] = {
    DESCRY_TYPE(file_header_le),   DESCRY_TYPE(file_header_be),  DESCRY_TYPE(record_header_le),
    DESCRY_TYPE(record_header_be), DESCRY_TYPE(ethernet_header), DESCRY_TYPE(ipv4_header),
    DESCRY_TYPE(tcp_header),       DESCRY_TYPE(udp_header),      DESCRY_TYPE(packet),
};

static int execute(PyObject* module) {
  for (size_t i = 0; i < sizeof records / sizeof records[0]; ++i) {
    if (descry_module_add_dtype(module, records[i]) < 0) return -1;
  }
  PyObject* type = capture_class_new();
  if (!type) return -1;
  const int result = PyModule_AddType(module, (PyTypeObject*)type);
  Py_DECREF(type);
  return result;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, execute},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "pcap",
    .m_doc = "Network captures as NumPy record arrays.",
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit_pcap(void) { return PyModuleDef_Init(&module_definition); }
