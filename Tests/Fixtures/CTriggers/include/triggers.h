/* What tests do to the kernel that Swift can't say: it must not run between fork and exec. */
#ifndef SELVAGE_TRIGGERS_H
#define SELVAGE_TRIGGERS_H

#include <spawn.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Each of these starts a process and returns its pid, or -errno. The caller waits for it. A program gets `input` as
   its standard input, and null devices as its outputs. */

/* Copies `program` into a memfd and executes that. */
pid_t trigger_exec_memfd(const char *program, char *const arguments[], int input);
/* Executes `program` in a thread that is not the first. */
pid_t trigger_exec_in_thread(const char *program, char *const arguments[], int input);
/* Executes `program` after vfork(). */
pid_t trigger_exec_after_vfork(const char *program, char *const arguments[], int input);
/* Starts `count` threads, which all exit at once with the first. */
pid_t trigger_threads(unsigned count);
/* Its pid is `wanted`, which must be free; it ends at once with `code`. */
pid_t trigger_with_pid(pid_t wanted, int code);
/* Makes a TCP connection to `address`, which must be accepted, and ends when the other end closes it. */
pid_t trigger_connect_in_child(const struct sockaddr *address, socklen_t length);
/* Takes on the effective user `user`, and makes a TCP connect to a port of 127.0.0.1, whatever becomes of it. */
pid_t trigger_connect_as(uid_t user, uint16_t port);
/* Makes `count` TCP connects to a port of 127.0.0.1, one after another, each with a socket of its own. */
pid_t trigger_connects(uint16_t port, unsigned count);

/* Connects through io_uring; `flags` are IOSQE_*. Returns 0 or -errno; -ENOSYS: this kernel has io_uring off. */
int trigger_io_uring_connect(int socket, const struct sockaddr *address, socklen_t length, uint8_t flags);

/* Attaches a program to the connect4 hook of a cgroup, one that suffers no other there. Returns its descriptor, or
   -errno. */
int trigger_attach_exclusive(int cgroup);

/* Sets the calling thread's effective capabilities to those of `mask` that are permitted. Returns 0 or -errno. */
int trigger_set_effective_capabilities(uint64_t mask);

/* GNU's part of posix_spawn, which Swift's view of the C library leaves out. */
int trigger_spawn_in_directory(posix_spawn_file_actions_t *actions, int directory);
int trigger_spawn_in_session(posix_spawnattr_t *attributes);
/* Opens a new terminal's controlling side, and puts the other's path into `path`. Returns it, or -errno. */
int trigger_open_terminal(char *path, size_t size);

#endif
