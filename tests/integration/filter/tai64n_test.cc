// SPDX-License-Identifier: ISC
// tai64n and tai64nlocal, alone and beside those of daemontools.
#include <regex>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Result readable(Sandbox& box, const std::string& input, Argv options = {},
                const std::string& zone = "UTC0") {
  options.insert(options.begin(), "tai64nlocal");
  return box.run(options, {.environment = {{"TZ", zone}}, .input = input});
}

constexpr char mark[] = "@4000000037c219bf2ef02e94";

}  // namespace

TEST_CASE("tai64n stamps each line at its first byte and adds nothing else") {
  Sandbox box;
  const Result result = box.run({"tai64n"}, {.input = "one\n\nlast"});
  CHECK(result.code == 0);
  const std::string stamp = "@[0-9a-f]{24} ";
  INFO(result.out);
  CHECK(std::regex_match(result.out, std::regex(stamp + "one\n" + stamp + "\n" + stamp + "last")));
  CHECK(box.run({"tai64n"}).out.empty());
}

TEST_CASE("tai64n's stamps are in order, for lines of any length") {
  Sandbox box;
  const std::string input = numbered(1, 30000) + std::string(200000, 'x') + "\n";
  const Result result = box.run({"tai64n"}, {.input = input});
  CHECK(without_stamps(result.out, 26) == input);
  const auto lines = lines_of(result.out);
  for (size_t i = 1; i < lines.size(); ++i)
    REQUIRE(lines[i - 1].substr(0, 25) < lines[i].substr(0, 25));
}

TEST_CASE("tai64n passes input on as it arrives, even unfinished lines") {
  Sandbox box;
  Process filter = box.start({"tai64n"}, {.fed = true});
  filter.feed("half");
  box.wait_for([&] { return filter.out().ends_with(" half"); }, "the half does not come");
  filter.feed(" whole\n");
  box.wait_for([&] { return filter.out().ends_with(" half whole\n"); }, "the rest does not come");
  filter.close_input();
  CHECK(filter.wait() == 0);
}

TEST_CASE("tai64nlocal makes stamps readable and leaves everything else unchanged") {
  Sandbox box;
  const Result result = readable(
      box, std::string("before\n") + mark + " mark\nx " + mark + "\n" + mark + "\n\n" + mark);
  CHECK(result.code == 0);
  CHECK(result.out == std::string("before\n1999-08-24 04:04:05.787492500 mark\nx ") + mark +
                          "\n1999-08-24 04:04:05.787492500\n\n1999-08-24 04:04:05.787492500");
}

TEST_CASE("tai64nlocal uses the time zone, or UTC on request") {
  Sandbox box;
  const std::string line = std::string(mark) + " mark\n";
  CHECK(readable(box, line, {}, "PST8PDT,M4.1.0,M10.5.0").out ==
        "1999-08-23 21:04:05.787492500 mark\n");
  CHECK(readable(box, line, {"-u"}, "PST8PDT,M4.1.0,M10.5.0").out ==
        "1999-08-24 04:04:05.787492500 mark\n");
  CHECK(readable(box, line, {"-i"}, "<+0545>-5:45").out ==
        "1999-08-24T09:49:05.787492500+05:45 mark\n");
  CHECK(readable(box, line, {"-iu"}).out == "1999-08-24T04:04:05.787492500+00:00 mark\n");
}

TEST_CASE("tai64nlocal shows relative times on request") {
  Sandbox box;
  const Result result = readable(box, std::string(mark) + " mark\n", {"-r"});
  CHECK(std::regex_match(result.out, std::regex("[0-9]+d[0-9]{2}h ago mark\n")));
}

TEST_CASE("tai64nlocal passes malformed labels on") {
  Sandbox box;
  for (const std::string line :
       {"@\n", "@zz\n", "@4000000037c219bf2ef02e9 short\n", "@4000000037c219bf2ef02e9",
        "@ffffffffffffffffffffffff x\n", "@7fffffffffffffff00000000 far\n",
        "@4000000037c219bfffffffff many nanoseconds\n", "\n", "@4000000037c219bg2ef02e94 x\n"}) {
    const Result result = readable(box, line);
    CHECK(result.code == 0);
    CHECK(result.out == line);
  }
  std::string noise;
  for (int i = 0; i < 100000; ++i) noise += static_cast<char>(i * i * 31 % 251);
  CHECK(readable(box, noise).out == noise);
}

TEST_CASE("capital letters and text directly after a stamp do no harm") {
  Sandbox box;
  CHECK(readable(box, "@4000000037C219BF2EF02E94zz\n").out == "1999-08-24 04:04:05.787492500zz\n");
}

TEST_CASE("both print their usage") {
  Sandbox box;
  const Result one = box.run({"tai64n", "x"});
  CHECK(one.code == 100);
  CHECK(one.err == "tai64n: usage: tai64n\n");
  for (const Argv& argv : {Argv{"tai64nlocal", "x"}, Argv{"tai64nlocal", "-x"}}) {
    const Result other = box.run(argv);
    CHECK(other.code == 100);
    CHECK(contains(other.err, "tai64nlocal: usage: tai64nlocal [-iru]\n"));
  }
}

TEST_CASE("both exit 111 when reading or writing fails") {
  Sandbox box;
  for (const std::string program : {"tai64n", "tai64nlocal"}) {
    CHECK(box.run({"sh", "-c", program + " </"}).code == 111);
    CHECK(box.run({"sh", "-c", "echo x | " + program + " >/dev/full"}).code == 111);
  }
}

TEST_CASE("both turn the same lines into the same output as daemontools'") {
  const std::string theirs = genuine("tai64nlocal");
  if (theirs.empty()) SKIP("needs daemontools");
  Sandbox box;
  std::string input = "no stamp\n\n";
  for (int i = 0; i < 2000; ++i) {
    char line[80];
    snprintf(line, sizeof line, "@40000000%08x%08x line %d\n", i * 2147483U, i * 499999U, i);
    input += line;
  }
  for (const std::string zone : {"UTC0", "US/Pacific", "Asia/Kathmandu", "Europe/Berlin"}) {
    const Setup setup{.environment = {{"TZ", zone}}, .input = input};
    CHECK(box.run({"tai64nlocal"}, setup).out == box.run({theirs}, setup).out);
  }
  const std::string ours = box.run({"sh", "-c", "printf 'a\\n\\nb' | tai64n"}).out;
  const std::string same = box.run({"sh", "-c", "printf 'a\\n\\nb' | " + genuine("tai64n")}).out;
  CHECK(ours.size() == same.size());
}
