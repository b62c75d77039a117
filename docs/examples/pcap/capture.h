// SPDX-License-Identifier: BSD-3-Clause
// The Python class pcap.Capture.

#ifndef DOCS_EXAMPLES_PCAP_CAPTURE_H_
#define DOCS_EXAMPLES_PCAP_CAPTURE_H_

#include <Python.h>

// Returns a new reference to the class, or NULL with an exception set.
PyObject* capture_class_new(void);

#endif  // DOCS_EXAMPLES_PCAP_CAPTURE_H_
