// SPDX-License-Identifier: BSD-3-Clause
#include <descry/declare.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <uchar.h>
#include <wchar.h>

#define L(name) c_##name
#define PACKED __attribute__((packed))
#define ALIGNED(n) alignas(n)
#define COMPLEX(part) part _Complex

#include "tests/declare/layouts.h"
#include "tests/declare/layouts.inc"

#define SWAPPED(name) DESCRY_SWAPPED(L(name##_swapped), L(name));
LAYOUTS(SWAPPED)
