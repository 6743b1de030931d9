// SPDX-License-Identifier: ISC
#include "import/definition.hh"

#include <algorithm>

namespace stoker::importer {

void ChainOptions::set(const ChainOption& option) {
  for (ChainOption& old : all_)
    if (old.name == option.name) {
      old = option;
      return;
    }
  all_.push_back(option);
}

void ChainOptions::remove(std::string_view name) {
  std::erase_if(all_, [&](const ChainOption& option) { return option.name == name; });
}

bool ChainOptions::has(std::string_view name) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const ChainOption& option) { return option.name == name; });
}

std::string ChainOptions::value(std::string_view name) const {
  for (const ChainOption& option : all_)
    if (option.name == name) return option.value;
  return {};
}

void ChainOptions::move_to(ChainOptions& other, std::string_view name) {
  for (const ChainOption& option : all_)
    if (option.name == name) other.add(option);
  remove(name);
}

}  // namespace stoker::importer
