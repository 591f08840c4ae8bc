#include "app/report/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "app/report/format_number.h"
#include "app/report/text_width.h"

namespace sojourn {

namespace {

constexpr std::size_t most_key_series = 8;
constexpr char const* theory_name = "theory";
constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// One series, in each alternative that has it.
struct Chart {
  struct Row {
    std::string alternative;
    std::vector<double> cells;
  };
  SeriesDefinition definition;
  std::vector<Row> rows;
  double top = 0.0;
};

/// Places the chart's area: `label` columns of names, then `cells` columns of time.
struct Area {
  std::size_t label = 0;
  std::size_t cells = 0;
  double start = 0.0, step = 1.0;  // s
  double end = 0.0;                // s, of the series; the last cell may reach beyond it

  [[nodiscard]] std::size_t column_of(double time) const {
    double const column = std::floor((time - start) / step);
    return static_cast<std::size_t>(std::clamp(column, 0.0, static_cast<double>(cells)));
  }
};

constexpr std::size_t indent = 4;

Area area_of(Study const& study, std::size_t width) {
  Area area;
  std::size_t longest = 0;
  for (auto const& alternative : study.alternatives) {
    area.label = std::max(area.label, display_width(without_controls(alternative.name)));
    for (auto const& series : alternative.series) longest = std::max(longest, series.values.size());
    if (!alternative.theory_series.empty())
      area.label = std::max(area.label, display_width(theory_name));
  }
  if (longest == 0) return area;
  area.label = std::min<std::size_t>(area.label, 24) + indent + 2;
  std::size_t const room = width > area.label + 20 ? width - area.label : 20;
  std::size_t const share = (longest + room - 1) / room;  // cells of the series in one of the chart
  double const step = study.alternatives[0].series_step;
  area.cells = (longest + share - 1) / share;
  area.start = study.alternatives[0].series_start;
  area.step = step * static_cast<double>(share);
  area.end = area.start + step * static_cast<double>(longest);
  return area;
}

bool is_rate(SeriesDefinition const& definition) { return definition.unit == Unit::per_second; }

void add_row(Chart& chart, std::string const& alternative, SeriesEstimate const& series,
             Area const& area) {
  auto cells = resampled(series.values, area.cells, !is_rate(series.definition));
  for (double const value : cells) {
    if (std::isfinite(value)) chart.top = std::max(chart.top, value);
  }
  chart.rows.push_back({alternative, std::move(cells)});
}

/// By series, in the order of their first appearance.
std::vector<Chart> all_charts(Study const& study, Area const& area) {
  std::vector<Chart> charts;
  std::map<std::string_view, std::size_t> place;
  for (auto const& alternative : study.alternatives) {
    for (auto const& series : alternative.series) {
      auto const [entry, is_new] = place.emplace(series.definition.name, charts.size());
      if (is_new) charts.push_back({series.definition, {}, 0.0});
      add_row(charts[entry->second], alternative.name, series, area);
    }
    for (auto const& known : alternative.theory_series)
      if (auto const entry = place.find(known.series.definition.name); entry != place.end())
        add_row(charts[entry->second], theory_name, known.series, area);
  }
  return charts;
}

/// What users see comes first, then what piles up.
int rank_of(Chart const& chart) {
  constexpr std::array<std::string_view, 4> endings{".goodput", ".latency.p99", ".depth", ".queue"};
  for (std::size_t i = 0; i < endings.size(); ++i) {
    if (chart.definition.name.ends_with(endings[i])) return static_cast<int>(i);
  }
  return static_cast<int>(endings.size());
}

/// What piles up counts from one on.
bool is_key(Chart const& chart) {
  int const rank = rank_of(chart);
  return rank == 0 || (rank == 1 && chart.top > 0.0) || (rank < 4 && chart.top >= 1.0);
}

std::vector<Chart> key_charts(Study const& study, Area const& area) {
  std::vector<Chart> charts = all_charts(study, area);
  std::erase_if(charts, [](Chart const& chart) { return !is_key(chart); });
  std::ranges::stable_sort(charts, {}, rank_of);
  if (charts.size() > most_key_series) charts.resize(most_key_series);
  return charts;
}

void print_row(Chart::Row const& row, double top, Area const& area, std::ostream& out) {
  std::string const name = shortened(without_controls(row.alternative), area.label - indent - 2);
  std::string line =
      pad_right(std::string(indent, ' ') + name, area.label) + sparkline(row.cells, top);
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

/// The times of one fault, in those alternatives that have it at these times.
struct MarkRow {
  std::string fault;
  std::vector<std::pair<double, double>> times;
  std::vector<std::string> alternatives;
};

std::vector<MarkRow> mark_rows(Study const& study) {
  std::vector<MarkRow> rows;
  for (auto const& alternative : study.alternatives) {
    std::vector<MarkRow> own;
    for (auto const& mark : study.marks) {
      if (mark.alternative != alternative.name) continue;
      auto row = std::ranges::find(own, mark.fault, &MarkRow::fault);
      if (row == own.end()) row = own.insert(own.end(), {mark.fault, {}, {}});
      row->times.emplace_back(mark.from, mark.to);
    }
    for (auto& row : own) {
      auto same = std::ranges::find_if(
          rows, [&](auto const& r) { return r.fault == row.fault && r.times == row.times; });
      if (same == rows.end()) same = rows.insert(rows.end(), std::move(row));
      same->alternatives.push_back(alternative.name);
    }
  }
  return rows;
}

std::string label_of(MarkRow const& row, std::size_t alternatives) {
  std::string label = row.fault;
  if (row.alternatives.size() < alternatives) {
    for (std::size_t i = 0; i < row.alternatives.size(); ++i)
      label += (i == 0 ? " (" : ", ") + row.alternatives[i];
    label += ')';
  }
  return without_controls(label);
}

void print_marks(MarkRow const& row, std::size_t alternatives, Area const& area,
                 Painter const& paint, std::ostream& out) {
  std::vector<std::string_view> cells(area.cells, " ");
  std::size_t end = 0;
  for (auto const& [from, to] : row.times) {
    if (from >= area.end || to < area.start) continue;
    std::size_t const first = std::min(area.column_of(from), area.cells - 1);
    std::size_t const last = std::max(area.column_of(to), first + 1);
    for (std::size_t i = first; i < last; ++i) cells[i] = last - first == 1 ? "▲" : "━";
    end = std::max(end, last);
  }
  if (end == 0) return;

  std::string line;
  for (std::size_t i = 0; i < end; ++i) line += cells[i];
  std::string const label = label_of(row, alternatives);
  std::string const blank(area.label, ' ');
  if (end + 1 + display_width(label) <= area.cells) {
    out << blank << paint(Paint::bad, line) << ' ' << label << '\n';
  } else {
    out << blank << paint(Paint::bad, line) << '\n'
        << blank << pad_left(label, std::min(end, area.cells)) << '\n';
  }
}

}  // namespace

std::string sparkline(std::vector<double> const& values, double top) {
  constexpr std::array<std::string_view, 8> bars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string line;
  for (double const value : values) {
    if (std::isnan(value)) {
      line += ' ';
      continue;
    }
    double const share = top > 0.0 ? std::clamp(value / top, 0.0, 1.0) : 0.0;
    line += bars[static_cast<std::size_t>(std::lround(share * 7.0))];
  }
  return line;
}

std::vector<double> resampled(std::vector<double> const& values, std::size_t width, bool peaks) {
  if (width == 0) return {};
  std::size_t const share = std::max<std::size_t>((values.size() + width - 1) / width, 1);
  std::vector<double> cells;
  for (std::size_t begin = 0; begin < values.size(); begin += share) {
    double sum = 0.0, greatest = none;
    std::size_t count = 0;
    for (std::size_t i = begin; i < std::min(begin + share, values.size()); ++i) {
      if (std::isnan(values[i])) continue;
      sum += values[i];
      greatest = count == 0 ? values[i] : std::max(greatest, values[i]);
      ++count;
    }
    bool const mean = count > 0 && !peaks;
    cells.push_back(mean ? sum / static_cast<double>(count) : greatest);
  }
  return cells;
}

void print_charts(Study const& study, ChartOptions const& options, Painter const& paint,
                  std::ostream& out) {
  Area const area = area_of(study, options.width);
  if (area.cells == 0) return;
  auto const charts = options.all ? all_charts(study, area) : key_charts(study, area);
  if (charts.empty()) return;

  std::string const begin = format_setting(area.start, Unit::second);
  std::size_t const rest = area.cells - std::min(area.cells, display_width(begin));
  out << paint(Paint::strong, pad_right("Over time", area.label))
      << paint(Paint::faint, begin + pad_left(format_setting(area.end, Unit::second), rest))
      << '\n';
  auto const marks = mark_rows(study);
  for (Chart const& chart : charts) {
    std::string const scale = "  0 to " + format_number(chart.top, chart.definition.unit);
    out << "  " << paint(Paint::strong, without_controls(chart.definition.name))
        << paint(Paint::faint, scale) << '\n';
    for (Chart::Row const& row : chart.rows) print_row(row, chart.top, area, out);
    for (MarkRow const& row : marks) print_marks(row, study.alternatives.size(), area, paint, out);
  }
}

}  // namespace sojourn
