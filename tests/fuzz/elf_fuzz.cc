// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: the ELF example's reader. The input is a file, or edits of a small one that is well
// formed, of which random bytes get past the first checks. What opens is walked to its last name.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "docs/examples/elf/elf_file.h"
#include "tests/examples/elf/elf_image.h"

namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// Returns a small file in which some fields have other values, and which may be cut short. Each
// edit takes a byte for its width, two for its place, and what is to be there.
std::vector<char> EditedImage(const uint8_t* data, size_t size) {
  const ElfImage image = MakeElfImage();
  std::vector<char> bytes(sizeof image);
  std::memcpy(bytes.data(), &image, sizeof image);
  while (size >= 4) {
    const size_t width = size_t{1} << (data[0] & 3);
    const size_t place = (data[1] | size_t{data[2]} << 8) % sizeof image / width * width;
    if (data[0] >> 2 == 63 && place) bytes.resize(place < bytes.size() ? place : bytes.size());
    data += 3;
    size -= 3;
    const size_t given = width < size ? width : size;
    if (place + given <= bytes.size()) std::memcpy(&bytes[place], data, given);
    data += given;
    size -= given;
  }
  return bytes;
}

class Reader {
 public:
  explicit Reader(const std::vector<char>& bytes) : bytes_(bytes) {}

  void Walk() const {
    elf_file file;
    elf_problem problem = {};
    if (elf_file_read(&file, bytes_.data(), bytes_.size(), &problem) < 0) {
      Require(problem.text[0] != '\0', "a refusal says why");
      Require(!file.header && !file.section_count && !file.symtab.count, "a refused file is empty");
      return;
    }
    RequireTable(file.header, 1);
    RequireTable(file.sections, file.section_count);
    RequireTable(file.segments, file.segment_count);
    for (size_t i = 0; i < file.section_count; ++i) {
      WalkName(file.section_names, file.sections[i].sh_name);
    }
    WalkSymbols(file.symtab);
    WalkSymbols(file.dynsym);
  }

 private:
  void WalkSymbols(const elf_symbols& symbols) const {
    RequireTable(symbols.data, symbols.count);
    for (size_t i = 0; i < symbols.count; ++i) WalkName(symbols.names, symbols.data[i].st_name);
  }

  void WalkName(const elf_strings& strings, size_t offset) const {
    size_t length = 1;
    const char* name = elf_strings_find(&strings, offset, &length);
    Require((name == nullptr) == (offset != 0 && offset >= strings.size), "a name is in its table");
    if (!name) return;
    if (strings.size) RequireInside(name, length + 1);
    Require(std::string_view(name) == std::string_view(name, length), "a name ends at its NUL");
  }

  template <typename Entry>
  void RequireTable(const Entry* table, size_t count) const {
    Require(count <= bytes_.size() / sizeof(Entry), "a table is no longer than the file");
    RequireInside(table, count * sizeof(Entry));
    Require(reinterpret_cast<uintptr_t>(table) % alignof(Entry) == 0, "a table is aligned");
  }

  void RequireInside(const void* data, size_t size) const {
    if (size == 0) return;
    const auto offset = static_cast<const char*>(data) - bytes_.data();
    const bool inside = offset >= 0 && static_cast<size_t>(offset) <= bytes_.size() &&
                        size <= bytes_.size() - static_cast<size_t>(offset);
    Require(inside, "what is found is inside the file");
  }

  const std::vector<char>& bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const bool is_file = size >= SELFMAG && std::memcmp(data, ELFMAG, SELFMAG) == 0;
  // A block of just the size, so that a sanitizer sees a step past it.
  const std::vector<char> bytes =
      is_file ? std::vector<char>(data, data + size) : EditedImage(data, size);
  Reader(std::vector<char>(bytes)).Walk();
  return 0;
}
