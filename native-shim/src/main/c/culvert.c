/*
 * The part of Culvert that the Java side would do worse: many packets per call, and a process that carries descriptors out of
 * a namespace. Everything here has a slower way round it, so that Culvert also runs without this file being compiled.
 *
 * One source, two products: libculvert.so, and with -DCULVERT_HELPER the program culvert-ns-helper.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef CULVERT_HELPER

/* Raised whenever a signature or a meaning below changes; NativeShim.ABI must be equal. */
#define CULVERT_ABI 1

#define EXPORT __attribute__((visibility("default")))

EXPORT int culvert_abi(void)
{
	return CULVERT_ABI;
}

/* Memory for a batch of packets: packet i lies at slots + i * stride and is lengths[i] bytes long. */
struct culvert_batch {
	char *slots;
	long stride;
	long slot_size;
	int lengths[];
};

/*
 * Reads packets until the queue is empty or `limit` is reached. Returns how many were read, or -errno when already the first
 * read fails for another reason than an empty queue.
 */
EXPORT int culvert_read_batch(int fd, struct culvert_batch *batch, int limit)
{
	int count = 0;

	while (count < limit) {
		ssize_t length = read(fd, batch->slots + count * batch->stride, (size_t)batch->slot_size);
		if (length > 0) {
			batch->lengths[count++] = (int)length;
		} else if (length == 0 || errno == EAGAIN) {
			break;
		} else if (errno != EINTR) {
			/* What came before the error counts; the next call meets the error again. */
			return count > 0 ? count : -errno;
		}
	}
	return count;
}

/* writev(2), again when a signal interrupts it; the number of bytes, or -errno. */
EXPORT int culvert_write_vec(int fd, const struct iovec *iov, int count)
{
	ssize_t written;

	do {
		written = writev(fd, iov, count);
	} while (written < 0 && errno == EINTR);
	return written < 0 ? -errno : (int)written;
}

#else

static int fail(const char *what)
{
	printf("error %s: %s\n", what, strerror(errno));
	return 1;
}

/*
 * culvert-ns-helper PARENT-PID: holds a network namespace. Opens what only a process inside can open, says on standard output
 * "ready TUN INET INET6" with the descriptors' numbers (-1: none), closes them at the first line on standard input, when the
 * parent has its duplicates, and ends with its standard input.
 */
int main(int argc, char **argv)
{
	pid_t parent = argc == 2 ? (pid_t)atol(argv[1]) : 0;
	int tun;
	int inet;
	int inet6;
	char byte;

	if (parent <= 0) {
		fprintf(stderr, "usage: %s PARENT-PID\n", argv[0]);
		return 2;
	}
	/* The terminal's Ctrl-C is for the command, not for the namespace below its feet. */
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return 1; /* it died before the line above could be true */

	tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tun < 0)
		return fail("/dev/net/tun");
	inet = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (inet < 0)
		return fail("socket");
	inet6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0); /* -1 where the kernel has no IPv6 */
	printf("ready %d %d %d\n", tun, inet, inet6);
	fflush(stdout);

	do {
		if (read(STDIN_FILENO, &byte, 1) <= 0)
			return 0;
	} while (byte != '\n');
	close(tun);
	close(inet);
	close(inet6);
	printf("released\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}

#endif
