// Runs a program and watches, spoils or ends it at its system calls that write.
//
//   tracer ROOT LOG ACTION AT PROGRAM ARGUMENT...
//
// Calls are counted from 1 when they open, write, sync, shorten, make, link, rename or remove something below ROOT, or
// write to standard output. LOG gets a line for each; `-` is none, a leading `+` adds the bytes that were written. ACTION is
// what happens at call number AT: `none`, `kill-before`, `kill-after`, `short` (half of the bytes are written), `fail:ERRNO`,
// or, for this call and all after it that need room on the disk, `full` and `short-full`; `dead` fails every call from AT on
// with EIO. `lie` says that the call wrote what it did not. `mute+` before another action lets no write to a journal through,
// and says that all is well: what the store would be without one. Writes to the store are slow then, for a kill to find them.
//
// A shim that is preloaded would be simpler, but does not see the calls that a program makes past its C library.
// For Linux on x86-64. Ends like the program: with its status, or with 128 + signal.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind { OPEN, OPENAT, WRITE, PWRITE, VECTOR, SYNC, TRUNCATE, PATH, PATHAT, PAIR, PAIRAT, DESCRIPTOR, COPY };

static const struct call { long number; enum kind kind; const char *name; } CALLS[] = {
  {SYS_open, OPEN, "open"}, {SYS_creat, OPEN, "open"}, {SYS_openat, OPENAT, "open"},
  {SYS_write, WRITE, "write"}, {SYS_pwrite64, PWRITE, "write"}, {SYS_writev, VECTOR, "write"},
  {SYS_pwritev, VECTOR, "write"}, {SYS_pwritev2, VECTOR, "write"},
  {SYS_fsync, SYNC, "sync"}, {SYS_fdatasync, SYNC, "sync"}, {SYS_sync_file_range, SYNC, "sync"},
  {SYS_ftruncate, TRUNCATE, "truncate"}, {SYS_truncate, PATH, "truncate-path"}, {SYS_fallocate, DESCRIPTOR, "allocate"},
  {SYS_unlink, PATH, "unlink"}, {SYS_unlinkat, PATHAT, "unlink"}, {SYS_rmdir, PATH, "rmdir"},
  {SYS_mkdir, PATH, "mkdir"}, {SYS_mkdirat, PATHAT, "mkdir"},
  {SYS_rename, PAIR, "rename"}, {SYS_renameat, PAIRAT, "rename"}, {SYS_renameat2, PAIRAT, "rename"},
  {SYS_link, PAIR, "link"}, {SYS_linkat, PAIRAT, "link"}, {SYS_symlink, PAIR, "link"},
  {SYS_chmod, PATH, "chmod"}, {SYS_fchmod, DESCRIPTOR, "chmod"}, {SYS_fchmodat, PATHAT, "chmod"},
  {SYS_fchown, DESCRIPTOR, "chown"}, {SYS_copy_file_range, COPY, "copy"}, {SYS_sendfile, COPY, "copy"},
};
enum { COUNT = sizeof CALLS / sizeof *CALLS };

static const char *root, *action;
static pid_t tracer;
static long at, seen;
static int with_data, mute;
static FILE *report;

// What is known of a call between its beginning and its end.
struct pending {
  pid_t pid;
  const struct call *call;
  int kill, fresh;
  long descriptor, offset, length, flags;
  unsigned long address;
  char one[4096], other[4096];
};
static struct pending pendings[64];

static void give_up(const char *what) {
  perror(what);
  exit(99);
}

static struct pending *pending_of(pid_t pid) {
  for (int i = 0; i < 64; i++) if (pendings[i].pid == pid) return &pendings[i];
  for (int i = 0; i < 64; i++) if (!pendings[i].pid) { pendings[i].pid = pid; return &pendings[i]; }
  exit(99);
}

static void link_target(pid_t pid, const char *what, char *into) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, what);
  ssize_t length = readlink(path, into, 4095);
  into[length < 0 ? 0 : length] = 0;
}

static void path_of_descriptor(pid_t pid, long descriptor, char *into) {
  char what[32];
  if ((int)descriptor == AT_FDCWD) strcpy(what, "cwd");
  else snprintf(what, sizeof what, "fd/%ld", descriptor);
  link_target(pid, what, into);
}

static void path_at(pid_t pid, long folder, unsigned long address, char *into) {
  char name[4096];
  struct iovec here = {name, sizeof name}, there = {(void *)address, sizeof name};
  ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
  if (got <= 0) {                       // The page after the name may not be there.
    there.iov_len = here.iov_len = 4096 - address % 4096;
    got = process_vm_readv(pid, &here, 1, &there, 1, 0);
  }
  if (got <= 0) { into[0] = 0; return; }
  name[got < 4096 ? got : 4095] = 0;
  if (name[0] == '/') { strcpy(into, name); return; }
  path_of_descriptor(pid, folder, into);
  size_t length = strlen(into);
  const char *rest = name;
  while (rest[0] == '.' && rest[1] == '/') rest += 2;
  if (strcmp(rest, ".")) snprintf(into + length, 4096 - length, "/%s", rest);
}

