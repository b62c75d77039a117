// The main program of tests: GoogleTest inside a Python interpreter.

#include <Python.h>
#include <descry_python.h>
#include <gmock/gmock.h>

#include <cstdlib>

namespace {

// Starts the interpreter as if it were the one that descry is built against: that is how it finds
// NumPy in a virtual environment.
void StartPython() {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;
  config.parse_argv = 0;
  PyStatus status =
      PyConfig_SetBytesString(&config, &config.program_name, DESCRY_PYTHON_EXECUTABLE);
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  StartPython();
  const int failed = RUN_ALL_TESTS();
  return Py_FinalizeEx() < 0 ? EXIT_FAILURE : failed;
}
