// SPDX-License-Identifier: BSD-3-Clause
// A small ELF file in memory: a header, two segments, a .symtab and a .dynsym with their names, and
// the section table at the end, as linkers write it. Tests spoil one field at a time.

#ifndef TESTS_EXAMPLES_ELF_ELF_IMAGE_H_
#define TESTS_EXAMPLES_ELF_ELF_IMAGE_H_

#include <elf.h>

#include <cstddef>
#include <cstring>

struct ElfImage {
  enum Section { kNull, kSymtab, kStrtab, kDynsym, kDynstr, kShstrtab, kSectionCount };

  Elf64_Ehdr header;
  Elf64_Phdr segments[2];
  Elf64_Sym symbols[3];
  Elf64_Sym dynamic_symbols[2];
  char names[16];
  char dynamic_names[8];
  char section_names[48];
  Elf64_Shdr sections[kSectionCount];
};

inline Elf64_Shdr MakeSection(Elf64_Word name, Elf64_Word type, size_t offset, size_t size,
                              Elf64_Word link, size_t entry_size) {
  Elf64_Shdr section = {};
  section.sh_name = name;
  section.sh_type = type;
  section.sh_offset = offset;
  section.sh_size = size;
  section.sh_link = link;
  section.sh_entsize = entry_size;
  return section;
}

// The header's numbers, as a linker for this machine writes them.
inline Elf64_Ehdr MakeHeader() {
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_phoff = offsetof(ElfImage, segments);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 2;
  header.e_shoff = offsetof(ElfImage, sections);
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = ElfImage::kSectionCount;
  header.e_shstrndx = ElfImage::kShstrtab;
  return header;
}

inline ElfImage MakeElfImage() {
  ElfImage image = {};
  image.header = MakeHeader();
  image.segments[0].p_type = PT_LOAD;
  image.segments[1].p_type = PT_DYNAMIC;

  std::memcpy(image.names, "\0alpha\0beta", 12);
  image.symbols[1].st_name = 1;
  image.symbols[2].st_name = 7;
  std::memcpy(image.dynamic_names, "\0gamma", 7);
  image.dynamic_symbols[1].st_name = 1;
  std::memcpy(image.section_names, "\0.symtab\0.strtab\0.dynsym\0.dynstr\0.shstrtab", 43);

  using I = ElfImage;
  const size_t entry = sizeof(Elf64_Sym);
  image.sections[I::kSymtab] =
      MakeSection(1, SHT_SYMTAB, offsetof(I, symbols), sizeof(I::symbols), I::kStrtab, entry);
  image.sections[I::kStrtab] =
      MakeSection(9, SHT_STRTAB, offsetof(I, names), sizeof(I::names), 0, 0);
  image.sections[I::kDynsym] = MakeSection(17, SHT_DYNSYM, offsetof(I, dynamic_symbols),
                                           sizeof(I::dynamic_symbols), I::kDynstr, entry);
  image.sections[I::kDynstr] =
      MakeSection(25, SHT_STRTAB, offsetof(I, dynamic_names), sizeof(I::dynamic_names), 0, 0);
  image.sections[I::kShstrtab] =
      MakeSection(33, SHT_STRTAB, offsetof(I, section_names), sizeof(I::section_names), 0, 0);
  return image;
}

#endif  // TESTS_EXAMPLES_ELF_ELF_IMAGE_H_
