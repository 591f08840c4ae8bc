#include "models/network_end.h"

namespace sojourn {

std::optional<ChosenLink> choose_link(NetworkSpec const& network, NetworkEnd const& from,
                                      NetworkEnd const& to) {
  std::optional<ChosenLink> chosen;
  int best = 0;
  for (std::size_t i = 0; i < network.links.size(); ++i) {
    Link const& link = network.links[i];
    for (bool const is_forward : {true, false}) {
      std::string const& source = is_forward ? link.from : link.to;
      std::string const& target = is_forward ? link.to : link.from;
      if (!from.is_called(source) || !to.is_called(target)) continue;
      int const precision =
          (from.owner == source ? 4 : 2) + (to.owner == target ? 4 : 2) + (is_forward ? 1 : 0);
      if (precision <= best) continue;
      best = precision;
      chosen = {i, is_forward};
    }
  }
  return chosen;
}

bool is_struck(LinkTarget const& target, NetworkEnd const& from, NetworkEnd const& to) {
  bool const there = from.is_called(target.from) && to.is_called(target.to);
  bool const back = from.is_called(target.to) && to.is_called(target.from);
  return there || (back && !target.one_way);
}

}  // namespace sojourn
