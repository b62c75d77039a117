#include <descry/version.h>

const char* descry_version(void) { return DESCRY_VERSION; }
