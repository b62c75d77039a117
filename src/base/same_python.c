// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/same_python.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/messages.h"

#if DESCRYI_LIMITED

int descryi_check_same_python(void) { return 0; }

#else

static const char* build_of(int free_threaded) {
  return free_threaded ? "a free-threading build" : "a build with a GIL";
}

// A file named plain .so is imported by any CPython that finds it, whose objects may look
// otherwise.
int descryi_check_same_python(void) {
  const char* running = Py_GetVersion();  // "3.13.0 experimental free-threading build (main, ..."
  char* end = NULL;
  const int major = (int)strtol(running, &end, 10);
  const int minor = *end == '.' ? (int)strtol(end + 1, NULL, 10) : 0;
  const int free_threaded = strstr(running, "free-threading") != NULL;
  if (major == PY_MAJOR_VERSION && minor == PY_MINOR_VERSION &&
      free_threaded == DESCRYI_FREE_THREADED) {
    return 0;
  }
  return descryi_raise_python_other(PY_MAJOR_VERSION, PY_MINOR_VERSION,
                                    build_of(DESCRYI_FREE_THREADED), major, minor,
                                    build_of(free_threaded));
}

#endif
