#pragma once

#include <vector>

#include "analysis/runs.h"
#include "analysis/study.h"

namespace sojourn {

/// One series by replication and cell.
using SeriesTable = std::vector<std::vector<double>>;

/// Cell by cell the mean over the replications that have a value; NaN where none has.
std::vector<double> mean_series(SeriesTable const& runs);

/// Whether what waits in each replication rises to the end and shows no sign of stopping: the mean
/// of the least-squares slopes over replications is above zero, over the whole time and again over
/// its second half, by Student's t at `significance`, and the rise is at least a twentieth of the
/// mean level. A queue that is only busy wanders, but it does so to either side. Of fewer than
/// three replications each must rise through all of eight equal parts.
bool grows(SeriesTable const& runs, double significance);

/// The cells at the beginning that are not yet like the rest, or 0: those that MSER-5 leaves out of
/// the mean over replications, if in the replications, too, their means differ from those of the
/// rest by Student's t at `significance` shared among the places where the cut could have been,
/// and by so much that the mean of all is off by a hundredth. Needs three replications.
std::size_t unsettled_cells(SeriesTable const& runs, double significance);

/// What the series of one experiment say against its figures. See `Undisturbed` for where it looks.
std::vector<Warning> steadiness_warnings(Runs const& runs);

}  // namespace sojourn
