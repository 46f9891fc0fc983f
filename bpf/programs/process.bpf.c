// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
/*
 * Processes: which programs start, who starts them, when they end.
 *
 * hook                       event  why this hook                                        fallback
 * tp_btf/sched_process_exec  EXEC   past the point of no return; the new program has     none: nothing else sees all
 *                                   not run, so nobody has rewritten its arguments       execs off the system call path
 * tp_btf/sched_process_fork  FORK   the child is not yet visible to anyone               none
 * tp_btf/sched_process_exit  EXIT   called for each thread; the last one counts          none
 * iter.s/task                TASK   what ran before; may fault arguments in (5.18)       iter/task: no arguments
 */
#include "ring.bpf.h"
#include "image.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Set by the agent before loading. */
const volatile struct sv_settings sv_settings = {.args_limit = SV_ARGS_DEFAULT};

/* Too large for the stack. A CPU's own: the tracepoint runs with preemption off, and never in an interrupt.
   Memory of the three: 42 KiB a CPU. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sv_image);
} sv_exec_image SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sv_path_buffer);
} sv_exec_path SEC(".maps");

/* The variables kept; the slack lets the verifier see that one written at any place fits. The cursor is here, not
   in registers, so that each turn of the loop over the variables looks the same to the verifier. */
struct sv_env_buffer {
  __u64 next;
  __u32 length;
  char bytes[SV_ENV_MAX + SV_PATH_MAX];
};
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sv_env_buffer);
} sv_exec_env SEC(".maps");

/* The same for the iterator, which only the agent reads: one is enough, and it may sleep with it. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sv_image);
} sv_task_image SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sv_path_buffer);
} sv_task_path SEC(".maps");

/* How many bytes of arguments to take: what there is, up to the setting. */
static __always_inline __u32 sv_args_length(struct sv_process *process, struct mm_struct *mm)
{
  unsigned long start = mm->arg_start, end = mm->arg_end;
  __u32 length = end > start ? end - start : 0;
  __u32 limit = sv_settings.args_limit;

  process->args_total = length;
  if (length > limit) {
    length = limit;
    process->flags |= SV_PROCESS_ARGS_TRUNCATED;
  }
  return length;
}

/* Variables looked at in one environment; more are flagged as cut. A verifier's bound. */
#define SV_ENV_VARIABLES 1024
#define SV_ENV_CUT (1u << 31)

static __always_inline bool sv_env_matches(const char *variable, int name)
{
  __u32 length = sv_settings.env_length[name];

  if (!length)
    return false;
  for (__u32 i = 0; i < SV_ENV_NAME_SIZE; i++) {
    if (i == length)
      return true;
    if (variable[i] != sv_settings.env_name[name][i])
      return false;
  }
  return true;
}

/* Global, so that the verifier looks at it once and not at each turn of the loop that calls it. */
__noinline int sv_env_wanted(struct sv_path_buffer *buffer)
{
  if (!buffer)
    return false;
  for (int name = 0; name < SV_ENV_NAMES; name++)
    if (sv_env_matches(buffer->bytes, name))
      return true;
  return false;
}

/*
 * Keeps the variables that were asked for. Each is read whole, for its length, but only its first byte is
 * looked at unless some name starts with it. A variable longer than the buffer comes in pieces, of which the
 * later ones may look like variables: that can make an alert too many, never one too few. Returns how many bytes it
 * kept, with SV_ENV_CUT if it did not get to the end. Global as sv_env_wanted().
 */
__noinline __u32 sv_keep_env(struct sv_env_buffer *kept, struct sv_path_buffer *buffer, __u64 start, __u64 end)
{
  if (!kept || !buffer)
    return SV_ENV_CUT;
  kept->next = start;
  kept->length = 0;
  for (int i = 0; i < SV_ENV_VARIABLES; i++) {
    __u64 next = kept->next;
    __u32 at = kept->length;
    long length;

    if (next >= end)
      return at;
    length = bpf_probe_read_user_str(buffer->bytes, SV_PATH_MAX, (void *)next);
    if (length < 0 || length > SV_PATH_MAX)
      break;
    if (!length) /* an empty one, said so by kernels before 6.13; later ones count its NUL */
      length = 1;
    kept->next = next + length;
    if (!sv_settings.env_first[(__u8)buffer->bytes[0]] || !sv_env_wanted(buffer))
      continue;
    if (at >= SV_ENV_MAX)
      break;
    bpf_probe_read_kernel(&kept->bytes[at], length, buffer->bytes);
    kept->length = at + length;
  }
  return SV_ENV_CUT | kept->length;
}

