#include <cmath>

#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

Value<Host> host_value() {
  constexpr double most_cores = 1e6;
  Table<Host> table;
  table
      .required("cores", number_value(Bound::positive, most_cores), &Host::cores,
                "CPU of the machine, for all replicas on it.")
      .optional("scheduling",
                enumeration<Host::Scheduling>(
                    {{"sharing", Host::Scheduling::sharing}, {"fifo", Host::Scheduling::fifo}}),
                &Host::scheduling, "sharing",
                "How work gets a core: all share them equally (sharing), or a core does one piece "
                "to its end and then the one that has waited longest (fifo).")
      .optional("zone", zone_value(), &Host::zone, "none", "Where the machine stands.")
      .check([](Node const& node, Host& host, Reading& reading) {
        bool const is_whole = host.cores == std::floor(host.cores);
        if (host.scheduling == Host::Scheduling::fifo && !is_whole && node.find("cores") != nullptr)
          reading.error_at(node.find("cores")->place(),
                           "cores: with fifo scheduling there is a whole number of them");
      });
  return object(std::move(table));
}

}  // namespace

Value<std::string> zone_value() {
  auto read = [](Node const& node, Reading& reading) -> std::optional<std::string> {
    auto const text = scalar_text(node, "the name of a zone such as eu-1", reading);
    if (!text) return std::nullopt;
    std::string name(*text);
    if (!is_identifier(name)) {
      reading.error(node, not_an_identifier(with_article(NameKind::zone), name));
      return std::nullopt;
    }
    reading.names().declare(NameKind::zone, name, node.place(), reading.diagnostics());
    return name;
  };
  return {std::move(read), [] { return pattern_schema("[A-Za-z][A-Za-z0-9_-]*"); }};
}

Value<std::vector<Host>> hosts_value() {
  return declared(host_value(), "hosts by name", NameKind::host);
}

}  // namespace sojourn
