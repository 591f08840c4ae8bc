#pragma once

#include <optional>

#include "app/config/expression.h"
#include "app/config/reading.h"
#include "app/config/scalars.h"
#include "sim/distribution.h"

namespace sojourn {

/// A distribution of durations: a duration alone, which is constant, or a function such as
/// `lognormal(8ms, cv=0.6)`. `bound` concerns its mean.
Value<Distribution> distribution_value(Bound bound);

/// A distribution of counts: a whole number or a function such as `geometric(3)`.
Value<Distribution> count_distribution_value();

/// The same for an expression that stands in the text of the node.
std::optional<Distribution> read_distribution(Expression const& expression, Bound bound,
                                              Node const& node, Reading& reading);
std::optional<Distribution> read_count_distribution(Expression const& expression, Node const& node,
                                                    Reading& reading);

/// The text of the node as an expression; records where it is none.
std::optional<Expression> read_expression(Node const& node, std::string_view expected,
                                          Reading& reading);

}  // namespace sojourn
