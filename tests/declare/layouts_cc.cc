// SPDX-License-Identifier: BSD-3-Clause
#include <descry/declare.h>

#include <complex>
#include <cstdint>

#define L(name) cc_##name
#define PACKED __attribute__((packed))
#define ALIGNED(n) alignas(n)
#define COMPLEX(part) std::complex<part>

#include "tests/declare/layouts.inc"
