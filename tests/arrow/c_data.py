# SPDX-License-Identifier: BSD-3-Clause
"""Arrow's C structs by ctypes, so that tests can look into capsules, call what is in them, and break them."""

import ctypes

P = ctypes.c_void_p
N = ctypes.c_int64


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


Schema._fields_ = [("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", P), ("flags", N), ("n_children", N),
                   ("children", ctypes.POINTER(ctypes.POINTER(Schema))), ("dictionary", ctypes.POINTER(Schema)),
                   ("release", P), ("private_data", P)]
Array._fields_ = [("length", N), ("null_count", N), ("offset", N), ("n_buffers", N), ("n_children", N),
                  ("buffers", ctypes.POINTER(P)), ("children", ctypes.POINTER(ctypes.POINTER(Array))),
                  ("dictionary", ctypes.POINTER(Array)), ("release", P), ("private_data", P)]
# Called by ctypes without the GIL.
Stream._fields_ = [("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Schema))),
                   ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Array))),
                   ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(Stream))),
                   ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Stream))), ("private_data", P)]

_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = P
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


def look(capsule, name, struct):
    """The struct in a capsule, which has to stay alive."""
    return struct.from_address(_pointer(capsule, name))


def release(struct):
    """Calls the `release` of a schema or an array."""
    ctypes.CFUNCTYPE(None, P)(struct.release)(ctypes.addressof(struct))


def drain(stream):
    """The arrays of a stream, moved out of it; raises its last error."""
    arrays = []
    while True:
        array = Array()
        error = stream.get_next(stream, array)
        if error:
            for each in arrays:
                release(each)
            raise OSError(error, (stream.get_last_error(stream) or b"").decode())
        if not array.release:
            return arrays
        arrays.append(array)


class Pair:
    """What has __arrow_c_array__, for capsules that there are already."""

    def __init__(self, schema, array):
        self.capsules = schema, array

    def __arrow_c_array__(self, requested_schema=None):
        return self.capsules


_no_schema = ctypes.CFUNCTYPE(None, P)(lambda schema: None)
_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [P, ctypes.c_char_p, P]


def copy(struct):
    """A copy of a schema or an array with copies of all below it, whose `release` does nothing: to be broken and sent.

    What the original points at has to stay alive."""
    made = type(struct).from_buffer_copy(struct)
    made.release = ctypes.cast(_no_schema, P)
    made.kept = [copy(struct.children[i].contents) for i in range(struct.n_children)]
    pointer = ctypes.POINTER(type(struct))
    made.kept_pointers = (pointer * len(made.kept))(*map(pointer, made.kept))
    made.children = made.kept_pointers
    if struct.dictionary:
        made.kept_dictionary = copy(struct.dictionary.contents)
        made.dictionary = pointer(made.kept_dictionary)
    if isinstance(struct, Array):
        made.kept_buffers = (P * max(struct.n_buffers, 1))(*struct.buffers[:struct.n_buffers])
        made.buffers = made.kept_buffers
    return made


def capsule(struct, name):
    """A capsule of a struct, which has to outlive it."""
    return _new_capsule(ctypes.addressof(struct), name, None)
