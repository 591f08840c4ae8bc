#include "sim/ensure.h"

#include <cstdio>
#include <cstdlib>

namespace sojourn {

void fail_ensure(char const* claim, char const* file, int line) {
  std::fflush(stdout);
  std::fprintf(stderr, "sojourn: defect at %s:%d: not so: %s\n", file, line, claim);
  std::_Exit(3);
}

}  // namespace sojourn
