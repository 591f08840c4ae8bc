#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/diagnostic.h"

namespace sojourn {

/// A letter, then letters, digits, '_' and '-'.
bool is_identifier(std::string_view text);
/// How much of the text's beginning is an identifier.
std::size_t identifier_length(std::string_view text);
/// What to say of a name that is none; `what` is "a workload", "an operation", ...
std::string not_an_identifier(std::string_view what, std::string_view name);

enum class NameKind { workload, service, operation, pool, host, zone, broker, channel, fault };

/// "a workload", "an operation", ...
std::string with_article(NameKind kind);

/// The names that a scenario declares and those that it refers to, each with its place. Operations,
/// pools and channels are named with their owner: "web.checkout".
class Names {
 public:
  struct Reference {
    std::vector<NameKind> kinds;  ///< It may name any of these.
    std::string name;
    Place place;
    std::string key;  ///< Under which it stands.
  };

  /// A zone is declared wherever something is said to be in it, as often as that is.
  void declare(NameKind kind, std::string name, Place const& place, Diagnostics& diagnostics);
  void refer(Reference reference) { references_.push_back(std::move(reference)); }

  [[nodiscard]] bool declares(NameKind kind, std::string const& name) const;
  /// Where the name is declared. Precondition: it is.
  [[nodiscard]] Place place_of(NameKind kind, std::string const& name) const;
  /// Records an error for each reference to nothing.
  void check_references(Diagnostics& diagnostics) const;

 private:
  void check_reference(Reference const& reference, Diagnostics& diagnostics) const;
  [[nodiscard]] std::string suggestion(Reference const& reference) const;

  std::map<NameKind, std::map<std::string, Place>> declared_;
  std::vector<Reference> references_;
};

}  // namespace sojourn
