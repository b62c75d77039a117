// SPDX-License-Identifier: BSD-3-Clause
// Structs of file formats that other programs write, as they stand in the file, and arrays of them
// over its bytes.
#include <descry/descry.h>
#include <string.h>

#define PACKED __attribute__((packed))

// TIFF, of either byte order.
typedef struct PACKED {
  char order[2];  // "II" or "MM"
  uint16_t magic;
  uint32_t directory;
} tiff_header;
DESCRY_RECORD(tiff_header, order, magic, directory);
DESCRY_SWAPPED(tiff_header_swapped, tiff_header);

typedef struct PACKED {
  uint16_t tag;
  uint16_t type;
  uint32_t count;
  uint32_t value;
} tiff_entry;
DESCRY_RECORD(tiff_entry, tag, type, count, value);
DESCRY_SWAPPED(tiff_entry_swapped, tiff_entry);

// git's index, big-endian.
typedef struct PACKED {
  char signature[4];  // "DIRC"
  uint32_t version;
  uint32_t entry_count;
} git_header;
DESCRY_RECORD(git_header, signature, DESCRY_BE(version), DESCRY_BE(entry_count));

typedef struct PACKED {
  uint32_t changed[2], modified[2];  // seconds, nanoseconds
  uint32_t device, inode, mode, user, group, size;
  uint8_t name[20];
  uint16_t flags;  // the path's length is in the lowest 12 bits
} git_entry;
DESCRY_RECORD(git_entry, DESCRY_BE(changed), DESCRY_BE(modified), DESCRY_BE(device),
              DESCRY_BE(inode), DESCRY_BE(mode), DESCRY_BE(user), DESCRY_BE(group), DESCRY_BE(size),
              DESCRY_AS(name, void_), DESCRY_BE(flags));

// The end of a zip file, and its directory, little-endian and at any address.
typedef struct PACKED {
  uint32_t signature;
  uint16_t disk, directory_disk, entries_here, entries;
  uint32_t size, offset;
  uint16_t comment_length;
} zip_end;
DESCRY_RECORD(zip_end, DESCRY_LE(signature), DESCRY_LE(disk), DESCRY_LE(directory_disk),
              DESCRY_LE(entries_here), DESCRY_LE(entries), DESCRY_LE(size), DESCRY_LE(offset),
              DESCRY_LE(comment_length));

typedef struct PACKED {
  uint32_t signature;
  uint16_t made_by, needed, flags, method;
  uint16_t second : 5, minute : 6, hour : 5;
  uint16_t day : 5, month : 4, year : 7;
  uint32_t crc, packed_size, size;
  uint16_t name_length, extra_length, comment_length, disk, kind;
  uint32_t attributes, offset;
} zip_entry;
DESCRY_RECORD(zip_entry, DESCRY_LE(signature), DESCRY_LE(made_by), DESCRY_LE(needed),
              DESCRY_LE(flags), DESCRY_LE(method),
              DESCRY_BITS("when", method, crc, DESCRY_BIT("second", 5), DESCRY_BIT("minute", 6),
                          DESCRY_BIT("hour", 5), DESCRY_BIT("day", 5), DESCRY_BIT("month", 4),
                          DESCRY_BIT("year", 7)),
              DESCRY_LE(crc), DESCRY_LE(packed_size), DESCRY_LE(size), DESCRY_LE(name_length),
              DESCRY_LE(extra_length), DESCRY_LE(comment_length), DESCRY_LE(disk), DESCRY_LE(kind),
              DESCRY_LE(attributes), DESCRY_LE(offset));

// The superblock of ext4, little-endian, up to its names.
typedef struct PACKED {
  uint32_t inodes, blocks, reserved, free_blocks, free_inodes, first_block, log_block_size;
  uint32_t log_cluster_size, blocks_per_group, clusters_per_group, inodes_per_group;
  uint32_t mounted, written;
  uint16_t mounts, most_mounts, magic, state, errors, minor;
  uint32_t checked, interval, creator, revision;
  uint16_t user, group;
  uint32_t first_inode;
  uint16_t inode_size, block_group;
  uint32_t compatible, incompatible, read_only;
  uint8_t uuid[16];
  char label[16];
} ext4_superblock;
DESCRY_RECORD(ext4_superblock, DESCRY_LE(inodes), DESCRY_LE(blocks), DESCRY_LE(reserved),
              DESCRY_LE(free_blocks), DESCRY_LE(free_inodes), DESCRY_LE(first_block),
              DESCRY_LE(log_block_size), DESCRY_LE(log_cluster_size), DESCRY_LE(blocks_per_group),
              DESCRY_LE(clusters_per_group), DESCRY_LE(inodes_per_group),
              DESCRY_AS(mounted, uint32_le), DESCRY_AS(written, uint32_le), DESCRY_LE(mounts),
              DESCRY_LE(most_mounts), DESCRY_LE(magic), DESCRY_LE(state), DESCRY_LE(errors),
              DESCRY_LE(minor), DESCRY_LE(checked), DESCRY_LE(interval), DESCRY_LE(creator),
              DESCRY_LE(revision), DESCRY_LE(user), DESCRY_LE(group), DESCRY_LE(first_inode),
              DESCRY_LE(inode_size), DESCRY_LE(block_group), DESCRY_LE(compatible),
              DESCRY_LE(incompatible), DESCRY_LE(read_only), uuid, label);

static const descry_type* find(const char* name) {
  static const descry_type* const types[] = {
      DESCRY_TYPE(tiff_header),    DESCRY_TYPE(tiff_header_swapped),
      DESCRY_TYPE(tiff_entry),     DESCRY_TYPE(tiff_entry_swapped),
      DESCRY_TYPE(git_header),     DESCRY_TYPE(git_entry),
      DESCRY_TYPE(zip_end),        DESCRY_TYPE(zip_entry),
      DESCRY_TYPE(ext4_superblock)};
  for (size_t i = 0; i < sizeof types / sizeof *types; ++i) {
    if (strcmp(descry_type_name(types[i]), name) == 0) return types[i];
  }
  PyErr_SetString(PyExc_KeyError, name);
  return NULL;
}

// at(name, buffer, offset, count): an array over the buffer.
static PyObject* at(PyObject* self, PyObject* args) {
  const char* name;
  PyObject* buffer;
  Py_ssize_t offset, count;
  (void)self;
  if (!PyArg_ParseTuple(args, "sOnn", &name, &buffer, &offset, &count)) return NULL;
  const descry_type* type = find(name);
  if (!type) return NULL;
  return descry_wrap_buffer(type, buffer, offset, 1, &count, NULL, DESCRY_READ);
}

// dicts(name, array): each element as a dict.
static PyObject* dicts(PyObject* self, PyObject* args) {
  const char* name;
  PyObject* array;
  (void)self;
  if (!PyArg_ParseTuple(args, "sO", &name, &array)) return NULL;
  const descry_type* type = find(name);
  descry_view view;
  if (!type || descry_view_acquire(&view, array, type, 1, DESCRY_READ | DESCRY_UNALIGNED) < 0) {
    return NULL;
  }
  PyObject* result = descry_to_dicts(&view);
  descry_view_release(&view);
  return result;
}

static PyMethodDef methods[] = {
    {"at", at, METH_VARARGS, NULL}, {"dicts", dicts, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "formats", NULL, 0, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_formats(void) { return PyModule_Create(&definition); }
