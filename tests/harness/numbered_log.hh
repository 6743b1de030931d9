// SPDX-License-Identifier: ISC
// The log of a service that writes lines "RUN NUMBER", held against how far each run got.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace stoker::test {

class NumberedLog {
 public:
  explicit NumberedLog(size_t runs) : logged_(runs) {}

  // In order; a logger that was killed may repeat what it had just written.
  void take(const std::string& line) {
    // Half of one, which a killed logger has left; its successor writes all of it again.
    if (line.ends_with(" [cut off]")) return;
    std::istringstream words(line);
    size_t run = 0;
    uint64_t number = 0;
    std::string more;
    const bool whole = static_cast<bool>(words >> run >> number) && !(words >> more);
    if (!whole || run >= logged_.size() || !place(run, number)) strange.push_back(line);
    ++lines;
  }

  // Runs that have lost a line: each is noted after it was written.
  std::string check(const std::vector<uint64_t>& written, const std::set<size_t>& excused) const {
    std::ostringstream lost;
    for (size_t run = 0; run < written.size(); ++run)
      if (logged_[run] != written[run] && logged_[run] != written[run] + 1 &&
          !excused.contains(run))
        lost << "run " << run << " wrote " << written[run] << ", logged " << logged_[run] << "; ";
    return lost.str();
  }

  size_t lines = 0;
  size_t repeats = 0;                // how often it went back
  std::vector<std::string> strange;  // lines that are torn, or not in order

 private:
  bool place(size_t run, uint64_t number) {
    const auto known = index_.find({run, number});
    if (known != index_.end()) {
      const bool follows = known->second == at_ + 1;
      repeats += !follows;
      const bool possible = follows || known->second <= at_;
      if (possible) at_ = known->second;
      return possible;
    }
    // New lines follow the last line.
    if (at_ != index_.size() || run < current_ || number != logged_[run] + 1) return false;
    current_ = run;
    logged_[run] = number;
    index_[{run, number}] = ++at_;
    return true;
  }

  std::vector<uint64_t> logged_;
  std::map<std::pair<size_t, uint64_t>, size_t> index_;  // from 1 on
  size_t at_ = 0, current_ = 0;
};

}  // namespace stoker::test
