// SPDX-License-Identifier: BSD-3-Clause
// Which descry this is. docs/versioning.md says what the numbers promise. Plain C, no Python.
#ifndef DESCRY_VERSION_H_
#define DESCRY_VERSION_H_

#ifdef __cplusplus
extern "C" {
#endif

// The version of these headers, in parts: a new major version may break what compiled, a new minor
// one adds (until 1.0 it may break too), a new patch only mends.
#define DESCRY_VERSION_MAJOR 0
#define DESCRY_VERSION_MINOR 1
#define DESCRY_VERSION_PATCH 0

// The same as one number that grows with every version, for `#if DESCRY_VERSION_NUMBER >= 0x000200`
// (version 0.2.0).
#define DESCRY_VERSION_NUMBER \
  (DESCRY_VERSION_MAJOR * 0x10000 + DESCRY_VERSION_MINOR * 0x100 + DESCRY_VERSION_PATCH)

// The same as a string, "major.minor.patch".
#define DESCRY_VERSION \
  DESCRY_PRIV_VERSION(DESCRY_VERSION_MAJOR, DESCRY_VERSION_MINOR, DESCRY_VERSION_PATCH)

#define DESCRY_PRIV_VERSION(major, minor, patch) DESCRY_PRIV_VERSION_(major, minor, patch)
#define DESCRY_PRIV_VERSION_(major, minor, patch) #major "." #minor "." #patch

// Returns the version of the library that is linked, in the form of DESCRY_VERSION: another than
// that only where headers and archive come from two versions. Any thread, at any time.
const char* descry_version(void);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_VERSION_H_
