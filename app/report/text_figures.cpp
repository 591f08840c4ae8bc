#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "app/report/format_number.h"
#include "app/report/metric_groups.h"
#include "app/report/names.h"
#include "app/report/table.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"

namespace sojourn {

namespace {

using EstimateByName = std::map<std::string_view, Estimate const*>;
using ComparisonByName = std::map<std::string_view, Comparison const*>;

/// The study's estimates and comparisons by alternative and metric.
struct Index {
  std::vector<EstimateByName> estimates;      // (alternatives)
  std::vector<ComparisonByName> comparisons;  // (alternatives), empty for the first
};

Index index_of(Study const& study) {
  Index index;
  std::map<std::string_view, ComparisonByName> to;
  for (auto const& comparison : study.comparisons)
    if (comparison.from == study.alternatives.front().name)
      to[comparison.to].emplace(comparison.metric, &comparison);
  for (auto const& alternative : study.alternatives) {
    auto& estimates = index.estimates.emplace_back();
    for (auto const& [metric, estimate] : alternative.metrics)
      estimates.emplace(metric.name, &estimate);
    index.comparisons.push_back(to[alternative.name]);
  }
  return index;
}

Cell estimate_cell(EstimateByName const& estimates, MetricRow const& row) {
  auto const found = estimates.find(row.name);
  if (found == estimates.end()) return {};
  auto const text = format_estimate(*found->second, row.unit);
  if (found->second->is_thin) return {text.value + " ?", "", "", Paint::unsure};
  return {text.value, text.half_width, "", Paint::plain};
}

Paint paint_of(Comparison::Verdict verdict) {
  switch (verdict) {
    case Comparison::Verdict::better:
      return Paint::good;
    case Comparison::Verdict::worse:
      return Paint::bad;
    case Comparison::Verdict::different:
      return Paint::plain;
    case Comparison::Verdict::no_difference:
      break;
  }
  return Paint::faint;
}

/// Empty where one of the two has no such figure, or too few replications to tell anything.
Cell comparison_cell(ComparisonByName const& comparisons, MetricRow const& row) {
  auto const found = comparisons.find(row.name);
  if (found == comparisons.end()) return {};
  Comparison const& comparison = *found->second;
  bool const silent = comparison.verdict == Comparison::Verdict::no_difference;
  if (silent && comparison.difference.replications < 2) return {};
  auto const text = format_difference(comparison.difference, row.unit);
  std::string const word(name_of(comparison.verdict));
  if (silent) return {"", "", word, Paint::faint};
  return {text.value, text.half_width, word, paint_of(comparison.verdict)};
}

std::string_view note_of(OwnerKind kind) {
  switch (kind) {
    case OwnerKind::workload:
      return "  workload";
    case OwnerKind::service:
      return "  service";
    case OwnerKind::part:
      return "";
    case OwnerKind::cache:
      return "  cache";
    case OwnerKind::saga:
      return "  saga";
    case OwnerKind::call:
      return "  call";
    case OwnerKind::channel:
      return "  channel";
    case OwnerKind::broker:
      return "  broker";
    case OwnerKind::costs:
      return "  of everything together";
    case OwnerKind::fault:
      break;
  }
  return "  fault";
}

/// ", at 4 min for 90 s", where the study knows one such time.
std::string times_of(Study const& study, std::string const& fault) {
  for (auto const& mark : study.marks) {
    if (mark.fault != fault) continue;
    std::string const from = ", at " + format_setting(mark.from, Unit::second);
    if (std::isinf(mark.to)) return from + ", to the end";
    return from + " for " + format_setting(mark.to - mark.from, Unit::second);
  }
  return {};
}

std::string note_of(Study const& study, MetricGroup const& group) {
  std::string note(note_of(group.kind));
  if (group.kind == OwnerKind::fault) note += times_of(study, group.owner);
  return note;
}

std::vector<std::string> headers_of(Study const& study) {
  std::vector<std::string> headers;
  for (auto const& alternative : study.alternatives)
    headers.push_back(shortened(without_controls(alternative.name), 28));
  return headers;
}

template <class CellsOf>
void fill(Table& table, TextPage const& page, std::vector<MetricGroup> const& groups,
          CellsOf const& cells_of) {
  for (MetricGroup const& group : groups) {
    table.add_heading(without_controls(group.owner), note_of(page.study, group));
    for (MetricRow const& row : group.rows)
      table.add_row(without_controls(row.figure), cells_of(row));
  }
}

/// One alternative: its figures. Two: beside them what the second one changes.
void print_side_by_side(TextPage const& page, std::vector<MetricGroup> const& groups,
                        Index const& index) {
  auto headers = headers_of(page.study);
  bool const paired = headers.size() == 2;
  if (paired) headers.emplace_back("difference");
  if (headers.size() == 1) headers[0].clear();

  Table table(std::move(headers));
  fill(table, page, groups, [&](MetricRow const& row) {
    std::vector<Cell> cells;
    for (auto const& estimates : index.estimates) cells.push_back(estimate_cell(estimates, row));
    if (paired) cells.push_back(comparison_cell(index.comparisons[1], row));
    return cells;
  });
  table.print(page.out, page.options.width, page.paint);
}

bool tells_a_difference(std::vector<Cell> const& cells) {
  return std::ranges::any_of(cells, [](Cell const& cell) { return !cell.value.empty(); });
}

/// Several intervals are claimed at once: each is wider, so that all of a figure hold together.
std::string joint_confidence(Study const& study) {
  double const each = study.comparisons.front().difference.confidence;
  return ", each ± at " + format_setting(each, Unit::ratio) + " confidence";
}

/// More than two: a table of what each changes against the first, without rows that say nothing.
void print_differences(TextPage const& page, std::vector<MetricGroup> groups, Index const& index) {
  auto const headers = headers_of(page.study);
  auto const cells_of = [&](MetricRow const& row) {
    std::vector<Cell> cells;
    for (std::size_t i = 1; i < index.comparisons.size(); ++i)
      cells.push_back(comparison_cell(index.comparisons[i], row));
    return cells;
  };
  for (auto& group : groups)
    std::erase_if(group.rows, [&](auto const& row) { return !tells_a_difference(cells_of(row)); });

  Table table({headers.begin() + 1, headers.end()});
  fill(table, page, groups, cells_of);
  page.out << '\n'
           << page.paint(Paint::strong, "Against " + headers[0]) << joint_confidence(page.study)
           << '\n';
  table.print(page.out, page.options.width, page.paint);
}

/// Whether an estimate that is shown has that property.
template <class Property>
bool shows(std::vector<MetricGroup> const& groups, Index const& index, Property const& property) {
  for (auto const& group : groups) {
    for (auto const& row : group.rows) {
      for (auto const& estimates : index.estimates) {
        auto const found = estimates.find(row.name);
        if (found != estimates.end() && property(*found->second)) return true;
      }
    }
  }
  return false;
}

}  // namespace

void print_figures(TextPage const& page) {
  auto const groups = metric_groups(page.study, page.options.all);
  if (groups.empty()) return;
  Index const index = index_of(page.study);
  print_side_by_side(page, groups, index);
  if (page.study.alternatives.size() > 2 && !page.study.comparisons.empty())
    print_differences(page, groups, index);
  auto const is_missing = [](Estimate const& estimate) { return std::isnan(estimate.mean); };
  if (shows(groups, index, is_missing))
    page.out << page.paint(Paint::faint, "–  no data: nothing happened that this figure measures")
             << '\n';
  auto const is_thin = [](Estimate const& estimate) { return estimate.is_thin; };
  if (shows(groups, index, is_thin))
    page.out << page.paint(
                    Paint::faint,
                    "?  not known: fewer than 10 observations lie beyond this percentile, or "
                    "less than one in each run")
             << '\n';
}

}  // namespace sojourn
