#pragma once

#include "analysis/study.h"

namespace sojourn {

/// Whether what was simulated may have the mean `value`, as theory says. An exact value must lie in
/// the interval widened to 99.9 %, since many are looked at; a percentile within 1/128 of it
/// beside, the resolution of histograms. A value that is only near has 15 % on top. True where
/// there is no interval: then nothing can be told.
bool agrees(Estimate const& simulated, KnownValue const& known);

}  // namespace sojourn
