#pragma once

#include "analysis/study.h"

namespace sojourn {

/// Whether the alternative met the goal. A figure that existed in no replication meets no goal; an
/// infinite one is surely beyond any finite limit.
Verdict judge(Goal const& goal, AlternativeResult const& alternative);

}  // namespace sojourn