/* Room for a reference's alignment is never needed, but records are a multiple of 8 bytes. */
static __always_inline __u32 sv_finish(struct sv_image *image, __u32 at)
{
  SV_OPAQUE(at);
  if (at <= SV_RECORD_MAX - 8) /* there is what an earlier record had */
    __builtin_memset(&image->bytes[at], 0, 8);
  at = (at + 7) & ~7u;
  image->process.header.size = at;
  return at;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(sv_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
  __u32 zero = 0;
  struct sv_image *image = bpf_map_lookup_elem(&sv_exec_image, &zero);
  struct sv_path_buffer *buffer = bpf_map_lookup_elem(&sv_exec_path, &zero);
  struct sv_env_buffer *env = bpf_map_lookup_elem(&sv_exec_env, &zero);
  __u32 at = sizeof(struct sv_process), length;

  sv_count(SV_KIND_EXEC, SV_PRODUCED);
  if (!image || !buffer || !env) {
    sv_count(SV_KIND_EXEC, SV_LOST_SCRATCH);
    return 0;
  }
  struct sv_process *process = &image->process;

  __builtin_memset(process, 0, sizeof(*process));
  sv_fill_header(&process->header, sizeof(*process), SV_KIND_EXEC, task);
  sv_fill_identity(process, task);
  sv_fill_credentials(process, task);
  sv_fill_stdio(process, task);
  process->args_count = bprm->argc;
  at = sv_fill_files(image, at, task, bprm->file, buffer);
  if (bprm->filename != bprm->interp) {
    process->flags |= SV_PROCESS_SCRIPT;
    at = sv_append_string(image, at, &process->script, bprm->filename);
    at = sv_append_string(image, at, &process->interpreter, bprm->interp);
  }
  length = sv_args_length(process, task->mm);
  SV_OPAQUE(at);
  SV_OPAQUE(length);
  if (length && length <= SV_ARGS_MAX && at <= SV_RECORD_MAX - SV_ARGS_MAX) {
    if (bpf_probe_read_user(&image->bytes[at], length, (void *)task->mm->arg_start)) {
      process->flags |= SV_PROCESS_ARGS_UNREADABLE;
    } else {
      process->args.offset = at;
      process->args.length = length;
      at += length;
    }
  }
  length = sv_keep_env(env, buffer, task->mm->env_start, task->mm->env_end);
  if (length & SV_ENV_CUT)
    process->flags |= SV_PROCESS_ENV_TRUNCATED;
  length &= ~SV_ENV_CUT;
  if (length > SV_ENV_MAX) {
    length = SV_ENV_MAX;
    process->flags |= SV_PROCESS_ENV_TRUNCATED;
  }
  if (length)
    at = sv_append(image, at, &process->env, env->bytes, length);
  at = sv_finish(image, at);
  SV_OPAQUE(at);
  if (at < sizeof(struct sv_process) || at > SV_RECORD_MAX) { /* never: the parts' bounds fit. But were it, it counts */
    sv_count(SV_KIND_EXEC, SV_LOST_SCRATCH);
    return 0;
  }
  if (bpf_ringbuf_output(&sv_ring, image, at, 0))
    sv_count(SV_KIND_EXEC, SV_LOST_RING);
  return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sv_fork, struct task_struct *creator, struct task_struct *child)
{
  struct sv_fork *fork;

  if (child->pid != child->tgid) /* a thread */
    return 0;
  fork = sv_reserve(SV_KIND_FORK, sizeof(*fork));
  if (!fork)
    return 0;
  const struct cred *cred = child->cred;
  struct task_struct *parent = child->real_parent;

  sv_fill_header(&fork->header, sizeof(*fork), SV_KIND_FORK, child);
  fork->parent_pid = parent->tgid;
  fork->parent_start_ns = parent->group_leader->start_boottime;
  fork->creator_pid = creator->tgid;
  fork->creator_start_ns = creator->group_leader->start_boottime;
  fork->uid = cred->uid.val;
  fork->gid = cred->gid.val;
  fork->euid = cred->euid.val;
  fork->egid = cred->egid.val;
  fork->inner_pid = BPF_CORE_READ(sv_inner(child), nr);
  fork->session = sv_session(child);
  bpf_core_read_str(fork->comm, sizeof(fork->comm), &child->comm);
  bpf_ringbuf_submit(fork, 0);
  return 0;
}

/* Processes whose last threads ended together. Memory: 64 KiB. Full: the oldest are forgotten, which ended long ago. */
struct sv_ended {
  __u64 start_ns;
  __u32 pid;
  __u32 reserved;
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, struct sv_ended);
  __type(value, __u8);
} sv_ended SEC(".maps");

