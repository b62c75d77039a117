// SPDX-License-Identifier: BSD-3-Clause
#include "elf_file.h"

#include <inttypes.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_BYTE_ORDER ELFDATA2LSB
#else
#define NATIVE_BYTE_ORDER ELFDATA2MSB
#endif

typedef struct reader {
  const unsigned char* data;
  size_t size;
  elf_file* file;
  elf_problem* problem;
} reader;

// Entries of one C type: what a table holds.
typedef struct entry_type {
  const char* name;
  size_t size;
  size_t alignment;
} entry_type;

#define ENTRY_TYPE(T) ((entry_type){#T, sizeof(T), alignof(T)})

static bool fits(const reader* in, uint64_t offset, uint64_t count, size_t size) {
  return offset <= in->size && count <= (in->size - offset) / size;
}

static int check_entry_size(const reader* in, const char* field, uint64_t size, entry_type entry) {
  if (size == entry.size) return 0;
  return elf_problem_set(in->problem, "%s is %" PRIu64 ", an %s has %zu bytes", field, size,
                         entry.name, entry.size);
}

// Checks one of the header's two tables.
static int check_table(const reader* in, const char* table, uint64_t offset, uint64_t count,
                       entry_type entry) {
  if (!fits(in, offset, count, entry.size)) {
    return elf_problem_set(in->problem,
                           "the %s, %" PRIu64 " x %zu bytes at offset %" PRIu64
                           ", runs past the end of the file, which has %zu bytes",
                           table, count, entry.size, offset, in->size);
  }
  if (offset % entry.alignment) {
    return elf_problem_set(
        in->problem, "the %s is at offset %" PRIu64 ", no multiple of the %zu that an %s needs",
        table, offset, entry.alignment, entry.name);
  }
  return 0;
}

static int check_section(const reader* in, size_t index) {
  const Elf64_Shdr* section = &in->file->sections[index];
  if (fits(in, section->sh_offset, section->sh_size, 1)) return 0;
  return elf_problem_set(in->problem,
                         "section %zu, %" PRIu64 " bytes at offset %" PRIu64
                         ", runs past the end of the file, which has %zu bytes",
                         index, section->sh_size, section->sh_offset, in->size);
}

static int check_ident_byte(const reader* in, int index, const char* field, int wanted,
                            const char* meaning) {
  int found = in->data[index];
  if (found == wanted) return 0;
  return elf_problem_set(in->problem, "%s is %d, expected %d (%s)", field, found, wanted, meaning);
}

static int check_ident(const reader* in) {
  const unsigned char* data = in->data;
  if (memcmp(data, ELFMAG, SELFMAG) != 0) {
    return elf_problem_set(in->problem,
                           "begins with the bytes %02x %02x %02x %02x, expected 7f 45 4c 46 (ELF)",
                           data[0], data[1], data[2], data[3]);
  }
  const char* order = NATIVE_BYTE_ORDER == ELFDATA2LSB ? "little-endian" : "big-endian";
  if (check_ident_byte(in, EI_CLASS, "e_ident[EI_CLASS]", ELFCLASS64, "64-bit") < 0 ||
      check_ident_byte(in, EI_DATA, "e_ident[EI_DATA]", NATIVE_BYTE_ORDER, order) < 0) {
    return -1;
  }
  return check_ident_byte(in, EI_VERSION, "e_ident[EI_VERSION]", EV_CURRENT, "the only version");
}

static int read_header(reader* in) {
  if (in->size < sizeof(Elf64_Ehdr)) {
    return elf_problem_set(in->problem, "has %zu bytes, an Elf64_Ehdr has %zu", in->size,
                           sizeof(Elf64_Ehdr));
  }
  if (check_ident(in) < 0) return -1;
  in->file->header = (const Elf64_Ehdr*)in->data;
  return check_entry_size(in, "e_ehsize", in->file->header->e_ehsize, ENTRY_TYPE(Elf64_Ehdr));
}

static int read_sections(reader* in) {
  const Elf64_Ehdr* header = in->file->header;
  const entry_type entry = ENTRY_TYPE(Elf64_Shdr);
  uint64_t count = header->e_shnum;
  if (header->e_shoff == 0) {
    if (count == 0) return 0;
    return elf_problem_set(in->problem,
                           "e_shnum is %" PRIu64 ", but e_shoff is 0: no section table", count);
  }
  if (check_entry_size(in, "e_shentsize", header->e_shentsize, entry) < 0) return -1;

  if (count == 0) {  // too many for e_shnum: section 0 has the number
    if (check_table(in, "section table", header->e_shoff, 1, entry) < 0) return -1;
    count = ((const Elf64_Shdr*)(in->data + header->e_shoff))->sh_size;
  }
  if (check_table(in, "section table", header->e_shoff, count, entry) < 0) return -1;
  in->file->sections = (const Elf64_Shdr*)(in->data + header->e_shoff);
  in->file->section_count = (size_t)count;
  return 0;
}

