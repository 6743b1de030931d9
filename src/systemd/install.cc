// SPDX-License-Identifier: ISC
#include "systemd/install.hh"

#include <unistd.h>

#include <cerrno>

#include "base/any.hh"
#include "base/parse.hh"
#include "systemd/links.hh"
#include "systemd/message.hh"
#include "systemd/unit_text.hh"
#include "systemd/unit_view.hh"

namespace stoker::systemd {

namespace {

using Names = InstallWishes::Names;

// What systemctl works on: the units that were named, and those of their Also=.
struct Worklist {
  Names names;

  void add(std::string_view unit) {
    if (!any(names.items(), [&](const UnitName& one) { return one.view() == unit; }))
      static_cast<void>(names.add(UnitName(unit)));
  }
};

struct Subject {
  UnitFile file;
  InstallWishes wishes;
};

void read_subject(const Site& site, std::string_view unit, Subject& subject) {
  static char buffer[unit_text_size];
  subject.file = find_unit_file(site, unit);
  read_wishes(read_unit_text(site, subject.file, buffer), subject.file.name, subject.wishes);
}

PathText write_path(const Site& site, const InstallOptions& options, std::string_view rest) {
  return PathText(site.root(), site.place_to_write(options.runtime).path, "/", rest);
}

LinkWish wish_for(const Site& site, const InstallOptions& options, std::string_view rest,
                  std::string_view target) {
  return {write_path(site, options, rest), PathText(target), "Failed to enable unit", options.force,
          options.quiet};
}

}  // namespace

void read_wishes(std::string_view text, std::string_view unit, InstallWishes& wishes) {
  wishes = {};
  const auto collect = [&](std::string_view key, Names& names) {
    each_word(text, "Install", key, [&](std::string_view word) {
      static_cast<void>(names.add(expand_name(word, unit)));
    });
  };
  collect("WantedBy", wishes.wanted_by);
  collect("RequiredBy", wishes.required_by);
  collect("Alias", wishes.aliases);
  collect("Also", wishes.also);
  wishes.default_instance = expand_name(value_of(text, "Install", "DefaultInstance"), unit);
}

namespace {

// Why a unit cannot be enabled; true if it can.
bool may_enable(const Site& site, const UnitFile& file, std::string_view unit,
                std::string_view what) {
  if (file.exists() && !file.is_masked()) return true;
  // systemd words it one way when it asks itself, and another way when it asks process 1.
  const PathText path = site.at_root(file.path);
  const std::string_view name = file.exists() ? path.view() : unit;
  complain({"Failed to ", what, site.is_offline() ? ", unit " : ": Unit file ", name,
            file.exists() ? " is masked." : " does not exist."});
  return false;
}

// Makes TARGET.wants/NAME.
bool link_into(const Site& site, const InstallOptions& options, const Subject& subject,
               std::string_view target, std::string_view kind) {
  UnitName name = subject.file.name;
  if (is_template(name) && !is_template(target) && subject.wishes.default_instance.empty()) {
    complain(
        {"Failed to enable ", name, ", destination unit ", target, " is a non-template unit."});
    return false;
  }
  if (is_template(name) && !is_template(target))
    name = instance_named(name, subject.wishes.default_instance);
  const PathText rest(target, ".", kind, "/", name);
  if (!make_link(wish_for(site, options, rest, subject.file.path))) return false;
  if (!options.quiet && !is_boot_target(target) && !find_unit_file(site, target).exists())
    complain({"Unit ", site.at_root(subject.file.path),
              " is added as a dependency to a non-existent unit ", target, "."});
  return true;
}

bool enable_subject(const Site& site, const InstallOptions& options, const Subject& subject) {
  bool good = true;
  for (const UnitName& alias : subject.wishes.aliases.items())
    good &= make_link(wish_for(site, options, alias, subject.file.path));
  for (const UnitName& target : subject.wishes.wanted_by.items())
    good &= link_into(site, options, subject, target, "wants");
  for (const UnitName& target : subject.wishes.required_by.items())
    good &= link_into(site, options, subject, target, "requires");
  return good;
}

}  // namespace

Outcome enable(const Site& site, std::string_view unit, const InstallOptions& options) {
  static Subject subject;
  Worklist list;
  list.add(unit);
  bool has_section = false;
  for (size_t at = 0; at < list.names.items().size(); ++at) {
    const UnitName name = list.names.items()[at];
    read_subject(site, name, subject);
    if (!may_enable(site, subject.file, name, options.what)) return Outcome::failed;
    if (subject.file.is_alias) {
      complain({"Failed to enable unit",
                site.is_offline() ? ", refusing to operate on linked unit file "
                                  : ": Refusing to operate on alias name or linked unit file: ",
                name, site.is_offline() ? "." : ""});
      return Outcome::failed;
    }
    if (!enable_subject(site, options, subject)) return Outcome::failed;
    if (options.touched) options.touched(name);
    has_section |= !subject.wishes.is_empty() || !subject.wishes.also.empty();
    for (const UnitName& also : subject.wishes.also.items()) list.add(also);
  }
  return has_section ? Outcome::done : Outcome::no_section;
}

namespace {

// Is it a link of that unit, or of an instance of that template?
bool belongs_to(const UnitLink& link, std::string_view unit) {
  if (link.base == "null") return false;
  const auto is_meant = [unit](std::string_view name) {
    return name == unit ||
           (is_template(unit) && is_instance(name) && template_of(name).view() == unit);
  };
  return is_meant(link.name) || is_meant(link.base);
}

// A directory changes while links in it are removed: each is looked for from the start.
bool remove_links_of(const Site& site, const UnitPlace& place, std::string_view unit,
                     const InstallOptions& options, bool& found) {
  PathText path;
  const auto next = [&] {
    return find_link(site, place, [&](const UnitLink& link) {
      // The file of a unit that was linked goes with the links to it, as in systemd.
      if (!belongs_to(link, unit)) return false;
      path = link.path;
      return true;
    });
  };
  for (found = false; next(); found = true)
    if (!remove_link(path, options.quiet)) return false;
  return true;
}

}  // namespace

Outcome disable(const Site& site, std::string_view unit, const InstallOptions& options) {
  static Subject subject;
  Worklist list;
  list.add(unit);
  bool has_section = false;
  const UnitPlace& place = site.place_to_write(options.runtime);
  for (size_t at = 0; at < list.names.items().size(); ++at) {
    const UnitName name = list.names.items()[at];
    read_subject(site, name, subject);
    if (subject.file.is_masked()) {
      complain({"Unit ", site.at_root(subject.file.path), " is masked, ignoring."});
      return Outcome::done;
    }
    const UnitName real = subject.file.exists() ? subject.file.name : name;
    bool found = false;
    if (!remove_links_of(site, place, real, options, found)) return Outcome::failed;
    if (!subject.file.exists() && !found) {
      may_enable(site, subject.file, name, "disable unit");
      // As systemd's own, which takes that for an error only when it asks process 1.
      return site.is_offline() ? Outcome::done : Outcome::failed;
    }
    if (options.touched) options.touched(real);
    has_section |= !subject.wishes.is_empty() || !subject.wishes.also.empty();
    for (const UnitName& also : subject.wishes.also.items()) list.add(also);
  }
  return has_section ? Outcome::done : Outcome::no_section;
}

Outcome mask(const Site& site, std::string_view unit, const InstallOptions& options) {
  LinkWish wish = wish_for(site, options, unit, "/dev/null");
  wish.failure = "Failed to mask unit";
  return make_link(wish) ? Outcome::done : Outcome::failed;
}

Outcome unmask(const Site& site, std::string_view unit, const InstallOptions& options) {
  const PathText path = write_path(site, options, unit);
  if (link_target(path).view() != "/dev/null") return Outcome::done;
  return remove_link(path, options.quiet) ? Outcome::done : Outcome::failed;
}

Outcome add_dependency(const Site& site, std::string_view target, std::string_view folder,
                       std::string_view unit, const InstallOptions& options) {
  constexpr std::string_view what = "add dependency on unit";
  if (!may_enable(site, find_unit_file(site, target), target, what)) return Outcome::failed;
  const UnitFile file = find_unit_file(site, unit);
  if (!may_enable(site, file, unit, what)) return Outcome::failed;
  const PathText rest(target, ".", folder, "/", file.name);
  const bool good = make_link(wish_for(site, options, rest, file.path));
  return good ? Outcome::done : Outcome::failed;
}

Outcome set_default(const Site& site, std::string_view target, const InstallOptions& options) {
  const UnitFile file = find_unit_file(site, target);
  if (!may_enable(site, file, target, "set default unit")) return Outcome::failed;
  LinkWish wish = wish_for(site, options, "default.target", file.path);
  wish.force = true;
  wish.failure = "Failed to set default target";
  return make_link(wish) ? Outcome::done : Outcome::failed;
}

Outcome link_file(const Site& site, const char* path, const InstallOptions& options) {
  if (access(site.at_root(path).c_str(), R_OK) != 0) {
    complain({"Failed to link unit, unit ", path, " does not exist."});
    return Outcome::failed;
  }
  LinkWish wish = wish_for(site, options, base_name(path), path);
  wish.failure = "Failed to link unit";
  return make_link(wish) ? Outcome::done : Outcome::failed;
}

}  // namespace stoker::systemd