/*
 * Was this process's end told? Every thread counts itself out before it comes here, so two that end together may both
 * find that none is left. Of those, the first still has the other beside it, and leaves word. (Since 6.16 the
 * tracepoint says which thread was the last, in an argument that older kernels do not have.)
 */
static __always_inline bool sv_ended_before(struct task_struct *task, struct signal_struct *signal)
{
  struct sv_ended key = {.start_ns = task->group_leader->start_boottime, .pid = task->tgid};
  __u8 one = 1;

  /* As an int: before 6.4 (d7ba4cc900bf) the upper half of what it returns is not its own. */
  if (signal->nr_threads > 1)
    return (int)bpf_map_update_elem(&sv_ended, &key, &one, BPF_NOEXIST) == -EEXIST;
  return bpf_map_lookup_elem(&sv_ended, &key) != NULL;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(sv_exit, struct task_struct *task)
{
  struct signal_struct *signal = task->signal;
  struct sv_exit *exit;
  int code;

  if (signal->live.counter != 0 || sv_ended_before(task, signal)) /* other threads go on */
    return 0;
  exit = sv_reserve(SV_KIND_EXIT, sizeof(*exit));
  if (!exit)
    return 0;
  sv_fill_header(&exit->header, sizeof(*exit), SV_KIND_EXIT, task);
  code = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : task->group_leader->exit_code;
  exit->code = (code >> 8) & 0xff;
  exit->signal = code & 0x7f;
  exit->core_dumped = (code & 0x80) != 0;
  exit->uid = task->cred->uid.val;
  bpf_core_read_str(exit->comm, sizeof(exit->comm), &task->group_leader->comm);
  bpf_ringbuf_submit(exit, 0);
  return 0;
}

static __always_inline int sv_task(struct bpf_iter__task *ctx, bool may_sleep)
{
  struct task_struct *task = ctx->task;
  __u32 zero = 0, at = sizeof(struct sv_process), length;
  struct sv_image *image = bpf_map_lookup_elem(&sv_task_image, &zero);
  struct sv_path_buffer *buffer = bpf_map_lookup_elem(&sv_task_path, &zero);

  if (!task || !image || !buffer || task->pid != task->tgid)
    return 0;
  struct sv_process *process = &image->process;
  struct mm_struct *mm = task->mm;

  __builtin_memset(process, 0, sizeof(*process));
  sv_fill_header(&process->header, sizeof(*process), SV_KIND_TASK, task);
  sv_fill_identity(process, task);
  if (!task->nsproxy || !task->fs || !task->files) /* it is ending: a zombie has none */
    return 0;
  sv_fill_credentials(process, task);
  if (!mm) {
    process->flags |= SV_PROCESS_KERNEL;
  } else {
    struct file *file = BPF_CORE_READ(mm, exe_file);

    sv_fill_stdio(process, task);
    if (file)
      at = sv_fill_files(image, at, task, file, buffer);
    length = sv_args_length(process, mm);
    SV_OPAQUE(at);
    SV_OPAQUE(length);
    if (length && length <= SV_ARGS_MAX && at <= SV_RECORD_MAX - SV_ARGS_MAX) {
      if (!may_sleep || bpf_copy_from_user_task(&image->bytes[at], length, (void *)mm->arg_start, task, 0)) {
        process->flags |= SV_PROCESS_ARGS_UNREADABLE;
      } else {
        process->args.offset = at;
        process->args.length = length;
        at += length;
      }
    }
  }
  at = sv_finish(image, at);
  SV_OPAQUE(at);
  if (at < sizeof(struct sv_process) || at > SV_RECORD_MAX)
    return 0;
  bpf_seq_write(ctx->meta->seq, image, at);
  return 0;
}

SEC("iter.s/task")
int sv_tasks_sleepable(struct bpf_iter__task *ctx)
{
  return sv_task(ctx, true);
}

SEC("iter/task")
int sv_tasks(struct bpf_iter__task *ctx)
{
  return sv_task(ctx, false);
}
