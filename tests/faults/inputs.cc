// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/inputs.h"

#include "tests/support/python.h"

namespace descry_test {
namespace {

const char kInputs[] = R"(
import gc
names = ['id', 'at', 'label', 'port', 'when']
formats = ['i8', (np.dtype([('x', 'f8'), ('y', 'f8')], align=True), (2,)), 'S6', '>u2', 'M8[ns]']
def build(names, formats, **more):
    return np.dtype(dict(names=names, formats=formats, **more), align=True)
same = build(names, formats)
renamed = build([name.upper() for name in names], formats)
other = build(names, formats[:1] + [('f8', (4,))] + formats[2:4] + ['M8[us]'])
samples = np.zeros(4, same)
swapped = np.zeros(4, build(names[::-1], formats[::-1]).newbyteorder())
grid = np.zeros((2,) + (1,) * 11, same)
floats = np.zeros(4)
data = bytearray(256)

# NumPy's str(dtype) is Python code, for which CPython's caches grow at first.
for _ in range(2000):
    str(floats.dtype), str(other)
)";

}  // namespace

walk_inputs Inputs() {
  Exec(kInputs);
  return {Eval("same").get(),    Eval("renamed").get(), Eval("other").get(),  Eval("samples").get(),
          Eval("swapped").get(), Eval("grid").get(),    Eval("floats").get(), Eval("data").get()};
}

}  // namespace descry_test
