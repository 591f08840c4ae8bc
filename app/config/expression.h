#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn {

/// The function notation: `lognormal(8ms, cv=0.6)`, `mixture(90% 2ms, 10% exponential(80ms))`. A
/// word or quantity alone is an expression without arguments.
struct Expression {
  struct Argument;

  std::string text;        ///< The word or quantity, or the name of the function.
  std::size_t offset = 0;  ///< Of its first character.
  bool is_call = false;
  std::vector<Argument> arguments;
};

struct Expression::Argument {
  std::string name;        ///< Empty where it is given by position.
  std::size_t offset = 0;  ///< Of its first character.
  std::string weight;      ///< The `90%` before the value, or empty.
  Expression value;
};

struct ExpressionError {
  std::size_t offset = 0;
  std::string text;
};

struct ParsedExpression {
  std::optional<Expression> value;
  ExpressionError error;  ///< Where there is no value.
};

/// Cost: linear in the text; nesting is limited.
ParsedExpression parse_expression(std::string_view text);

}  // namespace sojourn
