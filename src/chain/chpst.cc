// SPDX-License-Identifier: ISC
// chpst: run a program with a changed process state. See chpst(8).
#include "base/origin.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "chain/chpst_options.hh"
#include "chain/dynamic_user.hh"
#include "chain/tools.hh"

namespace stoker {

namespace {

struct Alias {
  std::string_view name;
  void (*run)(int argc, char** argv, const LoaderWording& wording);
};
constexpr Alias aliases[] = {
    {"setuidgid", run_setuidgid}, {"envuidgid", run_envuidgid}, {"envdir", run_envdir},
    {"softlimit", run_softlimit}, {"setlock", run_setlock},     {"pgrphack", run_pgrphack},
};

// Debian once installed these names with a `d` before them.
void run_alias(std::string_view name, int argc, char** argv) {
  if (!name.empty() && name.front() == 'd') name.remove_prefix(1);
  for (const Alias& alias : aliases)
    if (alias.name == name) alias.run(argc, argv, runit_wording);
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_tool("chpst");
  const std::string_view name = argc > 0 ? base_name(argv[0]) : "chpst";
  run_alias(name, argc, argv);
  Plan plan = read_chpst_options(argc, argv, name);
  if (plan.dynamic_user != nullptr) plan.user = claim_dynamic_user(plan.dynamic_user);
  carry_out(plan);
}
