// SPDX-License-Identifier: ISC
#include "jail/architectures.hh"

#include <algorithm>

#include "jail/name_filter.hh"

namespace stoker {

namespace {

struct Machine {
  std::string_view name;
  uint32_t number;
};
constexpr Machine known[] = {
    {"arm", 0x4000'0028},       {"arm64", 0xc000'00b7},   {"loongarch64", 0xc000'0102},
    {"mips", 0x0000'0008},      {"mips-le", 0x4000'0008}, {"mips64", 0x8000'0008},
    {"mips64-le", 0xc000'0008}, {"ppc", 0x0000'0014},     {"ppc64", 0x8000'0015},
    {"ppc64-le", 0xc000'0015},  {"riscv64", 0xc000'00f3}, {"s390", 0x0000'0016},
    {"s390x", 0x8000'0016},     {"x86", 0x4000'0003},     {"x86-64", 0xc000'003e},
};

}  // namespace

bool Architectures::add(std::string_view name) {
  if (name == "native") return true;
  if (name == "x32") return x32_ = true;
  for (const Machine& machine : known)
    if (machine.name == name) return machines_.add(machine.number);
  return false;
}

bool Architectures::add_list(std::string_view list) {
  if (list.empty()) *this = {};
  restricted_ = !list.empty();
  return for_each_name(list, [&](std::string_view name) { return add(name); });
}

bool Architectures::foreign(uint32_t native) const {
  const auto list = machines();
  return x32_ ||
         std::any_of(list.begin(), list.end(), [&](uint32_t each) { return each != native; });
}

std::string_view architecture_name(uint32_t number) {
  for (const Machine& machine : known)
    if (machine.number == number) return machine.name;
  return {};
}

uint32_t native_machine() {
  constexpr std::string_view name =
#if defined(__x86_64__) && defined(__LP64__)
      "x86-64";
#elif defined(__i386__)
      "x86";
#elif defined(__aarch64__)
      "arm64";
#elif defined(__arm__)
      "arm";
#elif defined(__riscv) && __riscv_xlen == 64
      "riscv64";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
      "ppc64-le";
#elif defined(__s390x__)
      "s390x";
#else
      "";
#endif
  for (const Machine& machine : known)
    if (machine.name == name) return machine.number;
  return 0;
}

}  // namespace stoker
