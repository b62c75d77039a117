// SPDX-License-Identifier: BSD-3-Clause
// wrap: arrays over the caller's memory, which an owner keeps alive.

#include <descry/array.h>
#include <descry/dtype.h>

#include <cstring>

#include "src/base/numpy_abi.h"
#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

class WrapTest : public PythonTest {
 protected:
  // An object with no buffer, that says when it dies.
  void SetUp() override {
    Exec(
        "a = None\nclass Owner:\n  alive = 0\n"
        "  def __init__(self): Owner.alive += 1\n"
        "  def __del__(self): Owner.alive -= 1\n");
    for (int i = 0; i < 4; ++i) records_[i].id = i;
  }

  Ref Wrap(const Ref& owner, unsigned flags, Py_ssize_t count = 4,
           const Py_ssize_t* strides = nullptr) {
    return Ref(
        descry_wrap(DESCRY_TYPE(particle), records_, 1, &count, strides, owner.get(), flags));
  }

  particle records_[4] = {};
  double room_[40] = {};
};

descryi_array* Parts(const Ref& array) { return reinterpret_cast<descryi_array*>(array.get()); }

char* BufferOf(const Ref& object) {
  Py_buffer buffer;
  if (PyObject_GetBuffer(object.get(), &buffer, PyBUF_SIMPLE) < 0) return nullptr;
  PyBuffer_Release(&buffer);
  return static_cast<char*>(buffer.buf);
}

TEST_F(WrapTest, SharesMemoryBothWays) {
  SetGlobal("a", Wrap(Eval("Owner()"), DESCRY_WRITE));
  EXPECT_EQ(Parts(Eval("a"))->data, reinterpret_cast<char*>(records_));
  Exec("a['id'][1] = 77");
  EXPECT_EQ(records_[1].id, 77);
  EXPECT_EQ(Repr(Eval("a.flags.owndata, a.flags.writeable, type(a.base).__name__")),
            "(False, True, 'Owner')");
}

TEST_F(WrapTest, OwnerLivesAsLongAsAnyViewOfTheArray) {
  SetGlobal("a", Wrap(Eval("Owner()"), DESCRY_WRITE));
  Exec("part = a['pos']['x'][1:]; del a");
  EXPECT_EQ(Int(Eval("Owner.alive")), 1);
  Exec("del part");
  EXPECT_EQ(Int(Eval("Owner.alive")), 0);
}

TEST_F(WrapTest, PythonCannotMakeItWriteable) {
  SetGlobal("memory", Eval("bytearray(4 * 64 + 64)"));
  SetGlobal("block", Eval("np.zeros(5 * 64, 'u1')"));
  const char* const owners[] = {"Owner()",   "None", "memory",     "block",
                                "bytes(64)", "b''",  "block[::2]", "memoryview(memory)[::2]"};
  for (const char* owner : owners) {
    SetGlobal("a", Wrap(Eval(owner), DESCRY_READ));
    Exec(
        "refused = 0\n"
        "for b in a, a[1:], a.view(), a['id'], a.view(np.recarray):\n"
        "  try: b.setflags(write=True)\n"
        "  except ValueError: refused += 1\n");
    EXPECT_EQ(Int(Eval("refused")), 5) << owner;
  }
}

TEST_F(WrapTest, MemoryForGoodNeedsNoOwner) {
  SetGlobal("a", Wrap(Ref(), DESCRY_WRITE));
  EXPECT_EQ(Repr(Eval("a['id'].tolist(), a.base")), "([0, 1, 2, 3], None)");
}

TEST_F(WrapTest, NegativeStrides) {
  const Py_ssize_t shape[] = {4};
  const Py_ssize_t back[] = {-static_cast<Py_ssize_t>(sizeof(particle))};
  SetGlobal("a", Ref(descry_wrap(DESCRY_TYPE(particle), &records_[3], 1, shape, back,
                                 Eval("Owner()").get(), DESCRY_WRITE)));
  EXPECT_EQ(Repr(Eval("a['id'].tolist()")), "[3, 2, 1, 0]");
}

