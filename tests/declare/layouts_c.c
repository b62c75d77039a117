// SPDX-License-Identifier: BSD-3-Clause
#include <descry/declare.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#define L(name) c_##name
#define PACKED __attribute__((packed))
#define ALIGNED(n) alignas(n)
#define COMPLEX(part) part _Complex

#include "tests/declare/layouts.inc"
