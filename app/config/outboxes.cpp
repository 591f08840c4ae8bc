#include "app/config/outboxes.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "app/config/scalars.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

/// The entry of that name; a new one at the end if there is none yet.
template <class Named>
std::pair<Named&, bool> entry_of(std::vector<Named>& all, std::string const& name) {
  auto const found =
      std::find_if(all.begin(), all.end(), [&](Named const& one) { return one.name == name; });
  if (found != all.end()) return {*found, false};
  Named& made = all.emplace_back();
  made.name = name;
  return {made, true};
}

/// A row stays until the broker has taken the message.
Channel table(Reading::OutboxUse const& use) {
  Channel made;
  made.name = use.target.channel;
  made.durable = true;
  made.is_outbox = true;
  Subscriber relay;
  relay.operation = {relay_of(use.service), use.target.channel};
  relay.prefetch = unlimited;
  relay.poll = use.every;
  relay.redelivery.first = 100ms;
  relay.redelivery.factor = 1.0;
  made.subscribers.push_back(std::move(relay));
  return made;
}

class Outboxes {
 public:
  Outboxes(Scenario& scenario, Reading& reading) : scenario_(scenario), reading_(reading) {}

  void add(Reading::OutboxUse const& use) {
    auto const [broker, is_first] = entry_of(scenario_.brokers, outbox_of(use.service));
    auto const [relay, is_first_relay] = entry_of(scenario_.services, relay_of(use.service));
    if (is_first) declare(NameKind::broker, broker.name, use);
    if (is_first_relay) {
      declare(NameKind::service, relay.name, use);
      relay.concurrency = unlimited;
    }
    auto const [operation, is_new] = entry_of(relay.operations, use.target.channel);
    if (!is_new) return compare(operation, broker, use);
    PublishStep publish;
    publish.channel = use.target;
    operation.steps.push_back(Step{std::move(publish)});
    broker.channels.push_back(table(use));
    declare(NameKind::channel, broker.name + "." + use.target.channel, use);
    declare(NameKind::operation, relay.name + "." + use.target.channel, use);
  }

 private:
  void declare(NameKind kind, std::string name, Reading::OutboxUse const& use) {
    reading_.names().declare(kind, std::move(name), use.place, reading_.diagnostics());
  }

  /// A table for a channel of that name is there already: it must be the same.
  void compare(Operation const& operation, Broker& broker, Reading::OutboxUse const& use) {
    auto const& publish = std::get<PublishStep>(operation.steps.front().action);
    if (publish.channel != use.target)
      reading_.error_at(use.place, fmt::format("outbox: {} has one for {} already, and a table is "
                                               "named after its channel alone",
                                               use.service, to_text(publish.channel)));
    Channel const& table = entry_of(broker.channels, use.target.channel).first;
    if (publish.channel == use.target && table.subscribers.front().poll != use.every)
      reading_.error_at(use.place, fmt::format("every: another step of {} says otherwise, and "
                                               "there is one relay",
                                               use.service));
  }

  Scenario& scenario_;
  Reading& reading_;
};

}  // namespace

std::string outbox_of(std::string const& service) { return service + "-outbox"; }
std::string relay_of(std::string const& service) { return service + "-relay"; }

void add_outboxes(Scenario& scenario, Reading& reading) {
  Outboxes outboxes(scenario, reading);
  for (Reading::OutboxUse const& use : reading.outbox_uses) outboxes.add(use);
}

}  // namespace sojourn
