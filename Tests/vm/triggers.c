/* triggers WHAT: what the smoke suite does to be seen. Exit status 0: it was done. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int exec_from_memfd(void)
{
  char *arguments[] = {"from-memfd", "nothing", NULL};
  int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  int memory = memfd_create("smoke", MFD_CLOEXEC);
  struct stat status;

  if (program < 0 || memory < 0 || fstat(program, &status) < 0)
    return 1;
  while (status.st_size > 0) {
    ssize_t sent = sendfile(memory, program, NULL, status.st_size);

    if (sent <= 0)
      return 1;
    status.st_size -= sent;
  }
  fexecve(memory, arguments, environ);
  return 1;
}

static struct sockaddr_in local(int port)
{
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

  return address;
}

static int listen_on(int port)
{
  struct sockaddr_in address = local(port);
  int descriptor = socket(AF_INET, SOCK_STREAM, 0);

  return bind(descriptor, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(descriptor, 1) < 0;
}

/* Nobody listens there: the kernel refuses, which is what is wanted. */
static int connect_to(int port)
{
  struct sockaddr_in address = local(port);

  return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof(address)) == 0;
}

int main(int count, char *arguments[])
{
  const char *what = count == 2 ? arguments[1] : "";

  if (!strcmp(what, "memfd"))
    return exec_from_memfd();
  if (!strcmp(what, "listen"))
    return listen_on(41001);
  if (!strcmp(what, "connect"))
    return connect_to(41002);
  return strcmp(what, "nothing") ? 2 : 0;
}
