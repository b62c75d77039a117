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
buffer = bytearray(2 * same.itemsize)
import collections, datetime, types
value = collections.OrderedDict(
    yes=True, number=5, large=2 ** 64 - 1, ratio=0.5, z=1 + 2j, text='text', letters='uni',
    half=1.5, date=datetime.date(2020, 1, 2), span=datetime.timedelta(seconds=3), raw=b'raw',
    any=['any'])
numpys = dict(value, yes=np.bool_(True), number=np.int16(5), ratio=np.float32(0.5),
              z=np.complex64(1), date=np.datetime64('2020-01-02'), span=np.timedelta64(3, 's'),
              half=np.float16(1), text=np.bytes_(b'text'), letters=np.str_('uni'),
              raw=memoryview(b'raw'))
rows = [tuple(value.values()), numpys]
point = dict(x=1, y=2.)
forms = collections.deque([(1., 2.), [1, 2], point, types.MappingProxyType(point),
                           types.SimpleNamespace(**point), np.zeros(1, same['at'].base)[0]])
bad_rows = [dict(value, number=2 ** 31), dict(value, text='much too long'), 5, (1, 2),
            dict(value, more=1)]
sample = samples[0]
columns = {'id': [1, 2], 'at': np.zeros((2, 2), same['at'].base), 'label': [b'a', 'b'],
           'port': np.arange(2, dtype='u1'), 'when': np.zeros(2, 'M8[s]')}

# NumPy's str(dtype) is Python code, for which CPython's caches grow at first.
for _ in range(2000):
    str(floats.dtype), str(other)
)";

const char kWithoutCrashes[] = R"(
forms.pop()
sample = (1, [(1., 2.), (3., 4.)], b'a', 7, None)
value.update(date=None, span=None)
numpys.update(date=None, span=None, half=1.5)
rows = [tuple(value.values()), numpys]
bad_rows = [dict(row, date=None, span=None) if isinstance(row, dict) else row for row in bad_rows]
)";

}  // namespace

walk_inputs Inputs(bool numpy_has_memory) {
  Exec(kInputs);
  if (!numpy_has_memory) Exec(kWithoutCrashes);
  const auto input = [](const char* name) { return Eval(name).get(); };
  return {walk_groups[0].steps, numpy_has_memory,  input("same"),    input("renamed"),
          input("other"),       input("samples"),  input("swapped"), input("grid"),
          input("floats"),      input("data"),     input("buffer"),  input("rows"),
          input("forms"),       input("bad_rows"), input("columns"), input("sample")};
}

std::vector<const walk_step*> AllSteps() {
  std::vector<const walk_step*> steps;
  for (const walk_group* group = walk_groups; group->name; ++group) {
    for (const walk_step* step = group->steps; step->name; ++step) steps.push_back(step);
  }
  return steps;
}

}  // namespace descry_test
