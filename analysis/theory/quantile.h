#pragma once

#include <functional>

namespace sojourn::theory {

/// P(X > t), falling in t.
using Tail = std::function<double(double)>;

/// The smallest t >= 0 with P(X > t) <= 1 - probability, to twelve digits, by bisection after the
/// right order of magnitude has been found from `scale` > 0 on.
double quantile(Tail const& tail, double probability, double scale);

}  // namespace sojourn::theory
