#include <algorithm>

#include "app/report/format_number.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"

namespace sojourn {

namespace {

/// "in_flight" as people write it.
std::string words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string line_of(std::string const& name, std::uint64_t count) {
  return words(name) + " " + format_count(count);
}

/// "arrived 1,080 =", "succeeded 1,000 +", "timeout 80". Parts of nothing are left out of the sum.
std::vector<std::string> sum_of(AccountTotal const& account) {
  std::vector<std::string> pieces{line_of(account.definition.total, account.totals.total)};
  std::string_view sign = " =";
  for (std::size_t i = 0; i < account.definition.parts.size(); ++i) {
    if (account.totals.parts[i] == 0) continue;
    pieces.back() += sign;
    pieces.push_back(line_of(account.definition.parts[i], account.totals.parts[i]));
    sign = " +";
  }
  return pieces;
}

std::vector<std::string> beside_of(AccountTotal const& account) {
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i < account.definition.beside.size(); ++i) {
    if (account.totals.beside[i] == 0) continue;
    if (!pieces.empty()) pieces.back() += ',';
    pieces.push_back((pieces.empty() ? "beside: " : "") +
                     line_of(account.definition.beside[i], account.totals.beside[i]));
  }
  return pieces;
}

void print_account(TextPage const& page, std::string head, AccountTotal const& account) {
  std::string const blank(display_width(head), ' ');
  std::size_t const room = page.options.width - std::min<std::size_t>(blank.size(), 60);
  for (auto const& pieces : {sum_of(account), beside_of(account)}) {
    for (std::string const& line : flowed(pieces, room)) {
      page.out << head << line << '\n';
      head = blank;
    }
  }
}

struct Widths {
  std::size_t owner = 0, alternative = 0;
};

Widths widths_of(Study const& study) {
  Widths widths;
  for (auto const& alternative : study.alternatives) {
    widths.alternative =
        std::max(widths.alternative, display_width(without_controls(alternative.name)));
    for (auto const& account : alternative.accounts)
      widths.owner =
          std::max(widths.owner, display_width(without_controls(account.definition.owner)));
  }
  return {std::min<std::size_t>(widths.owner, 24), std::min<std::size_t>(widths.alternative, 24)};
}

void print_accounts_of(TextPage const& page, AccountDefinition::Of of, std::string_view title) {
  Study const& study = page.study;
  Widths const widths = widths_of(study);
  bool first = true;
  for (auto const& alternative : study.alternatives) {
    for (auto const& account : alternative.accounts) {
      if (account.definition.of != of) continue;
      if (first) page.out << page.paint(Paint::strong, title) << '\n';
      first = false;
      std::string head =
          "  " + pad_right(shortened(without_controls(account.definition.owner), widths.owner),
                           widths.owner + 2);
      if (study.alternatives.size() > 1)
        head += pad_right(shortened(without_controls(alternative.name), widths.alternative),
                          widths.alternative + 2);
      print_account(page, head, account);
    }
  }
}

}  // namespace

void print_requests(TextPage const& page) {
  print_accounts_of(page, AccountDefinition::Of::requests, "Every request, over all replications");
}

void print_messages(TextPage const& page) {
  print_accounts_of(page, AccountDefinition::Of::messages, "Every message, over all replications");
}

void print_fault_messages(TextPage const& page) {
  print_accounts_of(page, AccountDefinition::Of::faults,
                    "Every message that was there during a fault, over all replications");
}

void print_sagas(TextPage const& page) {
  print_accounts_of(page, AccountDefinition::Of::sagas, "Every saga, over all replications");
}

}  // namespace sojourn
