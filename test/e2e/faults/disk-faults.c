/*
 * Makes a disk fail for one process and one part of the file system, by standing before the C library (LD_PRELOAD).
 *
 *     cc -shared -fPIC -O2 -o disk-faults.so disk-faults.c
 *     DISK_FAULTS_FILE=/tmp/rules LD_PRELOAD=./disk-faults.so program
 *
 * Rules stand in the file that DISK_FAULTS_FILE names, one a line; it is looked at on every call, so that a test writes, changes and
 * removes it while the program runs. DISK_FAULTS holds rules for the whole life of the process (`;` between them). A rule:
 *
 *     CALLS ERROR [after=N] [times=N] [delay=MS] PATH
 *
 *     CALLS   write, read, sync, allocate, open, rename, unlink, joined by commas; or all
 *     ERROR   EIO, ENOSPC, EROFS, EDQUOT, EACCES, ENOENT, a number, or ok: the call is made after the delay
 *     after   so many matching calls are let through first; times: after so many failures the rule is spent; delay: waits before
 *     PATH    the beginning of the file's absolute path, to the end of the line
 *
 *     write,sync EIO /var/lib/node-1/
 *     sync ok delay=1500 /var/lib/node-2/db/
 *
 * The first rule that matches decides. The file is replaced by renaming another one, never written in place. Calls that go around the C
 * library (io_uring, mapped files, raw system calls) are not seen. A file of rules that cannot be read whole, or holds anything else, ends
 * the process: a fault that silently is none proves nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
  CALL_WRITE = 1 << 0,
  CALL_READ = 1 << 1,
  CALL_SYNC = 1 << 2,
  CALL_ALLOCATE = 1 << 3,
  CALL_OPEN = 1 << 4,
  CALL_RENAME = 1 << 5,
  CALL_UNLINK = 1 << 6,
  CALL_ALL = (1 << 7) - 1,
};

#define RULES_MAX 32
#define RULES_BYTES_MAX 16384

typedef struct {
  int calls;
  int error; /* 0: the call is made */
  long after;
  long times; /* -1: always */
  long delay_ms;
  long seen;
  size_t path_length;
  char path[PATH_MAX];
} Rule;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* A signal may come while its thread is in here, and what handles it writes to a pipe: that call goes straight through. */
static __thread volatile sig_atomic_t inside __attribute__((tls_model("initial-exec")));
static Rule rules[RULES_MAX];
static int rule_count;
static Rule fixed[RULES_MAX];
static int fixed_count;
static bool started;
static const char *rules_file;
/* Which file of rules was read last. */
static struct stat known;
static bool known_present;

static void give_up(const char *why, const char *what) {
  char text[PATH_MAX + 128];
  int length = snprintf(text, sizeof text, "disk-faults: %s: %s\n", why, what);
  if (length > 0) syscall(SYS_write, 2, text, (size_t)length);
  syscall(SYS_exit_group, 97);
}

