/*
 * null OBJECT CGROUP: attaches the object's programs where the agent's are, reads the ring and does nothing with it,
 * until SIGINT or SIGTERM. Says "ready", and at the end how many records came. It rests after each read as long as
 * the agent does, so that both wake as often.
 */
#include "clock.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#define REST_MICROSECONDS 2000

static volatile sig_atomic_t ended;
static uint64_t records;

static void end(int signal)
{
  ended = signal;
}

static int take(void *context, void *bytes, size_t size)
{
  records++;
  return 0;
}

int main(int argc, char **argv)
{
  struct sigaction action = {.sa_handler = end};
  struct bpf_program *program;
  struct ring_buffer *ring;
  struct bpf_object *object;
  int cgroup;

  if (argc != 3)
    return fprintf(stderr, "usage: null OBJECT CGROUP\n"), 2;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  cgroup = open(argv[2], O_RDONLY | O_DIRECTORY);
  if (cgroup < 0)
    die(argv[2]);
  object = bpf_object__open_file(argv[1], NULL);
  if (!object || bpf_object__load(object))
    die("loading the programs");
  bpf_object__for_each_program(program, object) {
    struct bpf_link *link = strncmp(bpf_program__section_name(program), "cgroup/", 7)
      ? bpf_program__attach(program) : bpf_program__attach_cgroup(program, cgroup);

    if (!link)
      die(bpf_program__section_name(program));
  }
  ring = ring_buffer__new(bpf_map__fd(bpf_object__find_map_by_name(object, "ring")), take, NULL, NULL);
  if (!ring)
    die("mapping the ring");
  printf("ready\n");
  fflush(stdout);
  while (!ended) {
    ring_buffer__poll(ring, 1000);
    if (!ended)
      usleep(REST_MICROSECONDS);
  }
  ring_buffer__consume(ring);
  printf("%lu records\n", records);
  return 0;
}
