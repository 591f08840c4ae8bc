#include <cmath>
#include <map>

#include <fmt/format.h>

#include "app/report/chart.h"
#include "app/report/format_number.h"
#include "app/report/paint.h"
#include "app/report/table.h"
#include "app/report/text_width.h"
#include "app/report/theory_report.h"

namespace sojourn {
namespace {

struct Page {
  TextOptions const& options;
  Painter paint;
  std::ostream& out;
};

void print_paragraph(Page const& page, std::string const& text) {
  for (std::string const& line : wrapped(without_controls(text), page.options.width))
    page.out << line << '\n';
}

std::string times(double factor) { return fmt::format("{:.3g} x", factor); }

std::string full_at(ResourceLoad const& resource) {
  if (!std::isfinite(resource.available)) return "never";
  return times(1.0 / resource.utilisation());
}

void print_loads(Page const& page, ScenarioExpectation const& variant) {
  if (variant.resources.empty()) return;
  Table table({"arrivals", "busy", "of", "used", "full at"});
  table.add_heading("Load", "  if nobody waits or tries again");
  for (ResourceLoad const& resource : variant.resources) {
    bool const over = resource.utilisation() >= 1.0;
    Cell used{
        std::isfinite(resource.available) ? format_number(resource.utilisation(), Unit::ratio) : "",
        "", "", over ? Paint::bad : Paint::plain};
    std::string const of = std::isfinite(resource.available)
                               ? format_number(resource.available, Unit::one)
                               : "no limit";
    table.add_row(without_controls(resource.owner + " " + resource.resource),
                  {{format_number(resource.arrivals, Unit::per_second), "", "", Paint::plain},
                   {format_number(resource.offered, Unit::one), "", "", Paint::plain},
                   {of, "", "", Paint::plain},
                   used,
                   {full_at(resource), "", "", Paint::plain}});
  }
  table.print(page.out, page.options.width, page.paint);
}

void print_bottleneck(Page const& page, ScenarioExpectation const& variant) {
  if (!variant.bottleneck) return;
  ResourceLoad const& resource = variant.resources[*variant.bottleneck];
  bool const over = resource.utilisation() >= 1.0;
  print_paragraph(page, fmt::format("Bottleneck: {} of {}, {} at {} this load.", resource.resource,
                                    resource.owner, over ? "full already" : "full",
                                    times(1.0 / resource.utilisation())));
}

std::string sentence_of(StationExpectation const& station) {
  std::string text = "  " + station.service + ": ";
  std::string differences;
  for (std::string const& each : station.differences)
    differences += (differences.empty() ? "" : "; ") + each;
  if (station.model.empty()) return text + "no solution, for " + differences;
  if (station.exact) return text + station.model + ", exact";
  if (!differences.empty()) text += differences + " -> ";
  text += station.model;
  if (!station.error.empty()) text += " (" + station.error + ")";
  return text;
}

void print_stations(Page const& page, ScenarioExpectation const& variant) {
  if (variant.stations.empty()) return;
  page.out << '\n' << page.paint(Paint::strong, "Services as queues") << '\n';
  for (auto const& station : variant.stations) print_paragraph(page, sentence_of(station));
}

void print_figures(Page const& page, ScenarioExpectation const& variant) {
  if (variant.figures.empty()) return;
  std::vector<std::string> owners;
  std::map<std::string, std::vector<ExpectedFigure const*>> by_owner;
  for (auto const& figure : variant.figures) {
    if (figure.value == 0.0 && !page.options.all) continue;
    auto const dot = figure.metric.find('.');
    std::string const owner = figure.metric.substr(0, dot);
    if (!by_owner.contains(owner)) owners.push_back(owner);
    by_owner[owner].push_back(&figure);
  }
  Table table({""});
  for (auto const& owner : owners) {
    table.add_heading(without_controls(owner));
    for (auto const* figure : by_owner[owner])
      table.add_row(without_controls(figure->metric.substr(owner.size() + 1)),
                    {{format_number(figure->value, figure->unit), "",
                      (figure->exact ? "exact, " : "near, ") + figure->model,
                      figure->exact ? Paint::good : Paint::unsure}});
  }
  page.out << '\n';
  table.print(page.out, page.options.width, page.paint);
}

void print_bounds(Page const& page, ScenarioExpectation const& variant) {
  for (auto const& bound : variant.bounds)
    print_paragraph(page, fmt::format("Bounds: {} lies between {} and {} ({}).", bound.metric,
                                      format_number(bound.lower, bound.unit),
                                      format_number(bound.upper, bound.unit), bound.model));
}

/// "rabbit.charges.depth: 10,800 at 5 min 30 s, gone at 6 min 43 s"
std::string sentence_of(ExpectedBacklog const& backlog) {
  auto const time = [](double seconds) {
    return format_setting(std::round(seconds), Unit::second);
  };
  std::string text = "  " + backlog.series + ": up to " +
                     format_number(std::round(backlog.peak), Unit::one) + " at " + time(backlog.at);
  text += backlog.gone ? ", gone at " + time(*backlog.gone) : ", not gone by the end";
  if (backlog.lost >= 1.0)
    text += ", " + format_number(std::round(backlog.lost), Unit::one) + " lost";
  return text + " (" + backlog.model + ")";
}

void print_backlogs(Page const& page, ScenarioExpectation const& variant) {
  if (variant.backlogs.empty()) return;
  page.out << '\n' << page.paint(Paint::strong, "Backlogs") << '\n';
  for (auto const& backlog : variant.backlogs) {
    print_paragraph(page, sentence_of(backlog));
    std::size_t const room = page.options.width > 24 ? page.options.width - 4 : 20;
    page.out << "    " << sparkline(resampled(backlog.values, room, true), backlog.peak) << '\n';
  }
}

void print_variant(Page const& page, ScenarioExpectation const& variant, bool several) {
  if (several) page.out << '\n' << page.paint(Paint::strong, without_controls(variant.variant));
  page.out << '\n';
  print_loads(page, variant);
  print_bottleneck(page, variant);
  for (auto const& remark : variant.remarks) print_paragraph(page, remark);
  print_stations(page, variant);
  print_figures(page, variant);
  print_bounds(page, variant);
  print_backlogs(page, variant);
}

}  // namespace

void write_theory(TheoryReport const& report, TextOptions const& options, std::ostream& out) {
  Page const page{options, Painter(options.colour), out};
  out << page.paint(Paint::strong, without_controls(report.name)) << '\n'
      << page.paint(Paint::faint, without_controls(report.file)) << '\n';
  print_paragraph(page, "What theory says of the steady state, without simulating it.");
  for (auto const& variant : report.variants)
    print_variant(page, variant, report.variants.size() > 1);
}

}  // namespace sojourn
