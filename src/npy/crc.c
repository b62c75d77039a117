// SPDX-License-Identifier: BSD-3-Clause
#include "src/npy/crc.h"

// Coefficients from x^0 in the highest bit to x^31 in the lowest; x^32 is left out.
static const uint32_t kPolynomial = 0xEDB88320u;

static uint32_t times_x(uint32_t a) { return a & 1 ? a >> 1 ^ kPolynomial : a >> 1; }

void descryi_crc_start(descryi_crc_tables* tables) {
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t sum = i;
    for (int bit = 0; bit < 8; ++bit) sum = times_x(sum);
    tables->of[0][i] = sum;
  }
  // Table k is for a byte that k more bytes follow.
  for (int k = 1; k < 8; ++k) {
    for (uint32_t i = 0; i < 256; ++i) {
      const uint32_t before = tables->of[k - 1][i];
      tables->of[k][i] = before >> 8 ^ tables->of[0][before & 0xff];
    }
  }
}

uint32_t descryi_crc_update(const descryi_crc_tables* tables, uint32_t crc, const void* bytes,
                            size_t size) {
  const unsigned char* at = bytes;
  uint32_t sum = ~crc;
  for (; size >= 8; size -= 8, at += 8) {
    // A byte by itself waits for the one before; eight by their own tables do not.
    const uint32_t low =
        sum ^ (at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
    sum = tables->of[7][low & 0xff] ^ tables->of[6][low >> 8 & 0xff] ^
          tables->of[5][low >> 16 & 0xff] ^ tables->of[4][low >> 24] ^ tables->of[3][at[4]] ^
          tables->of[2][at[5]] ^ tables->of[1][at[6]] ^ tables->of[0][at[7]];
  }
  for (; size > 0; --size, ++at) sum = sum >> 8 ^ tables->of[0][(sum ^ *at) & 0xff];
  return ~sum;
}

// Returns a * b modulo the polynomial.
static uint32_t multiply_polynomials(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (uint32_t bit = 1u << 31; bit; bit >>= 1) {
    if (a & bit) product ^= b;
    b = times_x(b);
  }
  return product;
}

uint32_t descryi_crc_join(uint32_t first, uint32_t second, uint64_t second_size) {
  // The first sum, moved over so many bytes: times x to the power of 8 * second_size.
  uint32_t square = 1u << 23;
  for (; second_size; second_size >>= 1) {
    if (second_size & 1) first = multiply_polynomials(first, square);
    square = multiply_polynomials(square, square);
  }
  return first ^ second;
}
