#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/expression.h"
#include "app/config/reading.h"
#include "app/config/scalars.h"
#include "sim/distribution.h"

namespace sojourn {

/// The arguments of a function, each under its name: those without a name take the names in their
/// order. Each mistake is recorded at the argument; then `good` is false and what was asked for is
/// some value without meaning.
class Arguments {
 public:
  /// Binds every argument to one of the names.
  Arguments(Expression const& call, std::vector<std::string> names, Node const& node,
            Reading& reading);

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool has(std::string const& name) const { return find(name) != nullptr; }

  Duration duration(std::string const& name, Bound bound);
  double seconds(std::string const& name, Bound bound) { return in_seconds(duration(name, bound)); }
  double rate(std::string const& name);
  double number(std::string const& name, double least, double most);
  double ratio(std::string const& name);
  std::int64_t count(std::string const& name, std::int64_t least, std::int64_t most);
  Distribution distribution(std::string const& name, Bound bound);
  Distribution count_distribution(std::string const& name);
  std::string word(std::string const& name);

  /// Records a mistake at the argument, or at the function where it is absent.
  void fail(std::string const& name, std::string_view text);

 private:
  [[nodiscard]] Expression const* find(std::string const& name) const;
  void bind(Expression::Argument const& argument, std::string const& name);
  /// The text of an argument that must be there and be no function.
  std::optional<std::string_view> literal(std::string const& name, std::string_view expected);
  void expected(std::string const& name, std::string_view what, std::string_view problem);

  Expression const& call_;
  std::vector<std::string> names_;
  Node const& node_;
  Reading& reading_;
  std::map<std::string, Expression const*> bound_;
  bool good_ = true;
};

/// A function by its name, and what its arguments are called.
template <class Make>
struct Function {
  std::string name;
  std::vector<std::string> arguments;
  Make make;
};

/// The function of that name; records a mistake at the call where there is none.
template <class Make>
Function<Make> const* find_function(std::vector<Function<Make>> const& functions,
                                    Expression const& call, Node const& node, Reading& reading) {
  std::vector<std::string> names;
  for (auto const& function : functions) {
    if (function.name == call.text) return &function;
    names.push_back(function.name);
  }
  std::string const suggestion = did_you_mean(call.text, names);
  reading.error(node, call.offset,
                "unknown function " + in_quotes(call.text) +
                    (suggestion.empty() ? "; expected " + either_of(names) : suggestion));
  return nullptr;
}

}  // namespace sojourn
