/*
 * Remembers, for one process and one folder, which bytes of files have been synced, so that the harness can take away the others when it cuts
 * the power: SIGKILL alone leaves them in the page cache, and nothing is lost that way.
 *
 *     cc -shared -fPIC -O2 -o unsynced-writes.so unsynced-writes.c
 *     UNSYNCED_WRITES_TABLE=/tmp/table UNSYNCED_WRITES_UNDER=/var/lib/node-1/ LD_PRELOAD=./unsynced-writes.so program
 *
 * The table is a mapped file, so that it outlives the process: for each inode that was opened for writing under the folder, the length up to
 * which it is synced. Bytes below that length which are overwritten are saved beside it, in TABLE.undo, until the next sync of the file.
 * A power cut is then: cut every file to its synced length (or to a length between that and its end, as a disk does that was under way), and
 * put the saved bytes back. Not modelled: directories that are not synced. Calls that go around the C library are not seen.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SLOTS 65536

/* As the harness reads it: three little-endian 64-bit numbers. */
typedef struct {
  uint64_t inode; /* 0: free */
  int64_t synced;
  uint64_t generation; /* counts the syncs: undo records of earlier ones are void */
} Slot;

typedef struct {
  uint64_t inode;
  uint64_t generation;
  int64_t at;
  uint64_t length;
} Undo;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* A signal may come while its thread is in here, and what handles it writes to a pipe, which is none of ours: that call goes straight through. */
static __thread volatile sig_atomic_t inside __attribute__((tls_model("initial-exec")));

static bool enter(void) {
  if (inside) return false;
  inside = 1;
  pthread_mutex_lock(&lock);
  return true;
}

static void leave(void) {
  pthread_mutex_unlock(&lock);
  inside = 0;
}
static bool started;
static Slot *slots;
static int undo_fd = -1;
static char under[PATH_MAX];
static size_t under_length;

static void give_up(const char *why) {
  char text[256];
  int length = snprintf(text, sizeof text, "unsynced-writes: %s\n", why);
  if (length > 0) syscall(SYS_write, 2, text, (size_t)length);
  syscall(SYS_exit_group, 97);
}

