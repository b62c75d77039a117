// SPDX-License-Identifier: BSD-3-Clause
// What an open view holds: the memory it points at stays, whoever owns it and whatever Python does
// to that owner, the array or the references to it.

#include <descry/dtype.h>
#include <descry/view.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

// Every owner of memory that Python has: what makes array `a` (of 4 elements, ids 0 to 3) over it,
// and how Python would free or move that memory.
struct Owner {
  const char* name;
  const char* make;
  const char* free;
};

const Owner kOwners[] = {
    {"the array itself", "a = example.copy()", "a.resize(10**6, refcheck=False)"},
    {"array", "a = bytes_of.copy().view(particle)", "a.base.resize(10**6, refcheck=False)"},
    {"slice", "o = np.zeros(8, particle); o[2:6] = example; a = o[2:6]",
     "o.resize(10**6, refcheck=False)"},
    {"bytearray", "o = bytearray(raw); a = np.ndarray(4, particle, o)", "o.clear()"},
    {"bytearray behind frombuffer", "o = bytearray(raw); a = np.frombuffer(o, particle)",
     "m = a.base\ntry: m.release()\nexcept BufferError: pass\no.clear()"},
    {"memoryview", "a = np.frombuffer(memoryview(bytearray(raw)), particle)", "a.base.release()"},
    {"memoryview of an array", "o = bytes_of.copy(); a = np.frombuffer(memoryview(o), particle)",
     "o.resize(10**6, refcheck=False)"},
    {"memoryviews nested",
     "o = bytearray(raw); i = np.frombuffer(o, 'u1'); a = np.frombuffer(memoryview(i), particle)",
     "i.__setstate__((1, (2,), np.dtype('u1'), False, b'ab'))\no.clear()"},
    {"array.array", "o = array.array('B', raw); a = np.ndarray(4, particle, o)",
     "o.extend(bytes(10**6))"},
    {"mmap", "o = mmap.mmap(-1, 4096); o[:256] = raw; a = np.ndarray(4, particle, o)", "o.close()"},
    {"mmap resized", "o = mmap.mmap(-1, 4096); o[:256] = raw; a = np.ndarray(4, particle, o)",
     "o.resize(8192)"},
    {"memmap", "f = tempfile.TemporaryFile(); f.write(raw); f.flush(); a = np.memmap(f, particle)",
     "a._mmap.close()"},
    {"SharedMemory",
     "o = SharedMemory(create=True, size=256); o.buf[:256] = raw; "
     "a = np.ndarray(4, particle, o.buf); o.unlink()",
     "o.close()"},
    {"BytesIO", "o = io.BytesIO(raw); a = np.ndarray(4, particle, o.getbuffer())",
     "o.truncate(10)\no.write(bytes(10**6))"},
    {"PickleBuffer", "o = bytearray(raw); a = np.ndarray(4, particle, pickle.PickleBuffer(o))",
     "try: a.base.release()\nexcept BufferError: pass\no.clear()"},
    {"ctypes over a bytearray",
     "o = bytearray(raw); a = np.ndarray(4, particle, (ctypes.c_char * 256).from_buffer(o))",
     "o.clear()"},
    {"ctypes array of its own",
     "o = (ctypes.c_char * 256).from_buffer_copy(raw); "
     "a = np.ndarray(4, particle, o)",
     "raise BufferError"},
    {"ctypes over an mmap",
     "o = mmap.mmap(-1, 4096); o[:256] = raw; "
     "a = np.ndarray(4, particle, (ctypes.c_char * 256).from_buffer(o))",
     "o.close()"},
    {"memoryview of a memoryview",
     "o = bytearray(raw); m = memoryview(o); a = np.ndarray(4, particle, memoryview(m)[:])",
     "m.release()\no.clear()"},
    {"memoryview cast",
     "o = bytearray(raw); m = memoryview(o).cast('d').cast('B'); "
     "a = np.ndarray(4, particle, m)",
     "m.release()\no.clear()"},
    {"multiprocessing.Array",
     "o = multiprocessing.Array('B', raw); a = np.frombuffer(o.get_obj(), particle)",
     "raise BufferError"},
    {"multiprocessing.RawArray",
     "o = multiprocessing.RawArray('B', raw); a = np.frombuffer(o, particle)", "raise BufferError"},
    {"array.array behind frombuffer", "o = array.array('B', raw); a = np.frombuffer(o, particle)",
     "o.append(1)"},
    {"adopted", "a = adopt(raw)", "raise BufferError"},
    {"behind an adopted array",
     "o = adopt(raw); a = np.frombuffer(memoryview(o.view('u1')), particle)",
     "o.resize(10**6, refcheck=False)"},
    {"bytes", "a = np.frombuffer(raw[:256] + b'', particle)", "raise BufferError"},
    {"np.void", "a = np.zeros(1, [('p', particle, 4)])[0].copy()['p']; a[:] = example",
     "raise BufferError"},
    {"wrapped", "o = bytearray(raw); a = wrap(o)", "o.clear()"},
    {"wrapped memoryview", "o = memoryview(bytearray(raw)); a = wrap(o)", "o.release()"},
    {"wrapped array", "o = bytes_of.copy(); a = wrap(o)", "o.resize(10**6, refcheck=False)"},
};

class HoldTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("particle", Ref(descry_dtype(DESCRY_TYPE(particle))));
    SetGlobal("wrap", Ref(PyCFunction_New(&kWrap, nullptr)));
    SetGlobal("adopt", Ref(PyCFunction_New(&kAdopt, nullptr)));
    Exec(
        "import array, ctypes, io, mmap, multiprocessing, pickle, tempfile, warnings\n"
        "from multiprocessing.shared_memory import SharedMemory\n"
        "warnings.simplefilter('ignore')\n"
        "example = np.zeros(4, particle); example['id'] = np.arange(4)\n"
        "raw = example.tobytes(); bytes_of = np.frombuffer(raw, 'u1')\n"
        "def attempt(what):\n"
        "  try: exec(what, globals()); return ''\n"
        "  except (AttributeError, BufferError, ValueError): return 'refused'\n");
  }

  static PyObject* Wrap(PyObject*, PyObject* owner) {
    return descry_wrap_buffer(DESCRY_TYPE(particle), owner, 0, 1, nullptr, nullptr, DESCRY_READ);
  }
  static PyObject* Adopt(PyObject*, PyObject* bytes) {
    const Py_ssize_t count = PyBytes_Size(bytes) / static_cast<Py_ssize_t>(sizeof(particle));
    void* const data = std::malloc(static_cast<size_t>(PyBytes_Size(bytes)));
    std::memcpy(data, PyBytes_AsString(bytes), static_cast<size_t>(PyBytes_Size(bytes)));
    return descry_adopt(
        DESCRY_TYPE(particle), data, 1, &count, nullptr,
        [](void* memory, void*) { std::free(memory); }, nullptr, DESCRY_WRITE);
  }
  static PyMethodDef kWrap, kAdopt;
};

PyMethodDef HoldTest::kWrap = {"wrap", &HoldTest::Wrap, METH_O, nullptr};
PyMethodDef HoldTest::kAdopt = {"adopt", &HoldTest::Adopt, METH_O, nullptr};

// Memory that was freed meanwhile has other bytes by now.
const char* const kJunk = "junk = [bytes([255]) * n for n in (256, 512, 4096) for i in range(50)]";

void ExpectElements(const descry_view& view, const char* owner) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(DESCRY_AT(particle, &view, i)->id, i) << owner;
  }
}

TEST_F(HoldTest, NoOwnerFreesMemoryUnderAView) {
  for (const Owner& owner : kOwners) {
    Exec(owner.make);
    descry_view view;
    ASSERT_EQ(descry_view_acquire(&view, Eval("a").get(), DESCRY_TYPE(particle), 1, DESCRY_READ), 0)
        << owner.name << ": " << TakeException();
    SetGlobal("what", Ref(PyUnicode_FromString(owner.free)));
    EXPECT_EQ(Str(Eval("attempt(what)")), "refused") << owner.name;
    Exec(kJunk);
    ExpectElements(view, owner.name);
    descry_view_release(&view);
    Exec("a = o = i = m = f = None");
  }
}

