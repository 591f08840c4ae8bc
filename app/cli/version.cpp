#include "app/cli/version.h"

namespace sojourn {

std::string_view const version = SOJOURN_VERSION;

}  // namespace sojourn
