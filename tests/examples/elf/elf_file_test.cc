// SPDX-License-Identifier: BSD-3-Clause
#include "docs/examples/elf/elf_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "tests/examples/elf/elf_image.h"

namespace {

using I = ElfImage;

struct FreeDeleter {
  void operator()(void* memory) const { std::free(memory); }
};

class ElfFileTest : public testing::Test {
 protected:
  // Reads the first `size` bytes of the image and returns the problem's text, "" where there is
  // none. The bytes stand in a block of exactly their size, so that a sanitizer sees a step past
  // it.
  std::string Read(size_t size = sizeof(ElfImage)) {
    bytes_.reset(std::malloc(size ? size : 1));
    std::memcpy(bytes_.get(), &image_, size);
    size_ = size;
    elf_problem problem = {};
    int result = elf_file_read(&file_, bytes_.get(), size, &problem);
    EXPECT_EQ(result, problem.text[0] ? -1 : 0);
    EXPECT_EQ(problem.error_number, 0);
    EXPECT_EQ(file_.header == nullptr, result < 0);
    return problem.text;
  }

  size_t OffsetOf(const void* pointer) const {
    return static_cast<size_t>(static_cast<const char*>(pointer) -
                               static_cast<const char*>(bytes_.get()));
  }

  // Every table of the file lies inside the bytes and every name ends inside its table.
  void ExpectConsistent() const {
    ExpectInside(file_.header, sizeof(Elf64_Ehdr), 1);
    ExpectInside(file_.sections, sizeof(Elf64_Shdr), file_.section_count);
    ExpectInside(file_.segments, sizeof(Elf64_Phdr), file_.segment_count);
    for (size_t i = 0; i < file_.section_count; ++i) {
      ExpectNameInside(file_.section_names, file_.sections[i].sh_name);
    }
    for (const elf_symbols* symbols : {&file_.symtab, &file_.dynsym}) {
      ExpectInside(symbols->data, sizeof(Elf64_Sym), symbols->count);
      for (size_t i = 0; i < symbols->count; ++i) {
        ExpectNameInside(symbols->names, symbols->data[i].st_name);
      }
    }
  }

  ElfImage image_ = MakeElfImage();
  elf_file file_ = {};

 private:
  void ExpectInside(const void* table, size_t entry, size_t count) const {
    if (count == 0) return;
    EXPECT_EQ(OffsetOf(table) % 8, 0u);
    EXPECT_LE(OffsetOf(table) + entry * count, size_);
  }

  static void ExpectNameInside(const elf_strings& strings, size_t offset) {
    size_t length = 0;
    const char* name = elf_strings_find(&strings, offset, &length);
    if (offset >= strings.size && offset != 0) {
      EXPECT_EQ(name, nullptr);
    } else {
      ASSERT_NE(name, nullptr);
      EXPECT_EQ(std::strlen(name), length);
    }
  }

