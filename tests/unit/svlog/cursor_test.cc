// SPDX-License-Identifier: ISC
#include "svlog/cursor.hh"

#include "catch.hh"
#include "svlog/stamp.hh"

using namespace stoker;

TEST_CASE("a cursor is written and read back") {
  const Cursor cursor{label_of(1795338830, 5), 2, UINT64_MAX, label_of(1795338831, 6), "web.a"};
  const CursorText text = cursor_text(cursor);
  CHECK(text.view() ==
        "400000006b02b25800000005.2.18446744073709551615.400000006b02b25900000006.web.a");
  CHECK(parse_cursor(text) == cursor);
}

TEST_CASE("an invalid cursor is refused") {
  for (const char* const text :
       {"", ".", "....", "400000006b02b25800000005.2.1.400000006b02b25900000006",
        "400000006b02b25800000005.2.1.400000006b02b25900000006.",
        "400000006b02b2580000005.2.1.400000006b02b25900000006.web",
        "400000006b02b25800000005.-2.1.400000006b02b25900000006.web",
        "400000006b02b25800000005.2.x.400000006b02b25900000006.web",
        "400000006b02b25800000005.2.18446744073709551616.400000006b02b25900000006.web"}) {
    INFO(text);
    CHECK_FALSE(parse_cursor(text));
  }
}
