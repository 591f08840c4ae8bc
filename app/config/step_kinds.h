#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/config/table.h"
#include "models/scenario.h"

namespace sojourn {

/// One kind of step: the word that tells it, its other keys, and how it is read.
struct StepWord {
  std::string word;
  std::vector<std::string> keys;
  Value<Step> value;
};

/// A kind of step whose table says it all; its first key is the word.
template <class S>
StepWord step_kind(Table<S> table) {
  auto keys = table.keys();
  std::string word = keys.front();
  Value<Step> value =
      converted<Step>(object(std::move(table)), [](S step) { return Step{std::move(step)}; });
  return {std::move(word), std::move(keys), std::move(value)};
}

// Steps that publish.
StepWord publish_kind();
StepWord outbox_kind();

/// Those that have a value; `respond` stands alone.
std::vector<StepWord> const& step_kinds();

/// Records a mistake if a step of this kind cannot stand where the reader is.
void refuse_in_branch(std::string const& word, Place const& place, Reading& reading);

}  // namespace sojourn
