// SPDX-License-Identifier: ISC
#include "service/said.hh"

namespace stoker {

namespace {

constexpr FieldRow rows[] = {
    STOKER_FIELD(1, Said, ignored),
    STOKER_FIELD(2, Said, error),
    STOKER_FIELD(3, Said, reloading),
    STOKER_FIELD(4, Said, watchdog),
};
static_assert(said_size == field_head + Said::longest_text + field_head + fields_size(rows));

}  // namespace

bool Said::operator==(const Said& other) const {
  return text.view() == other.text.view() && ignored == other.ignored && error == other.error &&
         reloading == other.reloading && watchdog == other.watchdog;
}

void put(FieldWriter& out, const SaidTags& tags, const Said& said) {
  if (said.is_empty()) return;
  out.text(tags.text, said.text);
  out.group(tags.rest, rows, &said);
}

Said take_said(FieldReader& in, const SaidTags& tags) {
  Said said;
  said.text.append(in.later_text(tags.text));
  said.text = Text<Said::longest_text>(said.text.view());
  in.later_group(tags.rest, rows, &said);
  if (said.watchdog <= 0s) said.watchdog = never;
  return said;
}

}  // namespace stoker
