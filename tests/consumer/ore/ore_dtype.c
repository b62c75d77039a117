#include "ore/ore_dtype.h"

DESCRY_RECORD(ore_sample, depth, grams, mineral);