TEST_F(HoldTest, TheMemoryOutlivesTheArrayAndItsOwner) {
  for (const Owner& owner : kOwners) {
    Exec(owner.make);
    descry_view view;
    ASSERT_EQ(descry_view_acquire(&view, Eval("a").get(), DESCRY_TYPE(particle), 1, DESCRY_READ), 0)
        << owner.name;
    Exec("a = o = i = m = f = None");
    Exec(kJunk);
    ExpectElements(view, owner.name);
    descry_view_release(&view);
  }
}

TEST_F(HoldTest, EveryOwnerIsFreeAgainAfterwards) {
  for (const Owner& owner : kOwners) {
    Exec(owner.make);
    const Ref array = Eval("a");
    const Py_ssize_t before = Py_REFCNT(array.get());
    for (int i = 0; i < 3; ++i) {
      descry_view view;
      ASSERT_EQ(descry_view_acquire(&view, array.get(), DESCRY_TYPE(particle), 1, DESCRY_READ), 0);
      descry_view_release(&view);
    }
    EXPECT_EQ(Py_REFCNT(array.get()), before) << owner.name;
    Exec("a = o = i = m = f = None");
  }
  Exec(
      "o = bytearray(raw); a = np.ndarray(4, particle, o)\n"
      "m = mmap.mmap(-1, 4096); b = np.ndarray(4, particle, m)");
  for (const char* array : {"a", "b"}) {
    descry_view view;
    ASSERT_EQ(descry_view_acquire(&view, Eval(array).get(), DESCRY_TYPE(particle), 1, DESCRY_WRITE),
              0);
    descry_view_release(&view);
  }
  Exec("a = b = None; o.clear(); m.close()");
}

TEST_F(HoldTest, WrappedMemoryStaysWithoutAnyView) {
  Exec(
      "o = bytearray(raw); a = wrap(o)\n"
      "for what in 'a.base.release()', 'o.clear()', 'o.extend(bytes(9999))':\n"
      "  try: exec(what); raise SystemError(what)\n"
      "  except (AttributeError, BufferError): pass\n"
      "a = None; o.clear()");
}

TEST_F(HoldTest, AReleasedMemoryviewIsRefused) {
  Exec("a = np.frombuffer(bytearray(raw), particle); a.base.release()");
  descry_view view;
  EXPECT_THAT(
      descry_view_acquire(&view, Eval("a").get(), DESCRY_TYPE(particle), 1, DESCRY_READ),
      RaisesPython(PyExc_BufferError,
                   HasSubstr("cannot keep the memory of the array in place: it is that of an "
                             "object of type memoryview, which refuses its buffer (")));
  EXPECT_EQ(view.array, nullptr);
}

TEST_F(HoldTest, ACircleOfBuffersEnds) {
  Exec("a = np.zeros(4, particle); m = memoryview(a.view('u1'))");
  if (Str(Eval("attempt('a.data = m')")) == "refused") return;
  descry_view view;
  if (descry_view_acquire(&view, Eval("a").get(), DESCRY_TYPE(particle), 1, DESCRY_READ) == 0) {
    descry_view_release(&view);
  }
  PyErr_Clear();
}

// Write-back goes to an array that nobody else has any more, and all of it is freed afterwards.
TEST_F(HoldTest, AConvertedCopyIsWrittenBackToAnArrayThatWasDropped) {
  for (const char* make : {"a = np.zeros(4, '<i4')", "a = np.zeros(9, '<i4')[1:9:2]",
                           "a = np.frombuffer(bytearray(16), '<i4')"}) {
    Exec(make);
    Exec("import weakref; seen = []; w = weakref.ref(a, seen.append)");
    descry_view view;
    ASSERT_EQ(descry_view_acquire(&view, Eval("a").get(), DESCRY_TYPE(float64), 1,
                                  DESCRY_WRITE | DESCRY_CONVERT),
              0)
        << TakeException();
    *DESCRY_AT(double, &view, 1) = 7;
    Exec("a = None");
    Exec(kJunk);
    descry_view_release(&view);
    EXPECT_EQ(Int(Eval("len(seen)")), 1) << make;
  }
}

}  // namespace
}  // namespace descry_test
