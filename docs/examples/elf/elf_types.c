// SPDX-License-Identifier: BSD-3-Clause
#include "elf_types.h"

DESCRY_RECORD(Elf64_Ehdr, e_ident, e_type, e_machine, e_version, e_entry, e_phoff, e_shoff, e_flags,
              e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx);
DESCRY_RECORD(Elf64_Shdr, sh_name, sh_type, sh_flags, sh_addr, sh_offset, sh_size, sh_link, sh_info,
              sh_addralign, sh_entsize);
DESCRY_RECORD(Elf64_Phdr, p_type, p_flags, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align);
DESCRY_RECORD(Elf64_Sym, st_name, st_info, st_other, st_shndx, st_value, st_size);
