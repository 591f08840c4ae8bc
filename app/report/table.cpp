#include "app/report/table.h"

#include <algorithm>
#include <string_view>

#include "app/report/text_width.h"
#include "sim/ensure.h"

namespace sojourn {

namespace {

constexpr std::string_view indent = "  ";
constexpr std::size_t header_over_figures = 12;  // longer headers stand over the whole column

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

/// The rest of a column of that width.
std::string blanks_after(std::string_view text, std::size_t width) {
  return blanks(width - display_width(text));
}

}  // namespace

void Table::add_heading(std::string title, std::string note) {
  rows_.push_back({std::move(title), std::move(note), {}});
}

void Table::add_row(std::string label, std::vector<Cell> cells) {
  ensure(cells.size() == headers_.size(), "a row has one cell a column");
  rows_.push_back({std::string(indent) + label, {}, std::move(cells)});
  label_width_ = std::max(label_width_, display_width(rows_.back().label));
}

std::size_t Table::total(Measure const& measure, Spacing const& spacing) {
  return measure.value +
         (measure.half_width > 0 ? display_width(spacing.plus_minus) + measure.half_width : 0) +
         (measure.verdict > 0 ? indent.size() + measure.verdict : 0);
}

Table::Measure Table::measure(std::size_t column, Spacing const& spacing) const {
  Measure measure;
  for (Row const& row : rows_) {
    if (row.cells.empty()) continue;
    Cell const& cell = row.cells[column];
    measure.value = std::max(measure.value, display_width(cell.value));
    measure.half_width = std::max(measure.half_width, display_width(cell.half_width));
    measure.verdict = std::max(measure.verdict, display_width(cell.verdict));
  }
  std::size_t const header = display_width(headers_[column]);
  measure.value = std::max(measure.value, std::min(header, header_over_figures));
  std::size_t const taken = total(measure, spacing);
  if (header > taken) measure.value += header - taken;
  return measure;
}

std::vector<Table::Block> Table::blocks(std::size_t width, Spacing const& spacing) const {
  std::vector<Block> blocks;
  std::size_t taken = 0;
  for (std::size_t column = 0; column < headers_.size(); ++column) {
    std::size_t const own = spacing.gap + total(measure(column, spacing), spacing);
    if (blocks.empty() || taken + own > width) {
      blocks.push_back({column, column});
      taken = label_width_;
    }
    taken += own;
    blocks.back().last = column + 1;
  }
  return blocks;
}

bool Table::shows(Row const& row, Block block) const {
  for (std::size_t column = block.first; column < block.last; ++column) {
    if (!row.cells[column].empty()) return true;
  }
  return false;
}

void Table::print(std::ostream& out, std::size_t width, Painter const& paint) const {
  constexpr Spacing wide{3, " ± "};
  constexpr Spacing tight{2, "±"};
  Spacing const spacing = blocks(width, wide).size() > 1 ? tight : wide;
  bool first = true;
  for (Block const block : blocks(width, spacing)) {
    if (!first) out << '\n';
    first = false;
    print_block(out, block, spacing, paint);
  }
}

void Table::print_block(std::ostream& out, Block block, Spacing const& spacing,
                        Painter const& paint) const {
  std::vector<Measure> measures;
  for (std::size_t column = block.first; column < block.last; ++column)
    measures.push_back(measure(column, spacing));

  std::string const header = header_line(block, measures, spacing);
  if (!header.empty()) out << paint(Paint::strong, header) << '\n';
  Row const* heading = nullptr;
  for (Row const& row : rows_) {
    if (row.cells.empty()) {
      heading = &row;
    } else if (shows(row, block)) {
      if (heading != nullptr)
        out << paint(Paint::strong, heading->label) << paint(Paint::faint, heading->note) << '\n';
      heading = nullptr;
      out << row_line(row, block, measures, spacing, paint) << '\n';
    }
  }
}

/// Headers end where the figures end, so that they stand over them and not over the "±".
std::string Table::header_line(Block block, std::vector<Measure> const& measures,
                               Spacing const& spacing) const {
  std::string line(label_width_, ' ');
  for (std::size_t column = block.first; column < block.last; ++column) {
    Measure const& measure = measures[column - block.first];
    std::string const& header = headers_[column];
    bool const fits = display_width(header) <= measure.value;
    std::string const text = fits ? pad_left(header, measure.value) : header;
    line += std::string(spacing.gap, ' ') + pad_right(text, total(measure, spacing));
  }
  return without_trailing_blanks(line);
}

std::string Table::row_line(Row const& row, Block block, std::vector<Measure> const& measures,
                            Spacing const& spacing, Painter const& paint) const {
  std::string line = pad_right(row.label, label_width_);
  std::size_t skipped = 0;  // blanks are added only before something, so that no line ends in them
  for (std::size_t column = block.first; column < block.last; ++column) {
    Measure const& measure = measures[column - block.first];
    Cell const& cell = row.cells[column];
    skipped += spacing.gap;
    if (cell.empty()) {
      skipped += total(measure, spacing);
      continue;
    }
    line += blanks(skipped);
    line += cell_text(cell, measure, spacing, paint);
    skipped = total(measure, spacing) - cell_width(cell, measure, spacing);
  }
  return line;
}

/// From the column's left edge to the end of what the cell holds.
std::size_t Table::cell_width(Cell const& cell, Measure const& measure, Spacing const& spacing) {
  if (!cell.verdict.empty())
    return total({measure.value, measure.half_width, display_width(cell.verdict)}, spacing);
  return total({measure.value, display_width(cell.half_width), 0}, spacing);
}

std::string Table::cell_text(Cell const& cell, Measure const& measure, Spacing const& spacing,
                             Painter const& paint) {
  bool const bare = cell.verdict.empty();
  std::string text = blanks_after(cell.value, measure.value);
  text += paint(bare ? cell.paint : Paint::plain, cell.value);
  if (!cell.half_width.empty())
    text += paint(Paint::faint, std::string(spacing.plus_minus) + cell.half_width);
  if (bare) return text;

  Measure const figures{measure.value, measure.half_width, 0};
  Measure const own{measure.value, display_width(cell.half_width), 0};
  text += blanks(total(figures, spacing) - total(own, spacing));
  return text.append(indent).append(paint(cell.paint, cell.verdict));
}

}  // namespace sojourn
