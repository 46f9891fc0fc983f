/*
 * progstats [PID]: the BPF programs that the process holds, or all of the machine's, a JSON object a line, with what
 * the kernel counted of their runs (0 unless kernel.bpf_stats_enabled).
 */
#include "clock.h"
#include <bpf/bpf.h>
#include <dirent.h>
#include <unistd.h>

static void show(__u32 id)
{
  struct bpf_prog_info info = {};
  __u32 size = sizeof(info);
  int fd = bpf_prog_get_fd_by_id(id);

  if (fd < 0)
    return; /* gone meanwhile */
  if (!bpf_obj_get_info_by_fd(fd, &info, &size))
    printf("{\"id\": %u, \"name\": \"%s\", \"type\": %u, \"runs\": %llu, \"ns\": %llu, \"jited\": %u, \"misses\": %llu}\n", id,
      info.name, info.type, info.run_cnt, info.run_time_ns, info.jited_prog_len, info.recursion_misses);
  close(fd);
}

static void show_process(const char *pid)
{
  char path[600], line[256];
  struct dirent *entry;
  DIR *directory;

  snprintf(path, sizeof(path), "/proc/%s/fdinfo", pid);
  directory = opendir(path);
  if (!directory)
    die(path);
  while ((entry = readdir(directory))) {
    FILE *file;
    __u32 id;
    int is_program = 0;

    snprintf(path, sizeof(path), "/proc/%s/fdinfo/%s", pid, entry->d_name);
    if (entry->d_name[0] == '.' || !(file = fopen(path, "r")))
      continue;
    /* A link's file names its program too; only the program's own has its type. */
    while (fgets(line, sizeof(line), file)) {
      if (!strncmp(line, "prog_type:", 10))
        is_program = 1;
      if (is_program && sscanf(line, "prog_id: %u", &id) == 1)
        show(id);
    }
    fclose(file);
  }
  closedir(directory);
}

int main(int argc, char **argv)
{
  __u32 id = 0;

  if (argc > 1)
    return show_process(argv[1]), 0;
  while (!bpf_prog_get_next_id(id, &id))
    show(id);
  return 0;
}