TEST_F(WrapTest, ZeroStridesAndOverlapOnlyForReading) {
  const Py_ssize_t none[] = {0};
  SetGlobal("a", Wrap(Eval("Owner()"), DESCRY_READ, 1000, none));
  EXPECT_EQ(Repr(Eval("a.shape, int(a['id'].sum())")), "((1000,), 0)");
  EXPECT_THAT(Wrap(Eval("Owner()"), DESCRY_WRITE, 1000, none),
              RaisesPython(PyExc_ValueError,
                           "strides (0,) with shape (1000,) make elements of particle (64 bytes) "
                           "overlap, which only DESCRY_READ allows"));
  const Py_ssize_t half[] = {sizeof(particle) - 8};
  EXPECT_TRUE(Wrap(Eval("Owner()"), DESCRY_READ, 2, half));
  EXPECT_THAT(Wrap(Eval("Owner()"), DESCRY_WRITE, 2, half), RaisesPython(PyExc_ValueError));
  EXPECT_TRUE(Wrap(Eval("Owner()"), DESCRY_WRITE, 1, half));
}

TEST_F(WrapTest, WindowsAndTranspositionsDoNotOverlap) {
  const Py_ssize_t item = sizeof(particle);
  const struct {
    Py_ssize_t shape[2], strides[2];
    bool apart;
  } rows[] = {
      {{2, 2}, {2 * item, item}, true},  {{2, 2}, {item, 2 * item}, true},
      {{2, 2}, {item, item}, false},     {{1, 4}, {8, item}, true},
      {{2, 2}, {-item, 2 * item}, true}, {{2, 2}, {item, 3 * item / 2}, false},
  };
  for (const auto& row : rows) {
    const Ref array(descry_wrap(DESCRY_TYPE(particle), &records_[1], 2, row.shape, row.strides,
                                Eval("Owner()").get(), DESCRY_WRITE));
    EXPECT_EQ(static_cast<bool>(array), row.apart) << row.strides[0] << " " << row.strides[1];
    PyErr_Clear();
  }
}

TEST_F(WrapTest, RefusesMisalignedDataAndStrides) {
  char* const bytes = reinterpret_cast<char*>(records_);
  const Ref owner = Eval("Owner()");
  const Py_ssize_t shape[] = {2};
  const Py_ssize_t odd[] = {68};
  const Py_ssize_t one[] = {1};
  EXPECT_THAT(
      descry_wrap(DESCRY_TYPE(particle), bytes + 4, 1, shape, nullptr, owner.get(), DESCRY_READ),
      RaisesPython(PyExc_ValueError,
                   testing::MatchesRegex("data of particle is misaligned: address "
                                         "0x[0-9a-f]+ modulo 8 is 4")));
  EXPECT_THAT(descry_wrap(DESCRY_TYPE(particle), bytes, 1, shape, odd, owner.get(), DESCRY_READ),
              RaisesPython(PyExc_ValueError,
                           "strides of particle are misaligned: strides[0] is 68, "
                           "expected a multiple of 8"));
  EXPECT_TRUE(Ref(descry_wrap(DESCRY_TYPE(particle), bytes, 1, one, odd, owner.get(), DESCRY_READ)))
      << "the stride of an axis of length 1 leads nowhere";
  EXPECT_TRUE(
      Ref(descry_wrap(DESCRY_TYPE(tagged), bytes + 1, 1, shape, nullptr, owner.get(), DESCRY_READ)))
      << "packed";
  alignas(64) char room[256] = {};
  EXPECT_THAT(
      descry_wrap(DESCRY_TYPE(wide), room + 32, 1, shape, nullptr, owner.get(), DESCRY_READ),
      RaisesPython(PyExc_ValueError, HasSubstr("modulo 64 is 32")));
}

TEST_F(WrapTest, RefusesWhatIsNoMemory) {
  const Ref owner = Eval("Owner()");
  const Py_ssize_t shape[] = {2};
  const Py_ssize_t far[] = {PY_SSIZE_T_MAX - 7};
  const Py_ssize_t back[] = {-(PY_SSIZE_T_MAX / 16 * 8)};
  EXPECT_THAT(
      descry_wrap(DESCRY_TYPE(particle), nullptr, 1, shape, nullptr, owner.get(), DESCRY_READ),
      RaisesPython(PyExc_ValueError,
                   "data is NULL, expected elements for shape (2,) of particle (64 bytes)"));
  for (const Py_ssize_t* strides : {far, back}) {
    EXPECT_THAT(
        descry_wrap(DESCRY_TYPE(particle), records_, 1, shape, strides, owner.get(), DESCRY_READ),
        RaisesPython(PyExc_ValueError, HasSubstr("leave the address space")));
  }
  const Py_ssize_t none[] = {0};
  SetGlobal("a", Ref(descry_wrap(DESCRY_TYPE(particle), nullptr, 1, none, nullptr, owner.get(),
                                 DESCRY_READ)));
  EXPECT_EQ(Repr(Eval("a.shape, a.flags.owndata")), "((0,), False)");
}

