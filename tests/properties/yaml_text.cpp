#include "tests/properties/yaml_text.h"

namespace sojourn::support {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_line = 80;

std::string scalar(Json const& value) {
  if (!value.is_string()) return value.dump();
  auto const& text = value.get_ref<std::string const&>();
  bool const is_plain = text.find_first_of(",:#[]{}\"'") == std::string::npos;
  return is_plain ? text : value.dump();
}

std::string on_one_line(Json const& value) {
  if (!value.is_structured()) return scalar(value);
  std::string text;
  for (auto const& [key, item] : value.items()) {
    if (!text.empty()) text += ", ";
    if (value.is_object()) text += key + ": ";
    text += on_one_line(item);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

/// The value as lines that begin with `indent` spaces.
std::string lines(Json const& value, std::size_t indent) {
  std::string const margin(indent, ' ');
  std::string text;
  for (auto const& [key, item] : value.items()) {
    std::string const short_form = on_one_line(item);
    bool const is_short = indent + key.size() + short_form.size() < longest_line;
    bool const fits = !item.is_structured() || item.empty() || (indent > 0 && is_short);
    if (value.is_object()) {
      text +=
          margin + key + ":" + (fits ? " " + short_form + "\n" : "\n" + lines(item, indent + 2));
    } else {
      text +=
          margin + "- " + (fits ? short_form + "\n" : lines(item, indent + 2).substr(indent + 2));
    }
  }
  return text;
}

}  // namespace

std::string yaml_text(Json const& tree) { return lines(tree, 0); }

}  // namespace sojourn::support
