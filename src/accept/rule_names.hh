// SPDX-License-Identifier: ISC
// The names in a directory of rules that can decide about a client, the most specific first. Pure.
#pragma once
#include "accept/served_client.hh"
#include "base/text.hh"

namespace stoker {

enum class RuleForm : uint8_t {
  ipsvd,  // files: 192.0.2.1, 192.0.2, 192.0, 192, 0
  s6,     // directories: ip4/192.0.2.1_32 to ip4/0.0.0.0_0, uid/1000, gid/100, uid/default
};

using RuleName = Text<100>;

class RuleNames {
 public:
  RuleNames(const ServedClient& client, RuleForm form) : client_(client), form_(form) {}

  // The next name; empty at the end.
  RuleName next();

 private:
  RuleName of_ipsvd(unsigned index) const;
  RuleName of_s6(unsigned index) const;

  const ServedClient& client_;
  RuleForm form_;
  unsigned index_ = 0;
};

}  // namespace stoker