TEST_F(WrapTest, RefusesOtherFlags) {
  EXPECT_THAT(Wrap(Eval("Owner()"), 0),
              RaisesPython(PyExc_ValueError,
                           "flags must be DESCRY_READ (0x1) or DESCRY_WRITE (0x2), got 0x0"));
  EXPECT_THAT(Wrap(Eval("Owner()"), DESCRY_READ | 0x40), RaisesPython(PyExc_ValueError));
  EXPECT_TRUE(Wrap(Eval("Owner()"), DESCRY_READ | DESCRY_WRITE));
}

TEST_F(WrapTest, ElementsStayInsideTheOwnersBuffer) {
  const char* const owners[] = {"bytearray(b'x' * 300)", "bytes(300)", "np.zeros(300, 'u1')",
                                "memoryview(bytearray(300))"};
  for (const char* owner : owners) {
    const Ref memory = Eval(owner);
    char* data = BufferOf(memory);
    data += (8 - reinterpret_cast<uintptr_t>(data) % 8) % 8;
    const Py_ssize_t four[] = {4};
    const Py_ssize_t five[] = {5};
    const Py_ssize_t back[] = {-64};
    EXPECT_TRUE(
        Ref(descry_wrap(DESCRY_TYPE(particle), data, 1, four, nullptr, memory.get(), DESCRY_READ)))
        << owner;
    EXPECT_THAT(
        descry_wrap(DESCRY_TYPE(particle), data, 1, five, nullptr, memory.get(), DESCRY_READ),
        RaisesPython(PyExc_ValueError, HasSubstr("of a buffer of 300 bytes of <class ")))
        << owner;
    EXPECT_THAT(descry_wrap(DESCRY_TYPE(particle), data, 1, four, back, memory.get(), DESCRY_READ),
                RaisesPython(PyExc_ValueError, HasSubstr("of a buffer of 300 bytes of <class ")))
        << owner;
  }
}

TEST_F(WrapTest, RefusesToWriteReadOnlyBuffers) {
  SetGlobal("frozen", Eval("np.zeros(300, 'u1')"));
  Exec("frozen.setflags(write=False)");
  const struct {
    const char* owner;
    const char* type;
  } rows[] = {{"bytes(300)", "bytes"},
              {"memoryview(bytes(300))", "memoryview"},
              {"frozen", "numpy.ndarray"}};
  for (const auto& row : rows) {
    const Ref memory = Eval(row.owner);
    char* data = BufferOf(memory);
    data += (8 - reinterpret_cast<uintptr_t>(data) % 8) % 8;
    const Py_ssize_t shape[] = {1};
    EXPECT_THAT(
        descry_wrap(DESCRY_TYPE(particle), data, 1, shape, nullptr, memory.get(), DESCRY_WRITE),
        RaisesPython(PyExc_ValueError,
                     "DESCRY_WRITE needs memory that may be written: particle "
                     "elements lie in a read-only buffer of <class '" +
                         std::string(row.type) + "'>"));
  }
}

TEST_F(WrapTest, ABufferCannotBeResizedUnderTheArray) {
  const Ref memory = Eval("bytearray(300)");
  SetGlobal("memory", memory);
  char* data = BufferOf(memory);
  data += (8 - reinterpret_cast<uintptr_t>(data) % 8) % 8;
  const Py_ssize_t shape[] = {3};
  SetGlobal("a", Ref(descry_wrap(DESCRY_TYPE(particle), data, 1, shape, nullptr, memory.get(),
                                 DESCRY_WRITE)));
  Exec(
      "try: memory.extend(bytes(100000)); refused = 0\n"
      "except BufferError: refused = 1\n"
      "a['id'] = 5; del a; memory.extend(bytes(10))");
  EXPECT_EQ(Int(Eval("refused")), 1);
}

