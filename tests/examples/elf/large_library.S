// A library of more than 50 MB with 100 000 functions.

  .text
  .macro function
  .globl function_\@
  .type function_\@, "function"
function_\@:
  .fill 16
  .size function_\@, 16
  .endm
  .rept 100000
  function
  .endr

  // Exported, or an optimised link would leave it out.
  .section .rodata
  .globl table
  .type table, "object"
table:
  .fill 48 << 20
  .size table, 48 << 20

  .section .note.GNU-stack, "", %progbits
