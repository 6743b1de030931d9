// SPDX-License-Identifier: ISC
#include "base/function_ref.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a reference to a function object calls that object") {
  int calls = 0;
  const auto count = [&calls](int by) { return calls += by; };
  const FunctionRef<int(int)> reference = count;
  const FunctionRef<int(int)> copy = reference;
  CHECK(reference);
  CHECK(reference(2) == 2);
  CHECK(copy(3) == 5);
  CHECK(calls == 5);
}

TEST_CASE("a reference to no function is false") { CHECK(!FunctionRef<void()>()); }
