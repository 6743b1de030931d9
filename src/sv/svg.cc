// SPDX-License-Identifier: ISC
#include "sv/svg.hh"

#include "base/json.hh"

namespace stoker {

namespace {

std::string_view entity(char byte) {
  switch (byte) {
  case '<': return "&lt;";
  case '>': return "&gt;";
  case '&': return "&amp;";
  case '"': return "&quot;";
  default: return {};
  }
}

}  // namespace

void Svg::number(uint64_t tenths) {
  page_.append(tenths / px);
  if (tenths % px != 0) page_.append(".", tenths % px);
}

void Svg::escaped(std::string_view text) {
  while (!text.empty()) {
    const size_t size = character_size(text);
    const char byte = text.front();
    if (size == 0 || (byte >= 0 && byte < ' '))
      page_.append('?');
    else if (!entity(byte).empty())
      page_.append(entity(byte));
    else
      page_.append(std::string_view(text.data(), size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

void Svg::open(std::string_view element, std::string_view look) {
  page_.append("<", element);
  if (!look.empty()) page_.append(" class=\"", look, "\"");
}

void Svg::attribute(std::string_view name, uint64_t tenths) {
  page_.append(" ", name, "=\"");
  number(tenths);
  page_.append('"');
}

void Svg::rectangle(std::string_view look, const Box& box) {
  open("rect", look);
  attribute("x", box.x);
  attribute("y", box.y);
  attribute("width", box.width);
  attribute("height", box.height);
  page_.append("/>\n");
}

void Svg::text(std::string_view look, uint64_t x, uint64_t y, std::string_view words) {
  open("text", look);
  attribute("x", x);
  attribute("y", y);
  page_.append('>');
  escaped(words);
  page_.append("</text>\n");
}

void Svg::vertical(std::string_view look, uint64_t x, uint64_t y, uint64_t to_y) {
  open("path", look);
  page_.append(" d=\"M");
  number(x);
  page_.append(' ');
  number(y);
  page_.append('V');
  number(to_y);
  page_.append("\"/>\n");
}

void Svg::begin_group(std::string_view hint) {
  page_.append("<g><title>");
  escaped(hint);
  page_.append("</title>");
}

}  // namespace stoker
