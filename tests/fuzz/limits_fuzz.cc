// SPDX-License-Identifier: ISC
// The values of options: limits, capabilities, processors, directories.
#include "chain/capabilities.hh"
#include "chain/own_directories.hh"
#include "chain/scheduling.hh"
#include "chain/soft_limits.hh"
#include "chain/system_limits.hh"
#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"nofile=1024:65536",
          "core=infinity",
          "cpu=5min:1h",
          "as=16E",
          "18446744073709551615",
          "=",
          "-",
          "~CAP_CHOWN, net_admin all",
          "noroot no-setuid-fixup-locked",
          "0-3,8 1023",
          "best-effort:7",
          "app/data:0750",
          "a/../b"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  if (const auto limit = parse_system_limit(text)) {
    expect(limit->soft <= limit->hard, "no soft limit is above its hard one");
    expect(limit->index < SystemLimits::most, "a limit has a place");
  }
  const auto plain = parse_plain_limit(text);
  const auto soft = parse_soft_limit(text, true);
  if (plain) expect(soft && soft->soft == plain->soft, "a number is a limit to all");
  if (soft && soft->lift_hard) expect(text == "-", "only a dash lifts the hard limit");
  const auto set = parse_capabilities(text);
  if (set && size > 0 && text[0] != '~')
    expect(parse_capabilities("~" + std::string(text)) == ~*set, "~ turns a set round");
  std::optional<unsigned> bits;
  if (add_secure_bits(bits, text)) expect(bits && *bits < 64, "there are six secure bits");
  std::optional<CpuSet> cpus;
  if (add_cpus(cpus, text) && cpus) {
    bool some = false;
    for (unsigned cpu = 0; cpu < CpuSet::most; ++cpu) some |= cpus->has(cpu);
    expect(some, "a list of processors has one");
  }
  if (const auto io = parse_io_priority(text))
    expect(io->level >= 0 && io->level <= 7, "levels are 0 to 7");
  if (const auto own = parse_own_directory(Place::runtime, text)) {
    const std::string path = "/" + std::string(own->name) + "/";
    expect(path.find("/../") == std::string::npos, "no way leads up");
    expect(own->name[0] != '/', "a name is relative");
  }
  return 0;
}