static long position(pid_t pid, long descriptor) {
  char path[64], line[128];
  long offset = 0;
  snprintf(path, sizeof path, "/proc/%d/fdinfo/%ld", pid, descriptor);
  FILE *info = fopen(path, "r");
  if (info && fgets(line, sizeof line, info)) sscanf(line, "pos: %ld", &offset);
  if (info) fclose(info);
  return offset;
}

// Fills in what the call is about; says whether that is any of our business.
static int understand(struct pending *p, const struct user_regs_struct *r) {
  struct stat there;
  p->one[0] = p->other[0] = 0;
  p->kill = p->fresh = 0;
  p->offset = p->length = p->flags = 0;
  p->descriptor = -1;
  switch (p->call->kind) {
  case OPEN: path_at(p->pid, AT_FDCWD, r->rdi, p->one); p->flags = p->call->number == SYS_creat ? O_CREAT | O_WRONLY | O_TRUNC : (long)r->rsi; break;
  case OPENAT: path_at(p->pid, r->rdi, r->rsi, p->one); p->flags = r->rdx; break;
  case PATH: path_at(p->pid, AT_FDCWD, r->rdi, p->one); p->length = r->rsi; break;
  case PATHAT: path_at(p->pid, r->rdi, r->rsi, p->one); p->flags = r->rdx; break;
  case PAIR: path_at(p->pid, AT_FDCWD, r->rdi, p->one); path_at(p->pid, AT_FDCWD, r->rsi, p->other); break;
  case PAIRAT: path_at(p->pid, r->rdi, r->rsi, p->one); path_at(p->pid, r->rdx, r->r10, p->other); break;
  case WRITE: case PWRITE: p->address = r->rsi; p->length = r->rdx; // fall through
  case VECTOR: case SYNC: case TRUNCATE: case DESCRIPTOR: p->descriptor = r->rdi; break;
  case COPY: p->descriptor = p->call->number == SYS_sendfile ? r->rdi : r->rdx; break;
  }
  if (p->descriptor >= 0) path_of_descriptor(p->pid, p->descriptor, p->one);
  if (p->call->kind == TRUNCATE) p->length = r->rsi;
  if (p->call->kind == PWRITE) p->offset = r->r10;
  else if (p->call->kind == WRITE || p->call->kind == VECTOR || p->call->kind == COPY) p->offset = position(p->pid, p->descriptor);
  if (p->call->kind == OPEN || p->call->kind == OPENAT) p->fresh = lstat(p->one, &there) != 0;
  if (p->descriptor == 1 && p->call->kind == WRITE) { strcpy(p->one, "stdout"); return 1; }
  size_t length = strlen(root);
  return !strncmp(p->one, root, length) || !strncmp(p->other, root, length);
}

static const char *name_of(const struct pending *p) {
  if (p->call->kind != OPEN && p->call->kind != OPENAT) return p->call->name;
  if (p->flags & (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))) return "create";
  return (p->flags & O_ACCMODE) == O_RDONLY ? "open" : "open-write";
}

// A disk without room still shortens and removes.
static int needs_room(const char *name) {
  return !strcmp(name, "write") || !strcmp(name, "create") || !strcmp(name, "mkdir") || !strcmp(name, "link") ||
         !strcmp(name, "copy") || !strcmp(name, "allocate");
}

static void fail(struct pending *p, struct user_regs_struct *r, int error) {
  r->orig_rax = -1;
  r->rax = -error;
  if (ptrace(PTRACE_SETREGS, p->pid, 0, r)) give_up("setregs");
}

static void pretend(struct pending *p, struct user_regs_struct *r) {
  r->orig_rax = -1;
  r->rax = p->call->kind == WRITE || p->call->kind == PWRITE ? r->rdx : 0;
  if (ptrace(PTRACE_SETREGS, p->pid, 0, r)) give_up("setregs");
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && !strcmp(text + length - tail, end);
}

static void shorten(struct pending *p, struct user_regs_struct *r) {
  if (p->call->kind == WRITE || p->call->kind == PWRITE) {
    if (r->rdx > 1) r->rdx /= 2;
  } else if (p->call->kind == VECTOR && r->rdx > 1) {
    r->rdx /= 2;
  }
  if (ptrace(PTRACE_SETREGS, p->pid, 0, r)) give_up("setregs");
}

