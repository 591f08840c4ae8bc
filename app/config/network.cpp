#include <set>
#include <utility>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

/// Adds what a link does to the messages on it.
template <class S, class SpecOf>
void add_link_keys(Table<S>& table, SpecOf spec_of) {
  table
      .optional(
          "latency", distribution_value(Bound::not_negative),
          [spec_of](S& link, Distribution latency) { spec_of(link).latency = std::move(latency); },
          "0s", "How long a message travels, one way.")
      .optional(
          "bandwidth", bandwidth_value(),
          [spec_of](S& link, double bandwidth) { spec_of(link).bandwidth = bandwidth; },
          "unlimited", "How fast payloads go out, one after the other; each direction has as much.")
      .optional(
          "loss", ratio_value(), [spec_of](S& link, double loss) { spec_of(link).loss = loss; },
          "0%", "The share of messages that never arrive; their senders are not told.")
      .optional(
          "cost", number_value(Bound::not_negative, 1e9),
          [spec_of](S& link, double cost) { spec_of(link).cost = cost; }, "none",
          "What a GB (1,000,000,000 bytes) of payload costs that is sent over it.");
}

Value<LinkSpec> default_link() {
  Table<LinkSpec> table;
  add_link_keys(table, [](LinkSpec& spec) -> LinkSpec& { return spec; });
  return object(std::move(table));
}

Value<Link> link_value() {
  Table<Link> table;
  table
      .required("from", link_end_value(), &Link::from,
                "A service, a workload, a broker or a zone at one end.")
      .required("to", link_end_value(), &Link::to,
                "One at the other; the link serves both directions.");
  add_link_keys(table, [](Link& link) -> LinkSpec& { return link.spec; });
  return object(std::move(table));
}

void check_links(Node const& node, NetworkSpec& network, Reading& reading) {
  Node const* const links = node.find("links");
  if (links == nullptr || links->items.size() != network.links.size()) return;
  std::set<std::pair<std::string, std::string>> known;
  for (std::size_t i = 0; i < network.links.size(); ++i) {
    Link const& link = network.links[i];
    if (!known.emplace(link.from, link.to).second)
      reading.error_at(
          links->items[i].place(),
          fmt::format("links: there is one from '{}' to '{}' already", link.from, link.to));
  }
}

}  // namespace

Value<std::string> link_end_value() {
  return name_value({NameKind::service, NameKind::workload, NameKind::zone, NameKind::broker},
                    "the name of a service, a workload, a broker or a zone");
}

Value<NetworkSpec> network_value() {
  Table<NetworkSpec> table;
  table
      .optional("default", default_link(), &NetworkSpec::standard, "nothing lies between",
                "What holds for all that no link is about, and for what a link does not say.")
      .optional("links", list_of(link_value(), "links such as {from: web, to: bank, latency: 2ms}"),
                &NetworkSpec::links, "none",
                "What lies between two ends; the entry that names them most precisely counts.")
      .check(check_links);
  return object(std::move(table));
}

}  // namespace sojourn