static const struct {
  const char *name;
  int value;
} CALL_NAMES[] = {
    {"write", CALL_WRITE}, {"read", CALL_READ},     {"sync", CALL_SYNC},     {"allocate", CALL_ALLOCATE},
    {"open", CALL_OPEN},   {"rename", CALL_RENAME}, {"unlink", CALL_UNLINK}, {"all", CALL_ALL},
}, ERROR_NAMES[] = {
    {"ok", 0},           {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EROFS", EROFS},
    {"EDQUOT", EDQUOT},  {"EACCES", EACCES}, {"ENOENT", ENOENT},
};

static int calls_of(char *words) {
  int calls = 0;
  char *rest = NULL;
  for (char *word = strtok_r(words, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest)) {
    int found = 0;
    for (size_t i = 0; i < sizeof CALL_NAMES / sizeof *CALL_NAMES; i++)
      if (strcmp(word, CALL_NAMES[i].name) == 0) found = CALL_NAMES[i].value;
    if (found == 0) give_up("no such call", word);
    calls |= found;
  }
  return calls;
}

static int error_of(const char *word) {
  for (size_t i = 0; i < sizeof ERROR_NAMES / sizeof *ERROR_NAMES; i++)
    if (strcmp(word, ERROR_NAMES[i].name) == 0) return ERROR_NAMES[i].value;
  char *end = NULL;
  long number = strtol(word, &end, 10);
  if (*word == '\0' || *end != '\0' || number < 0 || number > 4095) give_up("no such error", word);
  return (int)number;
}

static void parse_rule(char *line, Rule *rule) {
  char whole[PATH_MAX];
  snprintf(whole, sizeof whole, "%s", line);
  *rule = (Rule){.times = -1};
  char *rest = NULL;
  char *calls = strtok_r(line, " ", &rest);
  char *error = strtok_r(NULL, " ", &rest);
  if (calls == NULL || error == NULL) give_up("a rule is CALLS ERROR [after= times= delay=] PATH", whole);
  rule->calls = calls_of(calls);
  rule->error = error_of(error);
  while (rest != NULL && *rest != '/') {
    char *option = strtok_r(NULL, " ", &rest);
    long value = 0;
    if (option == NULL) give_up("a rule without an absolute path", whole);
    if (sscanf(option, "after=%ld", &value) == 1) rule->after = value;
    else if (sscanf(option, "times=%ld", &value) == 1) rule->times = value;
    else if (sscanf(option, "delay=%ld", &value) == 1) rule->delay_ms = value;
    else give_up("no such option", option);
    if (value < 0) give_up("a negative number", option);
  }
  if (rest == NULL || *rest == '\0') give_up("a rule without an absolute path", whole);
  rule->path_length = strlen(rest);
  memcpy(rule->path, rest, rule->path_length + 1);
}

static int parse_rules(char *text, const char *separators, Rule *into) {
  int count = 0;
  char *rest = NULL;
  for (char *line = strtok_r(text, separators, &rest); line != NULL; line = strtok_r(NULL, separators, &rest)) {
    while (*line == ' ') line++;
    if (*line == '\0' || *line == '#') continue;
    if (count == RULES_MAX) give_up("too many rules", line);
    if (strlen(line) >= PATH_MAX) give_up("a rule is too long", line);
    parse_rule(line, &into[count++]);
  }
  return count;
}

static void start(void) {
  started = true;
  rules_file = getenv("DISK_FAULTS_FILE");
  const char *given = getenv("DISK_FAULTS");
  if (given == NULL) return;
  char text[RULES_BYTES_MAX];
  if (strlen(given) >= sizeof text) give_up("too many rules", "DISK_FAULTS");
  strcpy(text, given);
  fixed_count = parse_rules(text, ";\n", fixed);
}

/* Reads the file of rules where it is another one than last time. Counters begin anew then. */
static void refresh(void) {
  struct stat now;
  if (rules_file == NULL) return;
  if (syscall(SYS_newfstatat, AT_FDCWD, rules_file, &now, 0) != 0) {
    known_present = false;
    rule_count = 0;
    return;
  }
  if (known_present && now.st_ino == known.st_ino && now.st_size == known.st_size &&
      now.st_mtim.tv_sec == known.st_mtim.tv_sec && now.st_mtim.tv_nsec == known.st_mtim.tv_nsec)
    return;
  char text[RULES_BYTES_MAX];
  int fd = (int)syscall(SYS_openat, AT_FDCWD, rules_file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) give_up("the rules cannot be opened", rules_file);
  size_t length = 0;
  for (;;) {
    long got = syscall(SYS_read, fd, text + length, sizeof text - length);
    if (got < 0) give_up("the rules cannot be read", rules_file);
    if (got == 0) break;
    length += (size_t)got;
    if (length == sizeof text) give_up("too many rules", rules_file);
  }
  syscall(SYS_close, fd);
  text[length] = '\0';
  rule_count = parse_rules(text, "\n", rules);
  known = now;
  known_present = true;
}

static Rule *first_match(Rule *from, int count, int call, const char *path) {
  for (int i = 0; i < count; i++)
    if ((from[i].calls & call) != 0 && strncmp(from[i].path, path, from[i].path_length) == 0) return &from[i];
  return NULL;
}

/* 0: the call is to be made; else the error that it ends with. */
static int verdict_on(int call, const char *path) {
  Rule *rule = first_match(fixed, fixed_count, call, path);
  if (rule == NULL) rule = first_match(rules, rule_count, call, path);
  if (rule == NULL) return 0;
  long seen = rule->seen++;
  if (seen < rule->after || (rule->times >= 0 && seen >= rule->after + rule->times)) return 0;
  int error = rule->error;
  long delay_ms = rule->delay_ms;
  if (delay_ms > 0) {
    pthread_mutex_unlock(&lock);
    struct timespec wait = {delay_ms / 1000, (delay_ms % 1000) * 1000000};
    while (nanosleep(&wait, &wait) != 0 && errno == EINTR) continue;
    pthread_mutex_lock(&lock);
  }
  return error;
}

/* Either `path` (relative to the directory `fd`) or, without one, the file behind `fd`. Leaves errno alone where nothing fails. */
static bool fails(int call, int fd, const char *path) {
  if (inside) return false;
  inside = 1;
  int before = errno;
  char name[PATH_MAX];
  char link[64];
  int error = 0;
  pthread_mutex_lock(&lock);
  if (!started) start();
  refresh();
  if (rule_count + fixed_count > 0) {
    size_t length = 0;
    bool known_name = true;
    if (path == NULL || *path != '/') {
      if (fd == AT_FDCWD) strcpy(link, "/proc/self/cwd");
      else snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
      long got = syscall(SYS_readlinkat, AT_FDCWD, link, name, sizeof name - 1);
      known_name = got > 0;
      length = known_name ? (size_t)got : 0;
      if (known_name && path != NULL) name[length++] = '/';
    }
    if (known_name && path != NULL) {
      if (length + strlen(path) >= sizeof name) known_name = false;
      else strcpy(name + length, path);
    } else if (known_name) {
      name[length] = '\0';
    }
    if (known_name) error = verdict_on(call, name);
  }
  pthread_mutex_unlock(&lock);
  inside = 0;
  errno = error == 0 ? before : error;
  return error != 0;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define ON_FILE(result, name, call, parameters, arguments) \
  result name parameters { \
    REAL(name); \
    return fails(call, fd, NULL) ? -1 : real arguments; \
  }

ON_FILE(ssize_t, write, CALL_WRITE, (int fd, const void *data, size_t size), (fd, data, size))
ON_FILE(ssize_t, pwrite, CALL_WRITE, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
ON_FILE(ssize_t, pwrite64, CALL_WRITE, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FILE(ssize_t, writev, CALL_WRITE, (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FILE(ssize_t, pwritev, CALL_WRITE, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at))
ON_FILE(ssize_t, pwritev64, CALL_WRITE, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at))
ON_FILE(ssize_t, read, CALL_READ, (int fd, void *data, size_t size), (fd, data, size))
ON_FILE(ssize_t, pread, CALL_READ, (int fd, void *data, size_t size, off_t at), (fd, data, size, at))
ON_FILE(ssize_t, pread64, CALL_READ, (int fd, void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FILE(ssize_t, readv, CALL_READ, (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FILE(ssize_t, preadv, CALL_READ, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at))
ON_FILE(ssize_t, preadv64, CALL_READ, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at))
ON_FILE(int, fsync, CALL_SYNC, (int fd), (fd))
ON_FILE(int, fdatasync, CALL_SYNC, (int fd), (fd))
ON_FILE(int, fallocate, CALL_ALLOCATE, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size))
ON_FILE(int, fallocate64, CALL_ALLOCATE, (int fd, int mode, off64_t at, off64_t size), (fd, mode, at, size))
ON_FILE(int, ftruncate, CALL_ALLOCATE, (int fd, off_t size), (fd, size))
ON_FILE(int, ftruncate64, CALL_ALLOCATE, (int fd, off64_t size), (fd, size))

int sync_file_range(int fd, off64_t at, off64_t size, unsigned flags) {
  REAL(sync_file_range);
  /* Without flags it asks for nothing, as programs do to see whether there is such a call: no disk can fail it. */
  return flags != 0 && fails(CALL_SYNC, fd, NULL) ? -1 : real(fd, at, size, flags);
}

int open(const char *path, int flags, ...) {
  REAL(open);
  va_list more;
  va_start(more, flags);
  mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return fails(CALL_OPEN, AT_FDCWD, path) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  REAL(open64);
  va_list more;
  va_start(more, flags);
  mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return fails(CALL_OPEN, AT_FDCWD, path) ? -1 : real(path, flags, mode);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  return fails(CALL_RENAME, AT_FDCWD, from) ? -1 : real(from, to);
}

int unlink(const char *path) {
  REAL(unlink);
  return fails(CALL_UNLINK, AT_FDCWD, path) ? -1 : real(path);
}