static int read_segments(reader* in) {
  const Elf64_Ehdr* header = in->file->header;
  const entry_type entry = ENTRY_TYPE(Elf64_Phdr);
  uint64_t count = header->e_phnum;
  if (count == PN_XNUM) {  // too many for e_phnum: section 0 has the number
    if (in->file->section_count == 0) {
      return elf_problem_set(in->problem,
                             "e_phnum is %#x (PN_XNUM), but there is no section 0 with the number",
                             PN_XNUM);
    }
    count = in->file->sections[0].sh_info;
  }
  if (count == 0) return 0;
  if (header->e_phoff == 0) {
    return elf_problem_set(in->problem,
                           "there are %" PRIu64 " segments, but e_phoff is 0: no table", count);
  }
  if (check_entry_size(in, "e_phentsize", header->e_phentsize, entry) < 0 ||
      check_table(in, "program header table", header->e_phoff, count, entry) < 0) {
    return -1;
  }
  in->file->segments = (const Elf64_Phdr*)(in->data + header->e_phoff);
  in->file->segment_count = (size_t)count;
  return 0;
}

// Takes section `index` as a string table; `field` is where the index stands.
static int read_strings(const reader* in, const char* field, size_t index, elf_strings* strings) {
  if (index >= in->file->section_count) {
    return elf_problem_set(in->problem, "%s is %zu, but there are %zu sections", field, index,
                           in->file->section_count);
  }
  const Elf64_Shdr* section = &in->file->sections[index];
  if (section->sh_type != SHT_STRTAB) {
    return elf_problem_set(
        in->problem, "%s is %zu, but section %zu has type %" PRIu32 ", expected %d (SHT_STRTAB)",
        field, index, index, section->sh_type, SHT_STRTAB);
  }
  if (check_section(in, index) < 0) return -1;
  const char* data = (const char*)in->data + section->sh_offset;
  size_t size = (size_t)section->sh_size;
  if (size && data[size - 1] != '\0') {
    return elf_problem_set(in->problem,
                           "section %zu is a string table whose last byte is %#x, expected NUL",
                           index, (unsigned char)data[size - 1]);
  }
  strings->data = data;
  strings->size = size;
  return 0;
}

static int read_section_names(reader* in) {
  size_t index = in->file->header->e_shstrndx;
  const char* field = "e_shstrndx";
  if (index == SHN_XINDEX && in->file->section_count) {  // too great for e_shstrndx
    index = in->file->sections[0].sh_link;
    field = "sh_link of section 0";
  }
  if (index == SHN_UNDEF) return 0;
  return read_strings(in, field, index, &in->file->section_names);
}

static int check_symbols(const reader* in, size_t index) {
  const Elf64_Shdr* section = &in->file->sections[index];
  const entry_type entry = ENTRY_TYPE(Elf64_Sym);
  char field[64];
  (void)snprintf(field, sizeof(field), "sh_entsize of section %zu", index);
  if (check_entry_size(in, field, section->sh_entsize, entry) < 0) return -1;
  if (section->sh_size % entry.size) {
    return elf_problem_set(
        in->problem, "sh_size of section %zu is %" PRIu64 ", no multiple of the %zu bytes of an %s",
        index, section->sh_size, entry.size, entry.name);
  }
  if (section->sh_offset % entry.alignment) {
    return elf_problem_set(in->problem,
                           "sh_offset of section %zu is %" PRIu64
                           ", no multiple of the %zu that an %s needs",
                           index, section->sh_offset, entry.alignment, entry.name);
  }
  return check_section(in, index);
}

// Finds the first section of `type` and takes it as a symbol table; none is fine.
static int read_symbols(const reader* in, uint32_t type, elf_symbols* symbols) {
  const elf_file* file = in->file;
  size_t index = 0;
  while (index < file->section_count && file->sections[index].sh_type != type) ++index;
  if (index == file->section_count) return 0;

  const Elf64_Shdr* section = &file->sections[index];
  char field[64];
  (void)snprintf(field, sizeof(field), "sh_link of section %zu", index);
  if (check_symbols(in, index) < 0 ||
      read_strings(in, field, section->sh_link, &symbols->names) < 0) {
    return -1;
  }
  symbols->data = (const Elf64_Sym*)(in->data + section->sh_offset);
  symbols->count = (size_t)section->sh_size / sizeof(Elf64_Sym);
  return 0;
}

int elf_file_read(elf_file* file, const void* data, size_t size, elf_problem* problem) {
  *file = (elf_file){0};
  reader in = {data, size, file, problem};
  if (read_header(&in) < 0 || read_sections(&in) < 0 || read_segments(&in) < 0 ||
      read_section_names(&in) < 0 || read_symbols(&in, SHT_SYMTAB, &file->symtab) < 0 ||
      read_symbols(&in, SHT_DYNSYM, &file->dynsym) < 0) {
    *file = (elf_file){0};
    return -1;
  }
  return 0;
}

const char* elf_strings_find(const elf_strings* strings, size_t offset, size_t* length) {
  *length = 0;
  if (offset == 0 && strings->size == 0) return "";
  if (offset >= strings->size) return NULL;
  const char* string = strings->data + offset;
  // Bounded although the table ended in NUL when it was read: somebody may write to the file.
  const char* end = memchr(string, '\0', strings->size - offset);
  *length = end ? (size_t)(end - string) : strings->size - offset;
  return string;
}