TEST_F(WrapTest, RefusalsLeaveReferenceCounts) {
  const Ref dtype(descry_dtype(DESCRY_TYPE(particle)));
  const Ref owners[] = {Eval("Owner()"), Eval("bytes(400)"), Eval("bytearray(400)"),
                        Eval("np.zeros(400, 'u1')")};
  const Py_ssize_t odd[] = {68};
  const Py_ssize_t dtype_before = Py_REFCNT(dtype.get());
  for (const Ref& owner : owners) {
    const Py_ssize_t before = Py_REFCNT(owner.get());
    char* const data = BufferOf(owner);
    const Py_ssize_t many[] = {1000};
    for (int i = 0; i < 10; ++i) {
      EXPECT_FALSE(Wrap(owner, DESCRY_READ, 4, odd));
      PyErr_Clear();
      EXPECT_FALSE(Wrap(owner, 0));
      PyErr_Clear();
      if (data) {
        Ref(descry_wrap(DESCRY_TYPE(tagged), data, 1, many, nullptr, owner.get(), DESCRY_READ));
      }
      PyErr_Clear();
    }
    EXPECT_EQ(Py_REFCNT(owner.get()), before);
  }
  EXPECT_EQ(Py_REFCNT(dtype.get()), dtype_before);
}

TEST_F(WrapTest, UnalignedMemoryWhereThatIsAskedFor) {
  char bytes[2 * sizeof(particle) + 16] = {};
  char* const odd = bytes + (reinterpret_cast<uintptr_t>(bytes) % 2 ? 0 : 1);
  const Py_ssize_t shape[] = {2};
  const Py_ssize_t strides[] = {sizeof(particle) + 3};
  for (unsigned access : {DESCRY_READ, DESCRY_WRITE}) {
    SetGlobal("a", Ref(descry_wrap(DESCRY_TYPE(particle), odd, 1, shape, strides,
                                   Eval("Owner()").get(), access | DESCRY_UNALIGNED)));
    EXPECT_EQ(Repr(Eval("a.flags.writeable, a['id'].tolist()")),
              access & DESCRY_WRITE ? "(True, [0, 0])" : "(False, [0, 0])");
    EXPECT_THAT(
        descry_wrap(DESCRY_TYPE(particle), odd, 1, shape, strides, Eval("Owner()").get(), access),
        RaisesPython(PyExc_ValueError, HasSubstr("is misaligned")));
  }
  Exec("a['id'][1] = 2**40");
  int64_t id;
  memcpy(&id, odd + sizeof(particle) + 3, sizeof id);
  EXPECT_EQ(id, int64_t{1} << 40);
}

// Python would write pointers there that C then follows.
TEST_F(WrapTest, ObjectsAreRefusedInAnyBuffer) {
  const char* const owners[] = {"bytearray(300)",
                                "bytes(300)",
                                "np.zeros(300, 'u1')",
                                "np.full(40, None)",
                                "memoryview(bytearray(300))",
                                "memoryview(bytearray(600))[::2]",
                                "np.zeros(300, 'u1')[:64]",
                                "__import__('mmap').mmap(-1, 300)"};
  const Py_ssize_t shape[] = {1};
  for (const char* owner : owners) {
    const Ref memory = Eval(owner);
    char* data = BufferOf(memory);
    if (!data) {
      PyErr_Clear();
      data = reinterpret_cast<char*>(room_);
    }
    data += (8 - reinterpret_cast<uintptr_t>(data) % 8) % 8;
    for (unsigned flags : {DESCRY_READ, DESCRY_WRITE}) {
      EXPECT_THAT(
          descry_wrap(DESCRY_TYPE(named), data, 1, shape, nullptr, memory.get(), flags),
          RaisesPython(PyExc_ValueError, HasSubstr("hold Python objects, and cannot lie in a "
                                                   "buffer of <class ")))
          << owner;
    }
    EXPECT_THAT(
        descry_wrap_buffer(DESCRY_TYPE(named), memory.get(), 0, 1, shape, nullptr, DESCRY_READ),
        RaisesPython(strstr(owner, "[::2]") ? PyExc_BufferError : PyExc_ValueError))
        << owner;
  }
  static PyObject* slots[4] = {};
  EXPECT_TRUE(Ref(descry_wrap(DESCRY_TYPE(named), slots, 1, shape, nullptr, Eval("Owner()").get(),
                              DESCRY_WRITE)))
      << "memory of our own";
}

TEST_F(WrapTest, AnOwnerThatGetsABufferLaterStaysReadOnly) {
  SetGlobal("a", Wrap(Eval("Owner()"), DESCRY_READ));
  Exec(
      "Owner.__buffer__ = lambda self, flags: memoryview(bytearray(256))\n"
      "refused = 0\n"
      "for b in a, a[1:], a.view():\n"
      "  try: b.flags.writeable = True\n"
      "  except ValueError: refused += 1\n");
  EXPECT_EQ(Int(Eval("refused")), 3);
}

