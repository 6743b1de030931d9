// SPDX-License-Identifier: ISC
// A terminal that the test reads and types into.
#pragma once
#include <string>

#include "base/fd.hh"

namespace stoker::test {

class Console {
 public:
  Console();

  // Whether there is one, and its path.
  explicit operator bool() const { return !slave_.empty(); }
  const std::string& path() const { return slave_; }

  // In a new child (see Setup::in_child): this is the terminal of a new session, and the standard
  // input; with `all`, also where its messages go.
  void adopt(bool all) const;

  // What has been printed so far, with lines ended by \n.
  std::string text();
  // Waits for that text after the text found by the last call. False if it does not come.
  [[nodiscard]] bool await(const std::string& text);
  void type(const std::string& text) const;

 private:
  Fd master_;
  std::string slave_, seen_;
  size_t found_ = 0;
};

}  // namespace stoker::test
