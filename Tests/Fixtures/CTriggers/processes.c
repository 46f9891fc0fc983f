#define _GNU_SOURCE
#include "triggers.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

enum { FAILED = 125 }; /* status of a child that could not do its part */

static void take_streams(int input)
{
  int null = open("/dev/null", O_RDWR);

  dup2(input, 0);
  dup2(null, 1);
  dup2(null, 2);
}

pid_t trigger_exec_memfd(const char *program, char *const arguments[], int input)
{
  pid_t pid = fork();

  if (pid)
    return pid > 0 ? pid : -errno;
  int from = open(program, O_RDONLY | O_CLOEXEC);
  int memory = memfd_create("payload", MFD_CLOEXEC);
  char chunk[65536];
  ssize_t count;

  while ((count = read(from, chunk, sizeof(chunk))) > 0)
    if (write(memory, chunk, (size_t)count) != count)
      _exit(FAILED);
  take_streams(input);
  fexecve(memory, arguments, environ);
  _exit(FAILED);
}

struct program {
  const char *path;
  char *const *arguments;
};

static void *execute(void *context)
{
  const struct program *program = context;

  execve(program->path, program->arguments, environ);
  _exit(FAILED);
}

pid_t trigger_exec_in_thread(const char *program, char *const arguments[], int input)
{
  pid_t pid = fork();

  if (pid)
    return pid > 0 ? pid : -errno;
  struct program what = {program, arguments};
  pthread_t thread;

  take_streams(input);
  if (pthread_create(&thread, NULL, execute, &what))
    _exit(FAILED);
  for (;;)
    pause();
}

pid_t trigger_exec_after_vfork(const char *program, char *const arguments[], int input)
{
  pid_t pid = vfork();

  if (pid)
    return pid > 0 ? pid : -errno;
  dup2(input, 0);
  execve(program, arguments, environ);
  _exit(FAILED);
}

static void *exit_together(void *barrier)
{
  pthread_barrier_wait(barrier);
  syscall(SYS_exit, 0);
  return NULL;
}

pid_t trigger_threads(unsigned count)
{
  pid_t pid = fork();

  if (pid)
    return pid > 0 ? pid : -errno;
  static pthread_barrier_t barrier;
  pthread_t thread;

  pthread_barrier_init(&barrier, NULL, count + 1);
  for (unsigned i = 0; i < count; i++)
    if (pthread_create(&thread, NULL, exit_together, &barrier))
      _exit(FAILED);
  exit_together(&barrier);
  _exit(FAILED);
}

pid_t trigger_with_pid(pid_t wanted, int code)
{
  struct clone_args arguments = {
    .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&wanted, .set_tid_size = 1};
  long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

  if (pid)
    return pid > 0 ? (pid_t)pid : -errno;
  _exit(code);
}

int trigger_spawn_in_directory(posix_spawn_file_actions_t *actions, int directory)
{
  return posix_spawn_file_actions_addfchdir_np(actions, directory);
}

int trigger_spawn_in_session(posix_spawnattr_t *attributes)
{
  return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID);
}

int trigger_open_terminal(char *path, size_t size)
{
  int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

  if (terminal < 0)
    return -errno;
  if (grantpt(terminal) || unlockpt(terminal) || ptsname_r(terminal, path, size)) {
    int error = errno;

    close(terminal);
    return -error;
  }
  return terminal;
}

int trigger_set_effective_capabilities(uint64_t mask)
{
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[2];

  if (syscall(SYS_capget, &header, sets))
    return -errno;
  sets[0].effective = sets[0].permitted & (uint32_t)mask;
  sets[1].effective = sets[1].permitted & (uint32_t)(mask >> 32);
  return syscall(SYS_capset, &header, sets) ? -errno : 0;
}
