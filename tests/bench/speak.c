/* SPDX-License-Identifier: ISC
 * A tiny service. With LISTEN_FDS: answers one connection at descriptor 3, and exits 0. Otherwise it
 * waits for 20 ms, writes the time to the file `said`, and says on NOTIFY_SOCKET that it is ready. */
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int answer(void) {
  const int connection = accept(3, NULL, NULL);
  return connection >= 0 && write(connection, "x", 1) == 1 ? 0 : 1;
}

int main(void) {
  const char* const name = getenv("NOTIFY_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct timespec now = {0};
  int file;
  int to;
  if (getenv("LISTEN_FDS") != NULL) return answer();
  if (name == NULL || strlen(name) >= sizeof address.sun_path) return 1;
  strcpy(address.sun_path, name);
  if (name[0] == '@') address.sun_path[0] = '\0';
  usleep(20000);
  to = socket(AF_UNIX, SOCK_DGRAM, 0);
  file = open("said", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (write(file, &now, sizeof now) != sizeof now) return 1;
  sendto(to, "READY=1", 7, 0, (struct sockaddr*)&address,
         offsetof(struct sockaddr_un, sun_path) + strlen(name) + (name[0] != '@'));
  for (;;) pause();
}
