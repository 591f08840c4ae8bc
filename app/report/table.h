#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/report/paint.h"

namespace sojourn {

/// One place of a table: a figure, what stands behind its "±", and a word about both. Each may be
/// empty; within a column each lines up with its like.
struct Cell {
  std::string value;
  std::string half_width;
  std::string verdict;
  Paint paint = Paint::plain;  ///< Of the verdict, or where there is none of the value.

  [[nodiscard]] bool empty() const { return value.empty() && verdict.empty(); }
};

/// Labelled rows of cells under headings, in as many columns as are given. Where they do not fit
/// side by side they are set closer, and then stacked in blocks that do.
class Table {
 public:
  explicit Table(std::vector<std::string> headers) : headers_(std::move(headers)) {}

  /// A line over the rows that follow, up to the next one. Not printed where none of them is.
  void add_heading(std::string title, std::string note = {});

  /// Precondition: one cell a column.
  void add_row(std::string label, std::vector<Cell> cells);

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  void print(std::ostream& out, std::size_t width, Painter const& paint) const;

 private:
  struct Row {
    std::string label;
    std::string note;
    std::vector<Cell> cells;  // none: a heading
  };
  /// Widths of the parts of a column.
  struct Measure {
    std::size_t value = 0, half_width = 0, verdict = 0;
  };
  struct Spacing {
    std::size_t gap;
    std::string_view plus_minus;
  };
  struct Block {
    std::size_t first, last;  // columns [first, last)
  };

  [[nodiscard]] Measure measure(std::size_t column, Spacing const& spacing) const;
  [[nodiscard]] static std::size_t total(Measure const& measure, Spacing const& spacing);
  [[nodiscard]] std::vector<Block> blocks(std::size_t width, Spacing const& spacing) const;
  [[nodiscard]] bool shows(Row const& row, Block block) const;

  void print_block(std::ostream& out, Block block, Spacing const& spacing,
                   Painter const& paint) const;
  [[nodiscard]] std::string header_line(Block block, std::vector<Measure> const& measures,
                                        Spacing const& spacing) const;
  [[nodiscard]] static std::size_t cell_width(Cell const& cell, Measure const& measure,
                                              Spacing const& spacing);
  [[nodiscard]] static std::string cell_text(Cell const& cell, Measure const& measure,
                                             Spacing const& spacing, Painter const& paint);
  [[nodiscard]] std::string row_line(Row const& row, Block block,
                                     std::vector<Measure> const& measures, Spacing const& spacing,
                                     Painter const& paint) const;

  std::vector<std::string> headers_;
  std::vector<Row> rows_;
  std::size_t label_width_ = 0;
};

}  // namespace sojourn
