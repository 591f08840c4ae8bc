#include "analysis/theory/quantile.h"

#include <cmath>

namespace sojourn::theory {

double quantile(Tail const& tail, double probability, double scale) {
  double const beyond = 1.0 - probability;
  if (tail(0.0) <= beyond) return 0.0;
  double low = 0.0, high = scale;
  for (int i = 0; i < 200 && tail(high) > beyond; ++i) {
    low = high;
    high *= 2.0;
  }
  for (int i = 0; i < 100 && high - low > 1e-13 * high; ++i) {
    double const middle = 0.5 * (low + high);
    (tail(middle) > beyond ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace sojourn::theory
