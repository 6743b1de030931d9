// SPDX-License-Identifier: ISC
#include "base/options.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// Keeps the strings that Options points to.
struct Line {
  explicit Line(std::vector<std::string> line) : words(std::move(line)) {
    words.insert(words.begin(), "program");
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
  }
  Options options() { return {static_cast<int>(words.size()), argv.data()}; }
  std::vector<std::string> words;
  std::vector<char*> argv;
};

std::vector<std::string> rest_of(const Options& options) {
  return {options.arguments(), options.arguments() + options.count()};
}

using Rest = std::vector<std::string>;

}  // namespace

TEST_CASE("options end at the first argument that is not one") {
  Line line({"-a", "word", "-b"});
  Options options = line.options();
  CHECK(options.next() == 'a');
  CHECK(options.next() == 0);
  CHECK(rest_of(options) == Rest{"word", "-b"});
  CHECK(options.next() == 0);
  CHECK(options.arguments()[options.count()] == nullptr);
}

TEST_CASE("an empty command line has no options") {
  Line line({});
  Options options = line.options();
  CHECK(options.next() == 0);
  CHECK(options.count() == 0);
}

TEST_CASE("two dashes end the options, and one dash is an argument") {
  Line line({"-a", "--", "-b"});
  Options options = line.options();
  CHECK(options.next() == 'a');
  CHECK(options.next() == 0);
  CHECK(rest_of(options) == Rest{"-b"});

  Line dash({"-", "-b"});
  Options other = dash.options();
  CHECK(other.next() == 0);
  CHECK(rest_of(other) == Rest{"-", "-b"});
}

TEST_CASE("letters may be bundled") {
  Line line({"-vPx", "end"});
  Options options = line.options();
  CHECK(options.next() == 'v');
  CHECK(options.next() == 'P');
  CHECK(options.next() == 'x');
  CHECK(options.next() == 0);
  CHECK(rest_of(options) == Rest{"end"});
}

TEST_CASE("a value is joined to its letter or is the next argument") {
  Line line({"-w7", "-w", "9", "-vw5", "-vw", "6", "end"});
  Options options = line.options();
  for (const std::string expected : {"7", "9", "5", "6"}) {
    char letter = options.next();
    if (letter == 'v') letter = options.next();
    CHECK(letter == 'w');
    const char* const value = options.value();
    REQUIRE(value != nullptr);
    CHECK(value == expected);
  }
  CHECK(options.next() == 0);
  CHECK(rest_of(options) == Rest{"end"});
}

TEST_CASE("a value may be empty, look like an option, or be missing") {
  Line line({"-w", "", "-w", "-x", "-w"});
  Options options = line.options();
  CHECK(options.next() == 'w');
  CHECK(std::string_view(options.value()).empty());
  CHECK(options.next() == 'w');
  CHECK(options.value() == std::string_view("-x"));
  CHECK(options.next() == 'w');
  CHECK(options.value() == nullptr);
  CHECK(options.next() == 0);
}

TEST_CASE("long options take a value after an equals sign or as the next argument") {
  Line line({"--json", "--wait=7", "--empty=", "--wait", "9", "end"});
  Options options = line.options();
  CHECK(options.next() == Options::long_option);
  CHECK(options.name() == "json");
  CHECK(options.joined_value() == nullptr);
  CHECK(options.next() == Options::long_option);
  CHECK(options.name() == "wait");
  CHECK(options.value() == std::string_view("7"));
  CHECK(options.next() == Options::long_option);
  CHECK(options.name() == "empty");
  const char* const empty = options.value();
  REQUIRE(empty != nullptr);
  CHECK(std::string_view(empty).empty());
  CHECK(options.next() == Options::long_option);
  CHECK(options.name() == "wait");
  CHECK(options.value() == std::string_view("9"));
  CHECK(options.next() == 0);
  CHECK(rest_of(options) == Rest{"end"});
}

TEST_CASE("a value for a long option that takes none is an error, not letters") {
  Line line({"--json=yes", "end"});
  Options options = line.options();
  CHECK(options.next() == Options::long_option);
  CHECK(options.name() == "json");
  CHECK(options.next() == Options::mistake);
  CHECK(options.next() == 0);
  CHECK(rest_of(options) == Rest{"end"});
}

TEST_CASE("an optional value is taken only when it is joined") {
  Line line({"-t5", "-t", "5"});
  Options options = line.options();
  CHECK(options.next() == 't');
  CHECK(options.joined_value() == std::string_view("5"));
  CHECK(options.next() == 't');
  CHECK(options.joined_value() == nullptr);
  CHECK(options.next() == 0);
  CHECK(rest_of(options) == Rest{"5"});
}

TEST_CASE("letters after a long option are a bundle again") {
  Line line({"--json", "-ab", "--wait=", "-c"});
  Options options = line.options();
  CHECK(options.next() == Options::long_option);
  CHECK(options.next() == 'a');
  CHECK(options.next() == 'b');
  CHECK(options.next() == Options::long_option);
  CHECK(options.joined_value() == std::string_view());
  CHECK(options.next() == 'c');
  CHECK(options.next() == 0);
}

TEST_CASE("a dash among letters is not an option") {
  Line line({"--json", "-a-b"});
  Options options = line.options();
  CHECK(options.next() == Options::long_option);
  CHECK(options.next() == 'a');
  CHECK(options.next() == Options::mistake);
  CHECK(options.next() == 'b');
  CHECK(options.next() == 0);
}

TEST_CASE("a long option without a name is still an option") {
  Line line({"--=ab"});
  Options options = line.options();
  CHECK(options.next() == Options::long_option);
  CHECK(options.name().empty());
  CHECK(options.next() == Options::mistake);
  CHECK(options.next() == 0);
}

TEST_CASE("nothing is read past the last argument") {
  Line line({"-a"});
  Options options = line.options();
  CHECK(options.next() == 'a');
  CHECK(options.value() == nullptr);
  CHECK(options.next() == 0);
  CHECK(options.next() == 0);
  CHECK(options.count() == 0);
}

TEST_CASE("the name of a long option is not taken for that of a letter behind it") {
  Line line({"--long", "-a"});
  Options options = line.options();
  CHECK(options.next() == Options::long_option);
  CHECK(options.name() == "long");
  CHECK(options.next() == 'a');
  CHECK(options.name().empty());
}
