/// FileGenerator: where replicas are, and what lies between them.
#include "tests/properties/file_generator.h"

namespace sojourn::support {

FileGenerator::Json FileGenerator::hosts() {
  Json made;
  for (auto const& name : hosts_) {
    Json& host = made[name];
    host["cores"] = luck_.between(1, 3);
    maybe(host, "scheduling", [&] { return luck_.coin() ? "fifo" : "sharing"; });
    maybe(
        host, "zone", [&] { return zones_[luck_.below(zones_.size())]; }, 0.8);
  }
  return made;
}

void FileGenerator::place(Json& service) {
  if (!hosts_.empty() && luck_.rolls("placed")) {
    service["hosts"] = luck_.coin() ? Json(hosts_.front()) : Json(hosts_);
  } else {
    maybe(service, "zone", [&] { return luck_.coin() ? Json(zones_.back()) : Json(zones_); });
  }
}

FileGenerator::Json FileGenerator::network() {
  Json made = Json::object();
  maybe(
      made, "default",
      [&] {
        Json link = Json::object();
        add_link_keys(link);
        return link;
      },
      0.8);
  maybe(
      made, "links",
      [&] {
        Json links = Json::array();
        links.push_back({{"from", link_end()}, {"to", services_.back()}});
        links.push_back({{"from", workloads_.front()}, {"to", services_.front()}});
        for (Json& link : links) add_link_keys(link);
        if (links[0]["from"] == links[1]["from"]) links.erase(1);
        return links;
      },
      0.8);
  return made;
}

void FileGenerator::add_link_keys(Json& link) {
  maybe(
      link, "latency", [&] { return luck_.length(2); }, 0.8);
  maybe(link, "bandwidth", [&] { return luck_.coin() ? "100Mbit/s" : "2MB/s"; });
  maybe(link, "loss", [&] { return "5%"; });
  maybe(link, "cost", [&] { return luck_.coin(0.2) ? 0.0 : 0.09; });
}

std::string FileGenerator::link_end() {
  if (!brokers_.empty() && luck_.coin(0.3)) return brokers_.front();
  switch (luck_.between(0, 2)) {
    case 0:
      return services_[luck_.below(services_.size())];
    case 1:
      return workloads_.back();
    default:
      return zones_.empty() ? services_.front() : zones_.front();
  }
}

}  // namespace sojourn::support
