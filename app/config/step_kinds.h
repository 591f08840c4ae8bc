#pragma once

#include <string>
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

/// Those that have a value; `respond` stands alone.
std::vector<StepWord> const& step_kinds();

/// Records a mistake if a step of this kind cannot stand where the reader is.
void refuse_in_branch(std::string const& word, Place const& place, Reading& reading);

}  // namespace sojourn