// What counts is the very buffer that is held, not one that was asked for before.
TEST_F(WrapTest, AnOwnerIsAskedOnce) {
  if (Int(Eval("__import__('sys').version_info >= (3, 12)")) == 0) {
    GTEST_SKIP() << "classes of Python have no __buffer__ before CPython 3.12";
  }
  Exec(
      "class Fickle:\n"
      "  asked = 0\n"
      "  block = bytearray(400)\n"
      "  def __buffer__(self, flags):\n"
      "    Fickle.asked += 1\n"
      "    return memoryview(self.block if Fickle.asked == 1 else bytearray(1))\n"
      "fickle = Fickle()");
  char* data = BufferOf(Eval("Fickle.block"));
  data += (8 - reinterpret_cast<uintptr_t>(data) % 8) % 8;
  const Py_ssize_t shape[] = {2};
  SetGlobal("a", Ref(descry_wrap(DESCRY_TYPE(particle), data, 1, shape, nullptr,
                                 Eval("fickle").get(), DESCRY_WRITE)));
  EXPECT_EQ(Int(Eval("Fickle.asked")), 1);
  Exec(
      "try: Fickle.block.clear(); refused = 0\n"
      "except BufferError: refused = 1");
  EXPECT_EQ(Int(Eval("refused")), 1);
  Exec("a = None; fickle = None; Fickle.block.clear()");
}

TEST_F(WrapTest, AnInterruptOfTheOwnerIsNotSwallowed) {
  if (Int(Eval("__import__('sys').version_info >= (3, 12)")) == 0) {
    GTEST_SKIP() << "classes of Python have no __buffer__ before CPython 3.12";
  }
  Exec(
      "class Interrupted:\n"
      "  def __buffer__(self, flags): raise KeyboardInterrupt('now')");
  EXPECT_THAT(Wrap(Eval("Interrupted()"), DESCRY_READ),
              RaisesPython(PyExc_KeyboardInterrupt, "now"));
}

// UBSan: strides that no memory has.
TEST_F(WrapTest, OwnersWithStridesThatLeadNowhere) {
  const char* const owners[] = {
      "np.lib.stride_tricks.as_strided(np.zeros(1, 'u1'), (4,), (2**62,))",
      "np.lib.stride_tricks.as_strided(np.zeros(1, 'u1'), (3, 3), (2**62, 2**62))",
      "np.lib.stride_tricks.as_strided(np.zeros(1, 'u1'), (2,), (-2**63,))",
      "np.lib.stride_tricks.as_strided(np.zeros(1, 'u1'), (2, 2), (2**62, -2**62))"};
  for (const char* owner : owners) {
    for (unsigned flags : {DESCRY_READ, DESCRY_WRITE}) {
      const Ref array = Wrap(Eval(owner), flags);
      if (!array) PyErr_Clear();
    }
  }
}

class WrapBufferTest : public WrapTest {
 protected:
  Ref WrapBuffer(const char* exporter, Py_ssize_t offset, unsigned flags = DESCRY_READ) {
    return Ref(descry_wrap_buffer(DESCRY_TYPE(particle), Eval(exporter).get(), offset, 1, nullptr,
                                  nullptr, flags | DESCRY_UNALIGNED));
  }
};

TEST_F(WrapBufferTest, AllOfABuffer) {
  SetGlobal("example", Wrap(Ref(), DESCRY_READ));
  Exec("raw = example.tobytes(); import array, mmap");
  const char* const exporters[] = {"raw",
                                   "bytearray(raw)",
                                   "memoryview(raw)",
                                   "array.array('B', raw)",
                                   "np.frombuffer(raw, 'u1')",
                                   "np.frombuffer(raw, particle)",
                                   "example"};
  SetGlobal("particle", Ref(descry_dtype(DESCRY_TYPE(particle))));
  for (const char* exporter : exporters) {
    SetGlobal("a", WrapBuffer(exporter, 0));
    EXPECT_EQ(Repr(Eval("a.shape, a['id'].tolist(), a.flags.writeable")),
              "((4,), [0, 1, 2, 3], False)")
        << exporter;
    SetGlobal("a", WrapBuffer(exporter, 128));
    EXPECT_EQ(Repr(Eval("a['id'].tolist()")), "[2, 3]") << exporter;
    SetGlobal("a", WrapBuffer(exporter, 256));
    EXPECT_EQ(Repr(Eval("a.shape")), "(0,)") << exporter;
  }
}

