// SPDX-License-Identifier: ISC
// Debian's init-system-helpers, unmodified, on top of systemctl: what the scripts of packages call.
#include "units.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// In place of stoker-import: `--root=ROOT -o DIR -- UNIT`.
constexpr char importer[] = R"sh(
unit=$5; name=${unit%.*}
for dir in $UNITS; do [ -f $dir/$name.service ] && file=$dir/$name.service; done
[ -n "$file" ] || exit 1
mkdir -p $3/$name
{ echo '#!/bin/sh'; echo "exec $(sed -n 's/^ExecStart=//p' $file)";
} >$3/$name/run.new
chmod 755 $3/$name/run.new
mv $3/$name/run.new $3/$name/run
grep -q ExecReload $file && echo HUP >$3/$name/reload-signal
echo import $unit >>$BOX/imports
: >$3/$name/.stoker-import
)sh";

// Lays systemctl and the directories of the box over those of the machine, and runs a script.
constexpr char inside[] = R"(
set -e
mount --make-rprivate /
mkdir -p /run/systemd
mount -t tmpfs none /run/systemd
mkdir -p /run/systemd/system
mount --bind $BOX/etc /etc/systemd/system
mount --bind $BOX/units /usr/lib/systemd/system
mount -t tmpfs none /var/lib/systemd
mount --bind $PROGRAM /usr/bin/systemctl
[ ! -e /usr/sbin/policy-rc.d ] || mount --bind $BOX/policy /usr/sbin/policy-rc.d
set +e
. $BOX/script
)";

struct Debian : UnitTree {
  Debian() {
    setup.environment.erase("SYSTEMD_UNIT_PATH");
    script("bin/stoker-import", importer);
    script("inside", inside);
    script("policy", "exit 104");
    unit("web.service",
         "[Unit]\nDescription=Web\n[Service]\nExecStart=sleep 1000\nExecReload=kill -HUP\n"
         "[Install]\nWantedBy=multi-user.target\n");
    unit("multi-user.target", "[Unit]\nDescription=All\n");
    unit("off.service", "[Service]\nExecStart=sleep 1000\n");
    setup.environment["PATH"] =
        path("bin") + ":" + program_directory() + ":/usr/sbin:/usr/bin:/sbin:/bin";
    setup.environment["DPKG_MAINTSCRIPT_PACKAGE"] = "web";
    setup.environment["PROGRAM"] = program_directory() + "/stoker-systemctl";
    setup.environment["UNITS"] = path("units") + " " + path("etc");
  }

  // What it prints on both, and its exit code.
  std::string sh(const std::string& text) {
    write("script", text);
    Setup both = setup;
    both.merged = true;
    const Result result = run({"unshare", "-m", "./inside"}, both);
    return result.out + std::to_string(result.code);
  }
};

// As dh_installsystemd writes it.
constexpr char postinst[] = R"(
deb-systemd-helper unmask 'web.service' >/dev/null || true
if deb-systemd-helper --quiet was-enabled 'web.service'; then
  deb-systemd-helper enable 'web.service' >/dev/null || true
else
  deb-systemd-helper update-state 'web.service' >/dev/null || true
fi
if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
  deb-systemd-invoke start 'web.service' >/dev/null || true
fi
)";

const char* why_not() {
  if (!can_unshare()) return "needs namespaces";
  if (genuine("deb-systemd-invoke").empty()) return "needs Debian's init-system-helpers";
  return genuine("systemctl").empty() ? "needs the files of systemd" : nullptr;
}

}  // namespace

TEST_CASE("a package's scripts enable and start its service, stop it, and take it away") {
  if (const char* const reason = why_not()) SKIP(reason);
  Debian box;
  box.begin();
  CHECK(box.sh(std::string(postinst) + "systemctl is-active web; systemctl is-enabled web") ==
        "Created symlink /etc/systemd/system/multi-user.target.wants/web.service → "
        "/usr/lib/systemd/system/web.service.\nactive\nenabled\n0");
  CHECK(box.exists("sv/web/run"));
  CHECK_FALSE(box.exists("defs/web/down"));
  CHECK(box.read("imports").starts_with("import web.service\n"));
  CHECK(box.sh("deb-systemd-invoke restart web.service; deb-systemd-invoke stop web.service;"
               "systemctl is-active web") == "inactive\n3");
  box.remove("units/web.service");
  CHECK(box.sh("systemctl --system daemon-reload; deb-systemd-helper purge web.service;"
               "systemctl daemon-reload") == "0");
  CHECK_FALSE(box.exists("sv/web"));
}

TEST_CASE("policy-rc.d keeps services from being started") {
  if (const char* const reason = why_not()) SKIP(reason);
  Debian box;
  box.script("policy", "exit 101");
  box.begin();
  if (!genuine("policy-rc.d").empty())
    CHECK(box.sh(std::string(postinst) + "systemctl is-active web").ends_with("\ninactive\n3"));
}

TEST_CASE("deb-systemd-invoke does not start what is static or disabled") {
  if (const char* const reason = why_not()) SKIP(reason);
  Debian box;
  box.begin();
  CHECK(box.sh("deb-systemd-invoke start off.service") ==
        "off.service is a disabled or a static unit, not starting it.\n0");
}

TEST_CASE("invoke-rc.d and service reach services by systemctl") {
  if (const char* const reason = why_not()) SKIP(reason);
  Debian box;
  box.begin();
  CHECK(
      box.sh("systemctl -q enable web; invoke-rc.d web start; systemctl is-active web;"
             "invoke-rc.d web restart; invoke-rc.d web force-reload; service web status >/dev/null"
             "&& echo runs; service web stop; systemctl is-active web; service web start;"
             "service web reload; service web restart; systemctl is-active web;"
             "invoke-rc.d web stop; service web status >/dev/null; echo $?") ==
      "active\nruns\ninactive\nactive\n3\n0");
}

TEST_CASE("a changed unit file is imported again by daemon-reload") {
  if (const char* const reason = why_not()) SKIP(reason);
  Debian box;
  box.begin();
  CHECK(box.sh("systemctl -q enable web && systemctl start web && systemctl is-active web &&"
               " touch -d '1 hour ago' $SVDEFINITIONS/web/.stoker-import &&"
               " systemctl show -P NeedDaemonReload web && systemctl daemon-reload &&"
               " systemctl show -P NeedDaemonReload web && systemctl is-active web") ==
        "active\nyes\nno\nactive\n0");
}

TEST_CASE("an image is prepared without a supervisor, and what is enabled is linked") {
  if (const char* const reason = why_not()) SKIP(reason);
  Debian box;
  CHECK(box.sh("systemctl --root=/ -q enable web; systemctl --root=/ is-enabled web") ==
        "enabled\n0");
  CHECK(box.exists("sv/web/run"));
  CHECK_FALSE(box.exists("defs/web/down"));
}

TEST_CASE("without stoker-import, a unit without a service directory cannot be started") {
  UnitTree box;
  box.unit("web.service", "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=x.target\n");
  box.begin();
  box.setup.environment["PATH"] = box.path("nowhere");
  CHECK(box.complaint({"start", "web"}) ==
        "Failed to import web.service: stoker-import is not installed, and " + box.path("defs") +
            " has no service of that name.\nFailed to start web.service.\n1");
  CHECK(box.systemctl({"enable", "web"}).code == 0);
  CHECK(box.ask({"is-enabled", "web"}) == "enabled\n0");
}