static void tell(struct pending *p, long result) {
  if (!report) return;
  int writes = !strcmp(p->call->name, "write") || p->call->kind == COPY;
  long bytes = writes && result > 0 ? result : 0;
  fprintf(report, "%ld\t%s\t%ld\t%ld\t%ld\t%d\t%ld\t%s\t%s\n", seen, name_of(p), result, p->offset, writes ? bytes : p->length,
          p->fresh, p->flags, p->one, p->other);
  if (!with_data || !bytes) return;
  char *copy = malloc(bytes);
  struct iovec here = {copy, bytes}, there = {(void *)p->address, bytes};
  int whole = p->address && (p->call->kind == WRITE || p->call->kind == PWRITE) &&
              process_vm_readv(p->pid, &here, 1, &there, 1, 0) == bytes;
  if (!whole) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%ld", p->pid, p->descriptor);
    int file = open(path, O_RDONLY);
    whole = file >= 0 && pread(file, copy, bytes, p->offset) == bytes;
    if (file >= 0) close(file);
  }
  if (!whole) memset(copy, 0, bytes);
  fwrite(copy, 1, bytes, report);
  free(copy);
}

static void begin(pid_t pid) {
  struct user_regs_struct r;
  if (ptrace(PTRACE_GETREGS, pid, 0, &r)) { ptrace(PTRACE_CONT, pid, 0, 0); return; }
  struct pending *p = pending_of(pid);
  p->call = 0;
  for (int i = 0; i < COUNT; i++) if (CALLS[i].number == (long)r.orig_rax) p->call = &CALLS[i];
  if (!p->call || !understand(p, &r)) { p->call = 0; ptrace(PTRACE_CONT, pid, 0, 0); return; }
  seen++;
  int now = seen == at, later = at && seen > at;
  if (now && !strcmp(action, "kill-before")) { kill(pid, SIGKILL); return; }
  if (now && !strcmp(action, "kill-after")) p->kill = 1;
  if (mute && p->call->kind == PWRITE) {
    if (ends_with(p->one, "-journal")) pretend(p, &r);
    else usleep(2000);
  }
  if (now && !strncmp(action, "short", 5)) shorten(p, &r);
  if (now && !strcmp(action, "lie")) pretend(p, &r);
  if (now && !strncmp(action, "fail:", 5)) fail(p, &r, atoi(action + 5));
  if ((now || later) && !strcmp(action, "dead")) fail(p, &r, EIO);
  if (((now || later) && !strcmp(action, "full")) || (later && !strcmp(action, "short-full")))
    if (needs_room(name_of(p)) && strcmp(p->one, "stdout")) fail(p, &r, ENOSPC);
  ptrace(report || p->kill ? PTRACE_SYSCALL : PTRACE_CONT, pid, 0, 0);
}

static void end(pid_t pid) {
  struct pending *p = pending_of(pid);
  struct user_regs_struct r;
  if (p->call && !ptrace(PTRACE_GETREGS, pid, 0, &r)) {
    tell(p, (long)r.rax);
    if (p->kill) { kill(pid, SIGKILL); return; }
  }
  p->call = 0;
  ptrace(PTRACE_CONT, pid, 0, 0);
}

static void become(char **words) {
  struct sock_filter code[2 * COUNT + 8];
  int n = 0;
  code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < COUNT; i++) {
    code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS[i].number, 0, 1);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  }
  code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog filter = {n, code};
  // Killed before it can say that its end is ours as well, the tracer would leave us stopped for ever, and our pipes open.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != tracer) _exit(99);
  if (ptrace(PTRACE_TRACEME, 0, 0, 0)) give_up("traceme");
  raise(SIGSTOP);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) give_up("seccomp");
  execv(words[0], words);
  give_up("exec");
}

int main(int count, char **words) {
  if (count < 6) return 99;
  root = words[1];
  action = words[3];
  mute = !strncmp(action, "mute+", 5);
  if (mute) action += 5;
  at = atol(words[4]);
  if (strcmp(words[2], "-")) {
    with_data = words[2][0] == '+';
    report = fopen(words[2] + with_data, "w");
    if (!report) give_up(words[2]);
    fcntl(fileno(report), F_SETFD, FD_CLOEXEC);
  }
  tracer = getpid();
  pid_t child = fork();
  if (child < 0) give_up("fork");
  if (!child) become(words + 5);
  int status, result = 99;
  if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) return 99;
  if (ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE |
             PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC)) give_up("options");
  ptrace(PTRACE_CONT, child, 0, 0);
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) break;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (pid == child) result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      continue;
    }
    int signal = WSTOPSIG(status), event = status >> 16;
    if (event == PTRACE_EVENT_SECCOMP) begin(pid);
    else if (signal == (SIGTRAP | 0x80)) end(pid);
    else if (event || signal == SIGSTOP) ptrace(PTRACE_CONT, pid, 0, 0);
    else ptrace(PTRACE_CONT, pid, 0, signal);
  }
  if (report && fclose(report)) give_up("log");
  return result;
}