static void start(void) {
  started = true;
  const char *table = getenv("UNSYNCED_WRITES_TABLE");
  const char *folder = getenv("UNSYNCED_WRITES_UNDER");
  if (table == NULL || folder == NULL) return;
  char undo[PATH_MAX];
  if (strlen(table) + 6 > sizeof undo || strlen(folder) >= sizeof under) give_up("a path is too long");
  int fd = (int)syscall(SYS_openat, AT_FDCWD, table, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0 || syscall(SYS_ftruncate, fd, (off_t)(SLOTS * sizeof(Slot))) != 0) give_up("the table cannot be made");
  void *mapped = mmap(NULL, SLOTS * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) give_up("the table cannot be mapped");
  syscall(SYS_close, fd);
  snprintf(undo, sizeof undo, "%s.undo", table);
  undo_fd = (int)syscall(SYS_openat, AT_FDCWD, undo, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (undo_fd < 0) give_up("the undo file cannot be made");
  strcpy(under, folder);
  under_length = strlen(under);
  slots = mapped;
}

/* The slot of the inode; with `make` a new one where there is none. */
static Slot *slot_of(uint64_t inode, bool make) {
  for (uint64_t i = 0; i < SLOTS; i++) {
    Slot *slot = &slots[(inode * 2654435761u + i) % SLOTS];
    if (slot->inode == inode) return slot;
    if (slot->inode != 0) continue;
    if (!make) return NULL;
    slot->synced = 0;
    slot->generation = 0;
    slot->inode = inode;
    return slot;
  }
  give_up("more files than the table has room for");
  return NULL;
}

static bool ready(void) {
  if (!started) start();
  return slots != NULL;
}

/* Locked: the slot of an open file, or NULL where it is none of ours. */
static Slot *slot_of_fd(int fd, struct stat *now) {
  if (!ready() || syscall(SYS_fstat, fd, now) != 0 || !S_ISREG(now->st_mode)) return NULL;
  return slot_of(now->st_ino, false);
}

/* After a successful open for writing. `existed`: before it. */
static void opened(int fd, bool existed, int flags) {
  char link[64];
  char name[PATH_MAX];
  struct stat now;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long got = syscall(SYS_readlinkat, AT_FDCWD, link, name, sizeof name - 1);
  if (got <= 0) return;
  name[got] = '\0';
  if (strncmp(name, under, under_length) != 0) return;
  if (syscall(SYS_fstat, fd, &now) != 0 || !S_ISREG(now.st_mode)) return;
  Slot *slot = slot_of(now.st_ino, false);
  if (slot == NULL) {
    slot = slot_of(now.st_ino, true);
    slot->synced = existed ? now.st_size : 0;
  } else if (!existed || (flags & O_TRUNC) != 0) {
    /* The inode is used again, or the file begins anew. */
    slot->synced = 0;
    slot->generation++;
  }
}

/* Locked: what is synced of the bytes that are to be overwritten is saved. */
static void save(int fd, Slot *slot, int64_t at, int64_t length) {
  if (at >= slot->synced) return;
  int64_t until = at + length < slot->synced ? at + length : slot->synced;
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  /* The descriptor itself may be for writing only. */
  int reader = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (reader < 0) give_up("what is overwritten cannot be read");
  size_t bytes = (size_t)(until - at);
  char *record = malloc(sizeof(Undo) + bytes);
  if (record == NULL) give_up("no memory");
  long got = syscall(SYS_pread64, reader, record + sizeof(Undo), bytes, at);
  syscall(SYS_close, reader);
  if (got > 0) {
    *(Undo *)record = (Undo){slot->inode, slot->generation, at, (uint64_t)got};
    if (syscall(SYS_write, undo_fd, record, sizeof(Undo) + (size_t)got) < 0) give_up("the undo file cannot be written");
  }
  free(record);
}

/* Before a write. `at` < 0: where the file stands. */
static void before_write(int fd, int64_t at, int64_t length) {
  int error = errno;
  struct stat now;
  if (!enter()) return;
  Slot *slot = slot_of_fd(fd, &now);
  if (slot != NULL) {
    if (at < 0) {
      long flags = syscall(SYS_fcntl, fd, F_GETFL);
      at = (flags & O_APPEND) != 0 ? now.st_size : syscall(SYS_lseek, fd, 0, SEEK_CUR);
    }
    save(fd, slot, at, length);
  }
  leave();
  errno = error;
}

static int64_t length_of(const struct iovec *parts, int count) {
  int64_t sum = 0;
  for (int i = 0; i < count; i++) sum += (int64_t)parts[i].iov_len;
  return sum;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define WRITES(name, parameters, arguments, at, length) \
  ssize_t name parameters { \
    REAL(name); \
    before_write(fd, at, length); \
    return real arguments; \
  }

WRITES(write, (int fd, const void *data, size_t size), (fd, data, size), -1, (int64_t)size)
WRITES(pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), at, (int64_t)size)
WRITES(pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at), at, (int64_t)size)
WRITES(writev, (int fd, const struct iovec *parts, int count), (fd, parts, count), -1, length_of(parts, count))
WRITES(pwritev, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at), at, length_of(parts, count))
WRITES(pwritev64, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at), at, length_of(parts, count))

/* What was written before the call is synced when it has succeeded; what comes meanwhile is not counted. */
static int synced(int fd, int (*real)(int)) {
  struct stat before;
  if (!enter()) return real(fd);
  Slot *slot = slot_of_fd(fd, &before);
  leave();
  int result = real(fd);
  if (slot == NULL || result != 0 || !enter()) return result;
  if (before.st_size > slot->synced) slot->synced = before.st_size;
  slot->generation++;
  leave();
  return result;
}

int fsync(int fd) {
  REAL(fsync);
  return synced(fd, real);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return synced(fd, real);
}

static void shortened(int fd, int64_t size) {
  struct stat now;
  if (!enter()) return;
  Slot *slot = slot_of_fd(fd, &now);
  if (slot != NULL && size < slot->synced) slot->synced = size;
  leave();
}

int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  int result = real(fd, size);
  if (result == 0) shortened(fd, size);
  return result;
}

int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  int result = real(fd, size);
  if (result == 0) shortened(fd, size);
  return result;
}

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    if ((flags & O_ACCMODE) == O_RDONLY) return real(path, flags, mode); \
    struct stat before; \
    int error = errno; \
    bool existed = syscall(SYS_newfstatat, AT_FDCWD, path, &before, 0) == 0; \
    errno = error; \
    int fd = real(path, flags, mode); \
    if (fd < 0 || !enter()) return fd; \
    if (ready()) opened(fd, existed, flags); \
    leave(); \
    return fd; \
  }

OPENS(open)
OPENS(open64)