  std::unique_ptr<void, FreeDeleter> bytes_;
  size_t size_ = 0;
};

TEST_F(ElfFileTest, FindsEveryTableInPlace) {
  ASSERT_EQ(Read(), "");
  EXPECT_EQ(OffsetOf(file_.header), 0u);
  EXPECT_EQ(OffsetOf(file_.sections), offsetof(I, sections));
  EXPECT_EQ(file_.section_count, 6u);
  EXPECT_EQ(OffsetOf(file_.segments), offsetof(I, segments));
  EXPECT_EQ(file_.segment_count, 2u);
  EXPECT_EQ(OffsetOf(file_.section_names.data), offsetof(I, section_names));
  EXPECT_EQ(OffsetOf(file_.symtab.data), offsetof(I, symbols));
  EXPECT_EQ(file_.symtab.count, 3u);
  EXPECT_EQ(OffsetOf(file_.symtab.names.data), offsetof(I, names));
  EXPECT_EQ(OffsetOf(file_.dynsym.data), offsetof(I, dynamic_symbols));
  EXPECT_EQ(file_.dynsym.count, 2u);
  EXPECT_EQ(OffsetOf(file_.dynsym.names.data), offsetof(I, dynamic_names));
}

TEST_F(ElfFileTest, FindsNamesByTheirOffset) {
  ASSERT_EQ(Read(), "");
  size_t length = 0;
  EXPECT_STREQ(elf_strings_find(&file_.symtab.names, 7, &length), "beta");
  EXPECT_EQ(length, 4u);
  EXPECT_STREQ(elf_strings_find(&file_.symtab.names, 9, &length), "ta");
  EXPECT_STREQ(elf_strings_find(&file_.section_names, 33, &length), ".shstrtab");
  EXPECT_STREQ(elf_strings_find(&file_.symtab.names, 15, &length), "");
  EXPECT_EQ(elf_strings_find(&file_.symtab.names, 16, &length), nullptr);
  EXPECT_EQ(elf_strings_find(&file_.symtab.names, SIZE_MAX, &length), nullptr);
}

TEST_F(ElfFileTest, EmptyStringTableHoldsOnlyTheEmptyName) {
  const elf_strings none = {nullptr, 0};
  size_t length = 1;
  EXPECT_STREQ(elf_strings_find(&none, 0, &length), "");
  EXPECT_EQ(length, 0u);
  EXPECT_EQ(elf_strings_find(&none, 1, &length), nullptr);
}

TEST_F(ElfFileTest, NameThatLostItsEndStopsAtTheTable) {
  const std::vector<char> bytes = {'a', 'b', 'c'};  // a sanitizer sees a step past it
  const elf_strings spoiled = {bytes.data(), bytes.size()};
  size_t length = 0;
  ASSERT_NE(elf_strings_find(&spoiled, 1, &length), nullptr);
  EXPECT_EQ(length, 2u);
}

TEST_F(ElfFileTest, FileWithoutTablesIsFine) {
  image_.header.e_shoff = image_.header.e_shnum = image_.header.e_shentsize = 0;
  image_.header.e_phoff = image_.header.e_phnum = image_.header.e_phentsize = 0;
  image_.header.e_shstrndx = SHN_UNDEF;
  ASSERT_EQ(Read(sizeof(Elf64_Ehdr)), "");
  EXPECT_EQ(file_.section_count, 0u);
  EXPECT_EQ(file_.segment_count, 0u);
  EXPECT_EQ(file_.symtab.count, 0u);
}

TEST_F(ElfFileTest, StrippedFileHasNoSymtab) {
  image_.sections[I::kSymtab].sh_type = SHT_PROGBITS;
  ASSERT_EQ(Read(), "");
  EXPECT_EQ(file_.symtab.count, 0u);
  EXPECT_EQ(file_.dynsym.count, 2u);
}

TEST_F(ElfFileTest, TakesGreatCountsFromSectionZero) {
  image_.header.e_shnum = 0;
  image_.header.e_phnum = PN_XNUM;
  image_.header.e_shstrndx = SHN_XINDEX;
  image_.sections[I::kNull].sh_size = I::kSectionCount;
  image_.sections[I::kNull].sh_info = 2;
  image_.sections[I::kNull].sh_link = I::kShstrtab;
  ASSERT_EQ(Read(), "");
  EXPECT_EQ(file_.section_count, 6u);
  EXPECT_EQ(file_.segment_count, 2u);
  EXPECT_EQ(OffsetOf(file_.section_names.data), offsetof(I, section_names));
}

// Files that are cut short.

TEST_F(ElfFileTest, RefusesFilesShorterThanAHeader) {
  EXPECT_EQ(Read(0), "has 0 bytes, an Elf64_Ehdr has 64");
  EXPECT_EQ(Read(63), "has 63 bytes, an Elf64_Ehdr has 64");
}

TEST_F(ElfFileTest, RefusesFileTruncatedAnywhere) {
  for (size_t size = 0; size < sizeof(ElfImage); ++size) {
    EXPECT_NE(Read(size), "") << size;
  }
}

TEST_F(ElfFileTest, NamesTheEndOfATruncatedFile) {
  EXPECT_EQ(Read(sizeof(ElfImage) - 1),
            "the section table, 6 x 64 bytes at offset 368, runs past the end of the file, "
            "which has 751 bytes");
}

// The header.

TEST_F(ElfFileTest, RefusesWrongMagic) {
  std::memcpy(image_.header.e_ident, "#!/b", 4);
  EXPECT_EQ(Read(), "begins with the bytes 23 21 2f 62, expected 7f 45 4c 46 (ELF)");
}

TEST_F(ElfFileTest, Refuses32BitFile) {
  image_.header.e_ident[EI_CLASS] = ELFCLASS32;
  EXPECT_EQ(Read(), "e_ident[EI_CLASS] is 1, expected 2 (64-bit)");
}

TEST_F(ElfFileTest, RefusesOtherByteOrder) {
  const bool little = image_.header.e_ident[EI_DATA] == ELFDATA2LSB;
  image_.header.e_ident[EI_DATA] = little ? ELFDATA2MSB : ELFDATA2LSB;
  EXPECT_EQ(Read(), little ? "e_ident[EI_DATA] is 2, expected 1 (little-endian)"
                           : "e_ident[EI_DATA] is 1, expected 2 (big-endian)");
}

TEST_F(ElfFileTest, RefusesUnknownVersion) {
  image_.header.e_ident[EI_VERSION] = 7;
  EXPECT_EQ(Read(), "e_ident[EI_VERSION] is 7, expected 1 (the only version)");
}

TEST_F(ElfFileTest, RefusesWrongHeaderSize) {
  image_.header.e_ehsize = 52;
  EXPECT_EQ(Read(), "e_ehsize is 52, an Elf64_Ehdr has 64 bytes");
}

// The section table.

TEST_F(ElfFileTest, RefusesWrongSectionEntrySize) {
  image_.header.e_shentsize = 40;
  EXPECT_EQ(Read(), "e_shentsize is 40, an Elf64_Shdr has 64 bytes");
}

TEST_F(ElfFileTest, RefusesSectionTablePastTheEnd) {
  image_.header.e_shoff = sizeof(ElfImage) + 8;
  EXPECT_EQ(Read(),
            "the section table, 6 x 64 bytes at offset 760, runs past the end of the file, "
            "which has 752 bytes");
}

TEST_F(ElfFileTest, RefusesSectionTableWhoseEndOverflows) {
  image_.header.e_shoff = UINT64_MAX - 7;
  EXPECT_EQ(Read(),
            "the section table, 6 x 64 bytes at offset 18446744073709551608, runs past the end of "
            "the file, which has 752 bytes");
}

TEST_F(ElfFileTest, RefusesMisalignedSectionTable) {
  image_.header.e_shoff = 300;
  EXPECT_EQ(Read(),
            "the section table is at offset 300, no multiple of the 8 that an Elf64_Shdr needs");
}

TEST_F(ElfFileTest, RefusesSectionsWithoutATable) {
  image_.header.e_shoff = 0;
  EXPECT_EQ(Read(), "e_shnum is 6, but e_shoff is 0: no section table");
}

TEST_F(ElfFileTest, RefusesGreatSectionCountThatOverflows) {
  image_.header.e_shnum = 0;
  image_.sections[I::kNull].sh_size = UINT64_MAX / 64 + 2;  // times 64 is 64
  EXPECT_EQ(Read(),
            "the section table, 288230376151711745 x 64 bytes at offset 368, runs past the end of "
            "the file, which has 752 bytes");
}

TEST_F(ElfFileTest, RefusesGreatSectionCountWithoutSectionZero) {
  image_.header.e_shnum = 0;
  image_.header.e_shoff = sizeof(ElfImage);
  EXPECT_EQ(Read(),
            "the section table, 1 x 64 bytes at offset 752, runs past the end of the file, "
            "which has 752 bytes");
}

// The program header table.

TEST_F(ElfFileTest, RefusesWrongSegmentEntrySize) {
  image_.header.e_phentsize = 32;
  EXPECT_EQ(Read(), "e_phentsize is 32, an Elf64_Phdr has 56 bytes");
}

TEST_F(ElfFileTest, RefusesProgramHeaderTablePastTheEnd) {
  image_.header.e_phnum = 1000;
  EXPECT_EQ(
      Read(),
      "the program header table, 1000 x 56 bytes at offset 64, runs past the end of the file, "
      "which has 752 bytes");
}

TEST_F(ElfFileTest, RefusesMisalignedProgramHeaderTable) {
  image_.header.e_phoff = 65;
  EXPECT_EQ(Read(),
            "the program header table is at offset 65, no multiple of the 8 that an Elf64_Phdr "
            "needs");
}

TEST_F(ElfFileTest, RefusesSegmentsWithoutATable) {
  image_.header.e_phoff = 0;
  EXPECT_EQ(Read(), "there are 2 segments, but e_phoff is 0: no table");
}

TEST_F(ElfFileTest, RefusesGreatSegmentCountWithoutSections) {
  image_.header.e_phnum = PN_XNUM;
  image_.header.e_shoff = image_.header.e_shnum = image_.header.e_shstrndx = 0;
  EXPECT_EQ(Read(), "e_phnum is 0xffff (PN_XNUM), but there is no section 0 with the number");
}

// String tables.

TEST_F(ElfFileTest, RefusesSectionNamesInASectionThatIsNotThere) {
  image_.header.e_shstrndx = 6;
  EXPECT_EQ(Read(), "e_shstrndx is 6, but there are 6 sections");
}

TEST_F(ElfFileTest, RefusesGreatNameIndexThatIsNotThere) {
  image_.header.e_shstrndx = SHN_XINDEX;
  image_.sections[I::kNull].sh_link = UINT32_MAX;
  EXPECT_EQ(Read(), "sh_link of section 0 is 4294967295, but there are 6 sections");
}

TEST_F(ElfFileTest, RefusesGreatNameIndexWithoutSections) {
  image_.header.e_shstrndx = SHN_XINDEX;
  image_.header.e_shoff = image_.header.e_shnum = 0;
  EXPECT_EQ(Read(), "e_shstrndx is 65535, but there are 0 sections");
}

TEST_F(ElfFileTest, RefusesSectionNamesThatAreNoStringTable) {
  image_.header.e_shstrndx = I::kSymtab;
  EXPECT_EQ(Read(), "e_shstrndx is 1, but section 1 has type 2, expected 3 (SHT_STRTAB)");
}

TEST_F(ElfFileTest, RefusesStringTablePastTheEnd) {
  image_.sections[I::kShstrtab].sh_size = 10000;
  EXPECT_EQ(Read(),
            "section 5, 10000 bytes at offset 320, runs past the end of the file, "
            "which has 752 bytes");
}

TEST_F(ElfFileTest, RefusesStringTableWithoutAnEnd) {
  image_.sections[I::kStrtab].sh_size = 4;
  EXPECT_EQ(Read(), "section 2 is a string table whose last byte is 0x70, expected NUL");
}

TEST_F(ElfFileTest, EmptyStringTableMayStandAnywhereInTheFile) {
  image_.sections[I::kStrtab].sh_offset = offsetof(I, names) + 2;  // behind a byte that is not NUL
  image_.sections[I::kStrtab].sh_size = 0;
  ASSERT_EQ(Read(), "");
  ExpectConsistent();
}

// Symbol tables.

TEST_F(ElfFileTest, RefusesWrongSymbolSize) {
  image_.sections[I::kSymtab].sh_entsize = 16;
  EXPECT_EQ(Read(), "sh_entsize of section 1 is 16, an Elf64_Sym has 24 bytes");
}

TEST_F(ElfFileTest, RefusesPartOfASymbol) {
  image_.sections[I::kDynsym].sh_size -= 1;
  EXPECT_EQ(Read(), "sh_size of section 3 is 47, no multiple of the 24 bytes of an Elf64_Sym");
}

TEST_F(ElfFileTest, RefusesSymbolTablePastTheEnd) {
  image_.sections[I::kSymtab].sh_size = 24 * 1000;
  EXPECT_EQ(Read(),
            "section 1, 24000 bytes at offset 176, runs past the end of the file, "
            "which has 752 bytes");
}

TEST_F(ElfFileTest, RefusesSymbolTableWhoseEndOverflows) {
  image_.sections[I::kSymtab].sh_offset = UINT64_MAX - 7;
  EXPECT_EQ(Read(),
            "section 1, 72 bytes at offset 18446744073709551608, runs past the end of the file, "
            "which has 752 bytes");
}

TEST_F(ElfFileTest, RefusesMisalignedSymbolTable) {
  image_.sections[I::kSymtab].sh_offset += 1;
  EXPECT_EQ(Read(), "sh_offset of section 1 is 177, no multiple of the 8 that an Elf64_Sym needs");
}

TEST_F(ElfFileTest, RefusesSymbolNamesInASectionThatIsNotThere) {
  image_.sections[I::kDynsym].sh_link = 77;
  EXPECT_EQ(Read(), "sh_link of section 3 is 77, but there are 6 sections");
}

TEST_F(ElfFileTest, RefusesSymbolNamesThatAreNoStringTable) {
  image_.sections[I::kDynsym].sh_link = I::kSymtab;
  EXPECT_EQ(Read(), "sh_link of section 3 is 1, but section 1 has type 2, expected 3 (SHT_STRTAB)");
}

// Everything else that can be wrong: every byte and every field in turn, as several wrong values.
// What opens is walked to its last name.

TEST_F(ElfFileTest, SurvivesEveryWrongByte) {
  const ElfImage good = image_;
  size_t opened = 0;
  size_t refused = 0;
  for (size_t i = 0; i < sizeof(ElfImage); ++i) {
    for (unsigned flip : {0x01u, 0x10u, 0x80u, 0xffu}) {
      image_ = good;
      reinterpret_cast<unsigned char*>(&image_)[i] ^= static_cast<unsigned char>(flip);
      if (Read() == "") {
        ++opened;
        ExpectConsistent();
      } else {
        ++refused;
      }
    }
  }
  EXPECT_GT(opened, 1000u);
  EXPECT_GT(refused, 400u);
}

TEST_F(ElfFileTest, SurvivesEveryWrongField) {
  const ElfImage good = image_;
  size_t refused = 0;
  for (size_t i = 0; i + 8 <= sizeof(ElfImage); i += 2) {
    for (uint64_t wrong : {UINT64_MAX, UINT64_MAX - 7, uint64_t{INT64_MAX}, uint64_t{1} << 32,
                           uint64_t{sizeof(ElfImage)}, uint64_t{0}}) {
      image_ = good;
      std::memcpy(reinterpret_cast<char*>(&image_) + i, &wrong, i % 8 ? 2 : 8);
      if (Read() == "") {
        ExpectConsistent();
      } else {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 300u);
}

}  // namespace
