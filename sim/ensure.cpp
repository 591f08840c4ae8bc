#include "sim/ensure.h"

#include <cstdio>
#include <cstdlib>

namespace sojourn {

void fail_ensure(char const* claim, std::source_location place) {
  std::fflush(stdout);
  std::fprintf(stderr, "sojourn: defect at %s:%u: not so: %s\n", place.file_name(),
               static_cast<unsigned>(place.line()), claim);
  std::_Exit(3);
}

}  // namespace sojourn
