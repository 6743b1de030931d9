// SPDX-License-Identifier: ISC
#include "fuzz.hh"
#include "import/compose.hh"
#include "import/directive.hh"
#include "import/writer.hh"

using namespace stoker::importer;

std::vector<std::string> fuzz_seeds() {
  return {
      "[Unit]\nDescription=a\\\n# b\n c\nAfter=x.service\nConditionPathExists=|!/a b\n",
      "[Service]\nType=forking\nExecStart=-@/bin/a b 'c d' \"\\x41\" $E ${F}g ; /bin/h\n",
      "[Service]\nUser=%i\nEnvironment='A=1 2' B=3\nLimitNOFILE=1:2\nCPUQuota=20%\nMemoryMax=1G\n",
      "[Service]\nExecStart=/bin/a\nSystemCallFilter=~@a b:EPERM ~c\nDeviceAllow=char-rtc rw\n"
      "DynamicUser=yes\nStateDirectory=a b\nPrivateUsers=1\nNoExecPaths=/\n",
      "[Socket]\nListenStream=@x\nListenDatagram=1\nAccept=yes\nMark=2\nListenNetlink=route 3\n",
      "[Timer]\nOnCalendar=daily\nOnBootSec=5\nPersistent=on\n[Path]\nPathExists=/a\n",
      "[S\nx\n=\n[Service]\nExecStart=\\\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const UnitText parsed = parse_unit_text(text_of(data, size), "u");
  Accounts accounts;
  accounts.read("root:x:0:0::/root:/bin/sh\nweb:x:9:9::/web:/bin/sh\n", "root:x:0:\nweb:x:9:\n");
  Draft draft;
  draft.name = *parse_unit_name("a@b.service");
  draft.definition.name = draft.name.stem();
  draft.specifiers = {draft.name, "/u"};
  draft.accounts = &accounts;
  for (const Assignment& assignment : parsed.assignments) {
    expect(!assignment.key.empty() && !assignment.section.empty(), "a key is in a section");
    expect(assignment.value.find('\n') == std::string::npos, "a value is one line");
    apply(draft, assignment);
  }
  expect(draft.findings.size() == parsed.assignments.size(), "each directive has an answer");
  finish_socket(draft, *parse_unit_name("a.socket"));
  finish_service(draft, "/logs");
  add_notes(draft);
  for (const File& file : files_of(draft.definition)) {
    expect(!file.path.empty() && file.path.front() != '/', "files are in the directory");
    if (file.executable && file.path.back() != '/')
      expect(file.content.starts_with("#!/bin/sh\n"), "what is executable is a script");
  }
  return 0;
}
