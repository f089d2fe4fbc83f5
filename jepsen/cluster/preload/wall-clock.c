/*
 * Gives one process another wall clock. The file that WALL_CLOCK_FILE names holds an offset, a little-endian 64-bit number of milliseconds;
 * it is mapped, so that a write to it is a jump at once.
 *
 *     cc -shared -fPIC -O2 -o wall-clock.so wall-clock.c
 *     WALL_CLOCK_FILE=/tmp/offset LD_PRELOAD=./wall-clock.so program
 *
 * Monotonic clocks are not touched. Waits until a time of day are corrected, so that a jump makes no thread sleep for an hour.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Times of day are beyond this many seconds, times since the start of the machine are not. */
#define DAY_SECONDS_MIN 1000000000

static const volatile int64_t *offset_ms;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("WALL_CLOCK_FILE");
  if (path == NULL) return;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  void *mapped = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) {
    fprintf(stderr, "wall-clock: %s cannot be mapped\n", path);
    _exit(97);
  }
  syscall(SYS_close, fd);
  offset_ms = mapped;
}

static int64_t offset(void) { return offset_ms == NULL ? 0 : *offset_ms; }

static void shift(int64_t *seconds, int64_t *fraction, int64_t per_second, int64_t by_ms) {
  int64_t whole = *fraction + by_ms % 1000 * (per_second / 1000);
  *seconds += by_ms / 1000;
  if (whole < 0) {
    whole += per_second;
    *seconds -= 1;
  } else if (whole >= per_second) {
    whole -= per_second;
    *seconds += 1;
  }
  *fraction = whole;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static struct timespec shifted(struct timespec at, int64_t by_ms) {
  int64_t seconds = at.tv_sec;
  int64_t fraction = at.tv_nsec;
  shift(&seconds, &fraction, 1000000000, by_ms);
  return (struct timespec){.tv_sec = seconds, .tv_nsec = fraction};
}

int clock_gettime(clockid_t clock, struct timespec *at) {
  REAL(clock_gettime);
  int result = real(clock, at);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) *at = shifted(*at, offset());
  return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  REAL(gettimeofday);
  int result = real(at, zone);
  if (result == 0) {
    int64_t seconds = at->tv_sec;
    int64_t fraction = at->tv_usec;
    shift(&seconds, &fraction, 1000000, offset());
    *at = (struct timeval){.tv_sec = seconds, .tv_usec = fraction};
  }
  return result;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != NULL) *at = now.tv_sec;
  return now.tv_sec;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
  REAL(pthread_cond_timedwait);
  struct timespec real_until = until->tv_sec < DAY_SECONDS_MIN ? *until : shifted(*until, -offset());
  return real(condition, mutex, &real_until);
}
