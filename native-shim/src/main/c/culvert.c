/*
 * The part of Culvert that the Java side would do worse: many packets per call, and a process that carries descriptors out of
 * a namespace. Everything here has a slower way round it, so that Culvert also runs without this file being compiled.
 *
 * One source, two products: libculvert.so, and with -DCULVERT_HELPER the program culvert-ns-helper.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef CULVERT_HELPER

/* Raised whenever a signature or a meaning below changes; NativeShim.ABI must be equal. */
#define CULVERT_ABI 2

#define EXPORT __attribute__((visibility("default")))

EXPORT int culvert_abi(void)
{
	return CULVERT_ABI;
}

/*
 * All calls for packets go past the C library's read() and write(), which prepare for a pthread_cancel() that never comes: in a
 * program with threads that is a twentieth of what a small packet costs.
 */

/* Where a packet of a batch lies, counted from the batch's memory, and its bytes. */
struct culvert_packet {
	int offset;
	int length;
};

/*
 * Memory for a batch of packets, each behind the one before at the next multiple of `align` bytes, a power of two: few
 * cache lines and pages for small packets, and only as many large ones as a cache holds.
 */
struct culvert_batch {
	char *memory;
	long size;
	long largest; /* room that there must be for a packet */
	long align;
	struct culvert_packet packets[];
};

/*
 * Reads packets until the queue is empty, `limit` is reached or another one might not find room. Returns how many were read, or
 * -errno when already the first read fails for another reason than an empty queue.
 */
EXPORT int culvert_read_batch(int fd, struct culvert_batch *batch, int limit)
{
	int count = 0;
	long at = 0;

	while (count < limit && batch->size - at >= batch->largest) {
		long length = syscall(SYS_read, fd, batch->memory + at, batch->largest);
		if (length > 0) {
			batch->packets[count].offset = (int)at;
			batch->packets[count++].length = (int)length;
			at = (at + length + batch->align - 1) & -batch->align;
		} else if (length == 0 || errno == EAGAIN) {
			break;
		} else if (errno != EINTR) {
			/* What came before the error counts; the next call meets the error again. */
			return count > 0 ? count : -errno;
		}
	}
	return count;
}

/* write(2), again when a signal interrupts it; the number of bytes, or -errno. */
EXPORT int culvert_write(int fd, const void *bytes, long length)
{
	long written;

	do {
		written = syscall(SYS_write, fd, bytes, length);
	} while (written < 0 && errno == EINTR);
	return written < 0 ? -errno : (int)written;
}

/* writev(2) in the same way. */
EXPORT int culvert_write_vec(int fd, const struct iovec *iov, int count)
{
	long written;

	do {
		written = syscall(SYS_writev, fd, iov, count);
	} while (written < 0 && errno == EINTR);
	return written < 0 ? -errno : (int)written;
}

#else

#define LINK_SIZE 64

/* The name of a process's network namespace, such as "net:[4026531840]"; empty when it has ended or is not ours to ask. */
static void namespace_of(const char *pid, char name[LINK_SIZE])
{
	char path[64];
	ssize_t length;

	snprintf(path, sizeof path, "/proc/%.20s/ns/net", pid);
	length = readlink(path, name, LINK_SIZE - 1);
	name[length < 0 ? 0 : length] = 0;
}

/* Kills what runs in this namespace besides ourselves; returns how many those were. */
static int kill_once(const char *ours)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char theirs[LINK_SIZE];
	int count = 0;

	if (proc == NULL)
		return 0;
	while ((entry = readdir(proc)) != NULL) {
		pid_t pid = (pid_t)atol(entry->d_name);
		if (pid <= 0 || pid == getpid())
			continue;
		namespace_of(entry->d_name, theirs);
		if (strcmp(ours, theirs) == 0 && kill(pid, SIGKILL) == 0)
			count++;
	}
	closedir(proc);
	return count;
}

/* A process that is being killed may have had a child in the meantime, so look again until nobody is left. */
static void kill_all(const char *ours)
{
	struct timespec pause = {0, 1000000};
	int round;

	for (round = 0; round < 1000 && kill_once(ours) > 0; round++)
		nanosleep(&pause, NULL);
}

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

/* Reads a line without its end; what does not fit is lost. False at the end of the input. */
static int next_line(char *line, size_t size)
{
	size_t length = 0;
	char byte = 0;
	ssize_t got;

	do {
		got = read(STDIN_FILENO, &byte, 1);
		if (got == 1 && byte != '\n' && length + 1 < size)
			line[length++] = byte;
	} while ((got == 1 && byte != '\n') || (got < 0 && errno == EINTR));
	line[length] = 0;
	return got == 1;
}

/*
 * A socket belongs to the namespace of the process that made it, whoever holds it: "socket DOMAIN TYPE PROTOCOL" makes one
 * and answers with its number, or with -errno; "close NUMBER" gives up ours when the other program has its duplicate.
 */
static void make_sockets(char *line, size_t size)
{
	int domain, type, protocol, fd;

	while (next_line(line, size)) {
		if (sscanf(line, "socket %d %d %d", &domain, &type, &protocol) == 3) {
			fd = socket(domain, type | SOCK_CLOEXEC, protocol);
			printf("%d\n", fd < 0 ? -errno : fd);
			fflush(stdout);
		} else if (sscanf(line, "close %d", &fd) == 1) {
			close(fd);
		}
	}
}

static int hold(const char *ours)
{
	int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int inet = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int inet6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0); /* -1 where the kernel has no IPv6 */
	int route = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int asked;
	char line[64];

	if (tun < 0)
		return fail("/dev/net/tun");
	if (inet < 0 || route < 0)
		return fail("socket");
	printf("ready %d %d %d %d\n", tun, inet, inet6, route);
	fflush(stdout);
	while ((asked = next_line(line, sizeof line)) && strcmp(line, "tun") == 0) {
		close(tun); /* the outer program has its duplicate, and wants one for another queue */
		tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
		printf("%d\n", tun < 0 ? -errno : tun);
		fflush(stdout);
	}
	if (asked) {
		close(tun);
		close(inet);
		close(inet6);
		close(route);
		printf("released\n");
		fflush(stdout);
		make_sockets(line, sizeof line);
	}
	kill_all(ours);
	return 0;
}

/*
 * culvert-ns-helper OUTER-NAMESPACE: holds a network namespace. Opens what only a process inside can open and says on
 * standard output "ready TUN INET INET6 ROUTE" with the descriptors' numbers (-1: none). At a line "tun" on standard input it
 * opens the device node anew and says its number, or -errno. At the first other line the outer program has its duplicates: closes
 * them and says "released"; then makes sockets for it. When standard input ends, the
 * outer program has ended, killed or not: kills everything that still runs in the namespace.
 */
int main(int argc, char **argv)
{
	char ours[LINK_SIZE];

	if (argc != 2) {
		fprintf(stderr, "usage: %s OUTER-NAMESPACE\n", argv[0]);
		return 2;
	}
	namespace_of("self", ours);
	if (ours[0] == 0 || strcmp(ours, argv[1]) == 0) {
		printf("error: this is not a namespace of its own\n");
		return 1;
	}
	setsid(); /* the terminal's Ctrl-C is for the command, not for the ground below its feet */
	return hold(ours);
}

#endif