TEST_F(WrapBufferTest, ShapeStridesAndWriting) {
  SetGlobal("b", Eval("bytearray(256)"));
  const Py_ssize_t shape[] = {2}, strides[] = {128};
  SetGlobal("a", Ref(descry_wrap_buffer(DESCRY_TYPE(particle), Eval("b").get(), 64, 1, shape,
                                        strides, DESCRY_WRITE | DESCRY_UNALIGNED)));
  Exec("a['id'] = [5, 6]");
  EXPECT_EQ(Repr(Eval("b[64], b[192], type(a.base).__name__")), "(5, 6, 'PyCapsule')");
  Exec(
      "try: b.clear(); refused = 0\n"
      "except BufferError: refused = 1\n"
      "a = None; b.clear()");
  EXPECT_EQ(Int(Eval("refused")), 1);
}

TEST_F(WrapBufferTest, RefusesWhatDoesNotFit) {
  EXPECT_THAT(WrapBuffer("bytes(130)", 0),
              RaisesPython(PyExc_ValueError,
                           "130 bytes from offset 0 on are not a whole number of "
                           "particle elements (64 bytes)"));
  for (Py_ssize_t offset : {Py_ssize_t{-1}, Py_ssize_t{65}, PY_SSIZE_T_MAX, PY_SSIZE_T_MIN}) {
    EXPECT_THAT(
        WrapBuffer("bytes(64)", offset),
        RaisesPython(PyExc_ValueError, HasSubstr("expected 0 to the buffer's length of 64 bytes")));
  }
  const Py_ssize_t two[] = {2}, back[] = {-64};
  const Ref bytes = Eval("bytes(64)");
  EXPECT_THAT(descry_wrap_buffer(DESCRY_TYPE(particle), bytes.get(), 0, 1, two, nullptr,
                                 DESCRY_READ | DESCRY_UNALIGNED),
              RaisesPython(PyExc_ValueError,
                           "particle elements cover bytes 0 to 128 of a buffer "
                           "of 64 bytes of <class 'bytes'>"));
  EXPECT_THAT(descry_wrap_buffer(DESCRY_TYPE(particle), Eval("bytes(128)").get(), 0, 1, two, back,
                                 DESCRY_READ | DESCRY_UNALIGNED),
              RaisesPython(PyExc_ValueError, HasSubstr("cover bytes -64 to 64")));
  const Py_ssize_t far_up[] = {2}, step[] = {PY_SSIZE_T_MAX - 127};
  EXPECT_THAT(descry_wrap_buffer(DESCRY_TYPE(particle), Eval("bytes(128)").get(), 64, 1, far_up,
                                 step, DESCRY_READ | DESCRY_UNALIGNED),
              RaisesPython(PyExc_ValueError,
                           HasSubstr("cover bytes 64 to " + std::to_string(PY_SSIZE_T_MAX))));
  EXPECT_THAT(
      descry_wrap_buffer(DESCRY_TYPE(particle), bytes.get(), 0, 2, nullptr, nullptr, DESCRY_READ),
      RaisesPython(PyExc_ValueError, "shape is NULL, expected 2 lengths"));
  EXPECT_THAT(WrapBuffer("bytes(64)", 0, DESCRY_WRITE),
              RaisesPython(PyExc_ValueError, HasSubstr("lie in a read-only buffer")));
  EXPECT_THAT(WrapBuffer("3", 0), RaisesPython(PyExc_TypeError));
  EXPECT_THAT(WrapBuffer("memoryview(bytes(128))[::2]", 0), RaisesPython(PyExc_BufferError));
}

TEST_F(WrapTest, SubArrayElements) {
  triple all[] = {{{1, 2, 3}}, {{4, 5, 6}}};
  const Py_ssize_t shape[] = {2};
  SetGlobal("a", Ref(descry_wrap(DESCRY_TYPE(triple), all, 1, shape, nullptr, Eval("Owner()").get(),
                                 DESCRY_WRITE)));
  EXPECT_EQ(Repr(Eval("a.dtype, a.tolist()")),
            "(dtype('float64'), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])");
}

}  // namespace
}  // namespace descry_test
