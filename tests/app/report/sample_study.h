#pragma once

#include "analysis/study.h"

namespace sojourn {

/// A study made by hand: the checkout called synchronously or through a queue, with an outage. It
/// holds what a report may stumble over: a metric of one alternative only, figures without data or
/// without bound, failures that are rare, a series with gaps, an objective that is close.
Study sample_study();

/// The same with as many alternatives: "sync", "async" and copies of them.
Study sample_study_of(std::size_t alternatives);

}  // namespace sojourn
