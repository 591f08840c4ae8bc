#pragma once

#include <ostream>

#include "analysis/study.h"

namespace sojourn {

/// The first line of the table.
void write_csv_header(std::ostream& out);

/// One line a scenario, alternative and metric; SI units. Several studies make one table. Lines end
/// in CR LF and fields are quoted as RFC 4180 wants it. A figure that does not exist is empty, one
/// without bound is `inf`.
void write_csv(Study const& study, std::ostream& out);

}  // namespace sojourn
