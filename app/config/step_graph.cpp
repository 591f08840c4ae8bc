#include "app/config/step_graph.h"

#include <algorithm>

#include "app/config/scalars.h"
#include "sim/ensure.h"

namespace sojourn {
namespace {

constexpr std::size_t unvisited = static_cast<std::size_t>(-1);

std::size_t find(std::map<std::string, std::size_t> const& index, std::string const& name) {
  auto const found = index.find(name);
  ensure(found != index.end(), "every reference of a scenario that was read has been checked");
  return found->second;
}

/// A depth-first walk without recursion, for chains may be long.
class Walk {
 public:
  explicit Walk(Edges const& edges)
      : edges_(edges),
        number_(edges.size(), unvisited),
        low_(edges.size()),
        component_(edges.size(), unvisited) {
    for (std::size_t root = 0; root < edges.size(); ++root)
      if (number_[root] == unvisited) from(root);
  }

  std::vector<std::size_t> order;

  std::vector<std::size_t> take_components() { return std::move(component_); }

 private:
  struct Frame {
    std::size_t vertex;
    std::size_t next_edge;
  };

  void enter(std::size_t vertex) {
    number_[vertex] = low_[vertex] = entered_++;
    open_.push_back(vertex);
    frames_.push_back({vertex, 0});
  }

  void from(std::size_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      std::size_t const vertex = frame.vertex;
      if (frame.next_edge == edges_[vertex].size()) {
        leave(vertex);
        continue;
      }
      std::size_t const target = edges_[vertex][frame.next_edge++];
      if (number_[target] == unvisited) {
        enter(target);
      } else if (component_[target] == unvisited) {
        low_[vertex] = std::min(low_[vertex], number_[target]);
      }
    }
  }

  void leave(std::size_t vertex) {
    order.push_back(vertex);
    frames_.pop_back();
    if (!frames_.empty()) {
      std::size_t const parent = frames_.back().vertex;
      low_[parent] = std::min(low_[parent], low_[vertex]);
    }
    if (low_[vertex] != number_[vertex]) return;
    std::size_t member = unvisited;
    do {
      member = open_.back();
      open_.pop_back();
      component_[member] = found_;
    } while (member != vertex);
    ++found_;
  }

  Edges const& edges_;
  std::vector<std::size_t> number_, low_, component_, open_;
  std::vector<Frame> frames_;
  std::size_t entered_ = 0, found_ = 0;
};

}  // namespace

StepGraph::StepGraph(Scenario const& scenario) {
  for (std::size_t i = 0; i < scenario.services.size(); ++i) {
    for (Operation const& operation : scenario.services[i].operations) {
      names_.push_back(to_text(OperationName{scenario.services[i].name, operation.name}));
      operation_index_[names_.back()] = operations_.size();
      operations_.push_back(&operation);
      services_.push_back(i);
    }
  }
  for (Broker const& broker : scenario.brokers) {
    for (Channel const& channel : broker.channels) {
      channel_index_[to_text(ChannelName{broker.name, channel.name})] = names_.size();
      names_.push_back(to_text(ChannelName{broker.name, channel.name}));
      channels_.emplace_back(&broker, &channel);
    }
  }
}

std::size_t StepGraph::vertex(OperationName const& name) const {
  return find(operation_index_, to_text(name));
}

std::size_t StepGraph::vertex(ChannelName const& name) const {
  return find(channel_index_, to_text(name));
}

Broker const& StepGraph::broker(std::size_t vertex) const {
  return *channels_[vertex - operations_.size()].first;
}

Channel const& StepGraph::channel(std::size_t vertex) const {
  return *channels_[vertex - operations_.size()].second;
}

std::vector<std::size_t> post_order(Edges const& edges) { return Walk(edges).order; }

std::vector<std::size_t> components(Edges const& edges) { return Walk(edges).take_components(); }

}  // namespace sojourn
