/*
 * pd_proxy.c - a packetdrill "--so_filename" plug-in that forwards every socket
 * call and every packet over a unix-domain stream socket to `culvert packetdrill`,
 * which plays them on a Culvert stack. How to use it: docs/packet-scripts.md.
 *
 * Build:  gcc -O2 -g -Wall -Wextra -fPIC -shared -o pd_proxy.so pd_proxy.c -lpthread -ldl
 * Run:    packetdrill --so_filename=$PWD/pd_proxy.so \
 *             --so_flags=unix:/path/peer.sock[,clock=virtual][,recv_timeout_ms=N][,trace] script.pkt
 *         Add LD_PRELOAD=$PWD/pd_proxy.so so that %{ tcpi_... }% blocks (packetdrill
 *         calls plain getsockopt() for them) also reach the peer.
 *
 * Self-contained: the ABI struct below was written from the documented interface;
 * member order is the contract with packetdrill (checked against commit 2c4001c4).
 *
 * WIRE PROTOCOL (version 1). All integers big-endian. One stream, both directions framed.
 *   request : u32 len | u32 id | u16 op | u16 0 | i64 now_us | body        (len counts what follows it)
 *   response: u32 len | u32 id | i32 result | i32 errno | i64 time_us | body
 * Requests are sent in program order; the peer MUST start them in order but MAY answer
 * out of order (a blocking accept/read stays open while packets flow). At most two are
 * outstanding: one blocking call (packetdrill's syscall thread) + one from the main thread.
 * errno is a Linux number; result/errno follow the POSIX call of the same name.
 *   sockaddr := u16 family(2|10) u16 port u8 n(4|16|0) n bytes      blob := u32 n, n bytes
 *   op  body                                        -> response body
 *    1 HELLO    u32 version, u8 clock(0 real 1 virtual), blob flags  -> -
 *    2 SOCKET   i32 domain,type,protocol             -> result = handle (any int >= 0)
 *    3 BIND     i32 h, sockaddr
 *    4 LISTEN   i32 h, i32 backlog
 *    5 ACCEPT   i32 h                                -> result = handle; sockaddr of the remote
 *    6 CONNECT  i32 h, sockaddr
 *    7 RECV     i32 h, u32 count, i32 flags          -> data (result = bytes)   [read/readv/recv/recvfrom]
 *    8 SEND     i32 h, i32 flags, sockaddr(n=0: none), blob data                [write/writev/send/sendto]
 *    9 RECVMSG  i32 h, u32 count, i32 flags, u32 maxcontrol -> i32 msg_flags, blob control, data
 *   10 SENDMSG  i32 h, i32 flags, sockaddr, blob control, blob data
 *   11 FCNTL    i32 h, i32 cmd, i64 arg
 *   12 IOCTL    i32 h, u64 request, i32 value        -> i32 value
 *   13 CLOSE    i32 h
 *   14 SHUTDOWN i32 h, i32 how
 *   15 GETSOCKOPT i32 h,level,name, u32 maxlen       -> value bytes
 *   16 SETSOCKOPT i32 h,level,name, blob value
 *   17 POLL     i32 timeout_ms, u32 n, n*(i32 h, i16 events) -> n * i16 revents
 *   18 NETDEV_SEND  raw IP packet for the stack      -> -
 *   19 NETDEV_RECV  i64 timeout_us                   -> raw IP packet, time_us = when the stack sent it;
 *                                                       empty body = nothing sent within timeout_us
 *   20 USLEEP   u32 us        (virtual clock only)   -> -
 *   21 EPOLL_CREATE i32 size -> handle   22 EPOLL_CTL i32 ep,op,h,u32 events   23 EPOLL_WAIT i32 ep,max,timeout
 *                                                       -> result*(i32 h, u32 events)
 *   31 BYE      -                                    -> - (peer drops every socket of this session)
 * CLOCK. real: time_us is CLOCK_REALTIME microseconds. virtual: the plug-in owns the clock and
 * sends it as now_us; before acting on a request the peer runs every timer due <= now_us at its own
 * due time; for NETDEV_RECV with nothing queued it advances timer by timer (<= now_us+timeout_us)
 * and answers with the due time of the packet. The plug-in moves its clock to max(own, time_us).
 * Result: a script that spans 60 s runs in milliseconds and timing is exact.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct pd_ifc {			/* == struct packetdrill_interface, 33 members */
	void *userdata;
	void (*free)(void *);
	int (*socket)(void *, int, int, int);
	int (*bind)(void *, int, const struct sockaddr *, socklen_t);
	int (*listen)(void *, int, int);
	int (*accept)(void *, int, struct sockaddr *, socklen_t *);
	int (*connect)(void *, int, const struct sockaddr *, socklen_t);
	ssize_t (*read)(void *, int, void *, size_t);
	ssize_t (*readv)(void *, int, const struct iovec *, int);
	ssize_t (*recv)(void *, int, void *, size_t, int);
	ssize_t (*recvfrom)(void *, int, void *, size_t, int, struct sockaddr *, socklen_t *);
	ssize_t (*recvmsg)(void *, int, struct msghdr *, int);
	ssize_t (*write)(void *, int, const void *, size_t);
	ssize_t (*writev)(void *, int, const struct iovec *, int);
	ssize_t (*send)(void *, int, const void *, size_t, int);
	ssize_t (*sendto)(void *, int, const void *, size_t, int, const struct sockaddr *, socklen_t);
	ssize_t (*sendmsg)(void *, int, const struct msghdr *, int);
	int (*fcntl)(void *, int, int, ...);
	int (*ioctl)(void *, int, unsigned long, ...);
	int (*close)(void *, int);
	int (*shutdown)(void *, int, int);
	int (*getsockopt)(void *, int, int, int, void *, socklen_t *);
	int (*setsockopt)(void *, int, int, int, const void *, socklen_t);
	int (*poll)(void *, struct pollfd *, nfds_t, int);
	int (*netdev_send)(void *, const void *, size_t);
	int (*netdev_receive)(void *, void *, size_t *, long long *);
	int (*usleep)(void *, useconds_t);
	int (*gettimeofday)(void *, struct timeval *, struct timezone *);
	int (*epoll_create)(void *, int);
	int (*epoll_ctl)(void *, int, int, int, struct epoll_event *);
	int (*epoll_wait)(void *, int, struct epoll_event *, int, int);
	int (*pipe)(void *, int[2]);
	int (*splice)(void *, int, loff_t *, int, loff_t *, size_t, unsigned int);
};

enum { HELLO = 1, SOCKET, BIND, LISTEN, ACCEPT, CONNECT, RECV, SEND, RECVMSG, SENDMSG, FCNTL, IOCTL,
	CLOSE, SHUTDOWN, GETSOCKOPT, SETSOCKOPT, POLL, NETDEV_SEND, NETDEV_RECV, USLEEP,
	EPOLL_CREATE, EPOLL_CTL, EPOLL_WAIT, BYE = 31 };
static const char *const OPNAME[32] = { [1] = "HELLO", "SOCKET", "BIND", "LISTEN", "ACCEPT", "CONNECT",
	"RECV", "SEND", "RECVMSG", "SENDMSG", "FCNTL", "IOCTL", "CLOSE", "SHUTDOWN", "GETSOCKOPT",
	"SETSOCKOPT", "POLL", "NETDEV_SEND", "NETDEV_RECV", "USLEEP", "EPOLL_CREATE", "EPOLL_CTL",
	"EPOLL_WAIT", [31] = "BYE" };

#define MAXFRAME (1 << 22)
#define NFD 4096		/* kernel fd -> peer handle */
#define NSLOT 8

struct buf { uint8_t *p; size_t n, cap; };
struct slot { uint32_t id; int used, done; int32_t res, err; int64_t t; uint8_t *body; size_t n; };

static struct {
	int fd, virt, trace, broken;
	int64_t recv_timeout_us;
	_Atomic int64_t now;		/* virtual clock */
	pthread_spinlock_t tx;		/* spin, never sleep: see call() */
	pthread_mutex_t mu;
	pthread_cond_t cv;
	pthread_t rx;
	uint32_t next_id;
	struct slot slot[NSLOT];
	int handle[NFD];		/* -1 = not ours */
} S = { .fd = -1 };
static __thread int64_t done_at;	/* virtual completion time of this thread's last call */

/* ---- byte buffer helpers ---- */
static void need(struct buf *b, size_t k)
{
	if (b->n + k <= b->cap) return;
	b->cap = (b->n + k) * 2 + 64;
	b->p = realloc(b->p, b->cap);
	if (!b->p) abort();
}
static void raw(struct buf *b, const void *d, size_t k) { need(b, k); if (k) memcpy(b->p + b->n, d, k); b->n += k; }
static void u8(struct buf *b, uint8_t v) { raw(b, &v, 1); }
static void u16(struct buf *b, uint16_t v) { v = htobe16(v); raw(b, &v, 2); }
static void u32(struct buf *b, uint32_t v) { v = htobe32(v); raw(b, &v, 4); }
static void u64(struct buf *b, uint64_t v) { v = htobe64(v); raw(b, &v, 8); }
static void blob(struct buf *b, const void *d, size_t k) { u32(b, k); raw(b, d, k); }
static uint32_t g32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return be32toh(v); }
static uint64_t g64(const uint8_t *p) { uint64_t v; memcpy(&v, p, 8); return be64toh(v); }
static uint16_t g16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return be16toh(v); }

static void addr_put(struct buf *b, const struct sockaddr *sa)
{
	if (sa && sa->sa_family == AF_INET) {
		const struct sockaddr_in *a = (const void *)sa;
		u16(b, 2); u16(b, ntohs(a->sin_port)); u8(b, 4); raw(b, &a->sin_addr, 4);
	} else if (sa && sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *a = (const void *)sa;
		u16(b, 10); u16(b, ntohs(a->sin6_port)); u8(b, 16); raw(b, &a->sin6_addr, 16);
	} else {
		u16(b, sa ? sa->sa_family : 0); u16(b, 0); u8(b, 0);
	}
}
static void addr_get(const uint8_t *p, size_t n, struct sockaddr *sa, socklen_t *len)
{
	if (!sa || !len || n < 5) return;
	if (g16(p) == 2 && n >= 9) {
		struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(g16(p + 2)) };
		memcpy(&a.sin_addr, p + 5, 4);
		memcpy(sa, &a, *len < sizeof a ? *len : sizeof a); *len = sizeof a;
	} else if (g16(p) == 10 && n >= 21) {
		struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(g16(p + 2)) };
		memcpy(&a.sin6_addr, p + 5, 16);
		memcpy(sa, &a, *len < sizeof a ? *len : sizeof a); *len = sizeof a;
	}
}

/* ---- clock ---- */
static int64_t real_us(void) { struct timespec t; clock_gettime(CLOCK_REALTIME, &t); return t.tv_sec * 1000000LL + t.tv_nsec / 1000; }
static int64_t now_us(void) { return S.virt ? atomic_load(&S.now) : real_us(); }
static void clock_to(int64_t t)
{
	int64_t o = atomic_load(&S.now);
	while (o < t && !atomic_compare_exchange_weak(&S.now, &o, t)) ;
}

/* ---- transport ---- */
static int read_full(int fd, void *d, size_t n)
{
	for (uint8_t *p = d; n;) {
		ssize_t k = recv(fd, p, n, 0);
		if (k < 0 && errno == EINTR) continue;
		if (k <= 0) return -1;
		p += k; n -= k;
	}
	return 0;
}

static void *rx_main(void *arg)
{
	(void)arg;
	for (;;) {
		uint8_t h[24], *body = NULL;
		if (read_full(S.fd, h, 24)) break;
		uint32_t len = g32(h);
		if (len < 20 || len > MAXFRAME) break;
		if (len > 20) {
			body = malloc(len - 20);
			if (!body || read_full(S.fd, body, len - 20)) { free(body); break; }
		}
		pthread_mutex_lock(&S.mu);
		int i;
		for (i = 0; i < NSLOT; i++)
			if (S.slot[i].used && !S.slot[i].done && S.slot[i].id == g32(h + 4)) break;
		if (i < NSLOT) {
			struct slot *s = &S.slot[i];
			s->res = (int32_t)g32(h + 8); s->err = (int32_t)g32(h + 12);
			s->t = (int64_t)g64(h + 16); s->body = body; s->n = len - 20; s->done = 1;
			pthread_cond_broadcast(&S.cv);
		} else
			free(body);
		pthread_mutex_unlock(&S.mu);
	}
	pthread_mutex_lock(&S.mu);
	S.broken = 1;
	pthread_cond_broadcast(&S.cv);
	pthread_mutex_unlock(&S.mu);
	return NULL;
}

/*
 * One remote call. packetdrill decides that a blocking call has blocked by looking for state
 * 'S' of its syscall thread in /proc; so this must not sleep before the request is fully
 * written, or a later packet could overtake it: the id/transmit section spins.
 */
static int call(int op, struct buf *b, struct slot *out)
{
	struct buf f = { 0 };
	struct slot *s = NULL;
	while (!s) {
		while (pthread_mutex_trylock(&S.mu)) ;
		for (int i = 0; i < NSLOT && !s; i++)
			if (!S.slot[i].used) s = &S.slot[i];
		if (s) { memset(s, 0, sizeof *s); s->used = 1; }
		pthread_mutex_unlock(&S.mu);
	}
	pthread_spin_lock(&S.tx);
	s->id = ++S.next_id;
	u32(&f, 16 + b->n); u32(&f, s->id); u16(&f, op); u16(&f, 0); u64(&f, now_us());
	raw(&f, b->p, b->n);
	size_t off = 0;
	while (off < f.n) {
		ssize_t k = send(S.fd, f.p + off, f.n - off, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (k < 0 && (errno == EAGAIN || errno == EINTR)) continue;
		if (k < 0) { S.broken = 1; break; }
		off += k;
	}
	pthread_spin_unlock(&S.tx);
	free(f.p); free(b->p); b->p = NULL; b->n = b->cap = 0;

	pthread_mutex_lock(&S.mu);
	while (!s->done && !S.broken) pthread_cond_wait(&S.cv, &S.mu);
	if (!s->done) {
		fprintf(stderr, "pd_proxy: peer gone during %s\n", OPNAME[op & 31]);
		_exit(70);
	}
	*out = *s;
	s->used = 0;
	pthread_mutex_unlock(&S.mu);
	if (S.virt) { clock_to(out->t); done_at = op <= POLL ? out->t : 0; }
	if (S.trace)
		fprintf(stderr, "pd_proxy: %lld %s -> %d errno %d body %zu t=%lld\n", (long long)now_us(),
			OPNAME[op & 31], out->res, out->err, out->n, (long long)out->t);
	return out->res;
}
static int finish(struct slot *r)	/* free the body, set errno, return the result */
{
	free(r->body);
	if (r->res < 0) errno = r->err;
	return r->res;
}
static int simple(int op, struct buf *b) { struct slot r; call(op, b, &r); return finish(&r); }

/* ---- descriptors: real placeholder fds, because packetdrill close()s leftovers itself ---- */
static int fd_new(int handle)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0 || fd >= NFD) { errno = EMFILE; return -1; }
	S.handle[fd] = handle;
	return fd;
}
static int hnd(int fd) { return fd >= 0 && fd < NFD ? S.handle[fd] : -1; }

#define U (void)u
static int p_socket(void *u, int d, int t, int p)
{ U; struct buf b = {0}; u32(&b, d); u32(&b, t); u32(&b, p); int h = simple(SOCKET, &b); return h < 0 ? -1 : fd_new(h); }
static int p_bind(void *u, int fd, const struct sockaddr *a, socklen_t l)
{ U; (void)l; struct buf b = {0}; u32(&b, hnd(fd)); addr_put(&b, a); return simple(BIND, &b); }
static int p_listen(void *u, int fd, int n)
{ U; struct buf b = {0}; u32(&b, hnd(fd)); u32(&b, n); return simple(LISTEN, &b); }
static int p_accept(void *u, int fd, struct sockaddr *a, socklen_t *l)
{
	U; struct buf b = {0}; struct slot r;
	u32(&b, hnd(fd));
	if (call(ACCEPT, &b, &r) >= 0) { addr_get(r.body, r.n, a, l); r.res = fd_new(r.res); if (r.res < 0) r.err = errno; }
	return finish(&r);
}
static int p_connect(void *u, int fd, const struct sockaddr *a, socklen_t l)
{ U; (void)l; struct buf b = {0}; u32(&b, hnd(fd)); addr_put(&b, a); return simple(CONNECT, &b); }

static void scatter(const struct iovec *v, int n, const uint8_t *d, size_t k)
{
	for (int i = 0; i < n && k; i++) {
		size_t m = v[i].iov_len < k ? v[i].iov_len : k;
		if (v[i].iov_base) memcpy(v[i].iov_base, d, m);
		d += m; k -= m;
	}
}
static size_t iovlen(const struct iovec *v, int n) { size_t k = 0; for (int i = 0; i < n; i++) k += v[i].iov_len; return k; }
static ssize_t recv_common(int fd, const struct iovec *v, int n, int flags)
{
	struct buf b = {0}; struct slot r;
	u32(&b, hnd(fd)); u32(&b, iovlen(v, n)); u32(&b, flags);
	if (call(RECV, &b, &r) > 0) scatter(v, n, r.body, r.n);
	return finish(&r);
}
static ssize_t send_common(int fd, const struct iovec *v, int n, int flags, const struct sockaddr *a)
{
	struct buf b = {0};
	u32(&b, hnd(fd)); u32(&b, flags); addr_put(&b, a); u32(&b, iovlen(v, n));
	for (int i = 0; i < n; i++) raw(&b, v[i].iov_base, v[i].iov_len);
	return simple(SEND, &b);
}
static ssize_t p_read(void *u, int fd, void *d, size_t n) { U; struct iovec v = { d, n }; return recv_common(fd, &v, 1, 0); }
static ssize_t p_readv(void *u, int fd, const struct iovec *v, int n) { U; return recv_common(fd, v, n, 0); }
static ssize_t p_recv(void *u, int fd, void *d, size_t n, int f) { U; struct iovec v = { d, n }; return recv_common(fd, &v, 1, f); }
static ssize_t p_recvfrom(void *u, int fd, void *d, size_t n, int f, struct sockaddr *a, socklen_t *l)
{ U; (void)a; if (l) *l = 0; struct iovec v = { d, n }; return recv_common(fd, &v, 1, f); }
static ssize_t p_write(void *u, int fd, const void *d, size_t n)
{ U; if (!d && n) { errno = EFAULT; return -1; } struct iovec v = { (void *)d, n }; return send_common(fd, &v, 1, 0, NULL); }
static ssize_t p_writev(void *u, int fd, const struct iovec *v, int n) { U; return send_common(fd, v, n, 0, NULL); }
static ssize_t p_send(void *u, int fd, const void *d, size_t n, int f)
{ U; if (!d && n) { errno = EFAULT; return -1; } struct iovec v = { (void *)d, n }; return send_common(fd, &v, 1, f, NULL); }
static ssize_t p_sendto(void *u, int fd, const void *d, size_t n, int f, const struct sockaddr *a, socklen_t l)
{ U; (void)l; if (!d && n) { errno = EFAULT; return -1; } struct iovec v = { (void *)d, n }; return send_common(fd, &v, 1, f, a); }
static ssize_t p_recvmsg(void *u, int fd, struct msghdr *m, int f)
{
	U; struct buf b = {0}; struct slot r;
	u32(&b, hnd(fd)); u32(&b, iovlen(m->msg_iov, m->msg_iovlen)); u32(&b, f); u32(&b, m->msg_controllen);
	if (call(RECVMSG, &b, &r) >= 0 && r.n >= 8) {
		size_t c = g32(r.body + 4);
		m->msg_flags = g32(r.body);
		if (c > r.n - 8) c = r.n - 8;
		size_t keep = c < m->msg_controllen ? c : m->msg_controllen;
		if (keep && m->msg_control) memcpy(m->msg_control, r.body + 8, keep);
		m->msg_controllen = keep;
		scatter(m->msg_iov, m->msg_iovlen, r.body + 8 + c, r.n - 8 - c);
	}
	return finish(&r);
}
static ssize_t p_sendmsg(void *u, int fd, const struct msghdr *m, int f)
{
	U; struct buf b = {0};
	u32(&b, hnd(fd)); u32(&b, f); addr_put(&b, m->msg_namelen ? m->msg_name : NULL);
	blob(&b, m->msg_control, m->msg_controllen);
	u32(&b, iovlen(m->msg_iov, m->msg_iovlen));
	for (size_t i = 0; i < m->msg_iovlen; i++) raw(&b, m->msg_iov[i].iov_base, m->msg_iov[i].iov_len);
	return simple(SENDMSG, &b);
}
static int p_fcntl(void *u, int fd, int cmd, ...)
{
	U; va_list ap; va_start(ap, cmd); long arg = va_arg(ap, int); va_end(ap);
	if (cmd == F_GETFL || cmd == F_GETFD) arg = 0;
	struct buf b = {0}; u32(&b, hnd(fd)); u32(&b, cmd); u64(&b, arg); return simple(FCNTL, &b);
}
static int p_ioctl(void *u, int fd, unsigned long req, ...)
{
	U; va_list ap; va_start(ap, req); int32_t *v = va_arg(ap, int32_t *); va_end(ap);
	struct buf b = {0}; struct slot r;
	u32(&b, hnd(fd)); u64(&b, req); u32(&b, 0);
	if (call(IOCTL, &b, &r) >= 0 && v && r.n >= 4) *v = (int32_t)g32(r.body);
	return finish(&r);
}
static int p_close(void *u, int fd)
{
	U; struct buf b = {0};
	if (hnd(fd) < 0) { errno = EBADF; return -1; }
	u32(&b, hnd(fd));
	int r = simple(CLOSE, &b), e = errno;
	S.handle[fd] = -1;
	(void)close(fd);
	errno = e;
	return r;
}
static int p_shutdown(void *u, int fd, int how)
{ U; struct buf b = {0}; u32(&b, hnd(fd)); u32(&b, how); return simple(SHUTDOWN, &b); }
static int p_getsockopt(void *u, int fd, int level, int name, void *v, socklen_t *l)
{
	U; struct buf b = {0}; struct slot r;
	u32(&b, hnd(fd)); u32(&b, level); u32(&b, name); u32(&b, *l);
	if (call(GETSOCKOPT, &b, &r) >= 0) {
		size_t k = r.n < *l ? r.n : *l;
		if (k) memcpy(v, r.body, k);
		*l = k;
	}
	return finish(&r);
}
static int p_setsockopt(void *u, int fd, int level, int name, const void *v, socklen_t l)
{ U; struct buf b = {0}; u32(&b, hnd(fd)); u32(&b, level); u32(&b, name); blob(&b, v, l); return simple(SETSOCKOPT, &b); }
static int p_poll(void *u, struct pollfd *f, nfds_t n, int to)
{
	U; struct buf b = {0}; struct slot r;
	u32(&b, to); u32(&b, n);
	for (nfds_t i = 0; i < n; i++) { u32(&b, hnd(f[i].fd)); u16(&b, f[i].events); f[i].revents = 0; }
	if (call(POLL, &b, &r) >= 0)
		for (nfds_t i = 0; i < n && 2 * i + 2 <= r.n; i++) f[i].revents = (short)g16(r.body + 2 * i);
	return finish(&r);
}
static int p_netdev_send(void *u, const void *d, size_t n)
{ U; struct buf b = {0}; raw(&b, d, n); return simple(NETDEV_SEND, &b) < 0 ? -1 : 0; }
static int p_netdev_receive(void *u, void *d, size_t *n, long long *t)
{
	U; struct buf b = {0}; struct slot r;
	u64(&b, S.recv_timeout_us);
	call(NETDEV_RECV, &b, &r);
	*t = r.t;
	if (r.res < 0 || r.n == 0) {	/* packetdrill would loop for ever on an error: give it an empty packet */
		fprintf(stderr, "pd_proxy: no packet from the stack within %lld us\n", (long long)S.recv_timeout_us);
		*n = 0; free(r.body);
		return 0;
	}
	if (r.n < *n) *n = r.n;
	memcpy(d, r.body, *n);
	free(r.body);
	return 0;
}
static int p_usleep(void *u, useconds_t us)
{
	U; if (!S.virt) return usleep(us);
	struct buf b = {0}; clock_to(atomic_load(&S.now) + us); u32(&b, us); return simple(USLEEP, &b);
}
static int p_gettimeofday(void *u, struct timeval *tv, struct timezone *tz)
{
	U; (void)tz; int64_t t;
	if (!S.virt) t = real_us();
	else if (done_at) { t = done_at; done_at = 0; }	/* when a blocking call really ended */
	else t = atomic_fetch_add(&S.now, 1) + 1;	/* +1 us per look: packetdrill's spin loops end */
	tv->tv_sec = t / 1000000; tv->tv_usec = t % 1000000;
	return 0;
}
static int p_epoll_create(void *u, int n)
{ U; struct buf b = {0}; u32(&b, n); int h = simple(EPOLL_CREATE, &b); return h < 0 ? -1 : fd_new(h); }
static int p_epoll_ctl(void *u, int ep, int op, int fd, struct epoll_event *e)
{ U; struct buf b = {0}; u32(&b, hnd(ep)); u32(&b, op); u32(&b, hnd(fd)); u32(&b, e ? e->events : 0); return simple(EPOLL_CTL, &b); }
static int p_epoll_wait(void *u, int ep, struct epoll_event *e, int max, int to)
{
	U; struct buf b = {0}; struct slot r;
	u32(&b, hnd(ep)); u32(&b, max); u32(&b, to);
	if (call(EPOLL_WAIT, &b, &r) >= 0)
		for (int i = 0; i < r.res && i < max && (size_t)(8 * i + 8) <= r.n; i++) {
			int h = g32(r.body + 8 * i);
			e[i].events = g32(r.body + 8 * i + 4);
			for (int fd = 0; fd < NFD; fd++) if (S.handle[fd] == h) e[i].data.fd = fd;
		}
	return finish(&r);
}
static int p_pipe(void *u, int p[2]) { U; (void)p; errno = ENOSYS; return -1; }
static int p_splice(void *u, int a, loff_t *b, int c, loff_t *d, size_t n, unsigned int f)
{ U; (void)a; (void)b; (void)c; (void)d; (void)n; (void)f; errno = ENOSYS; return -1; }
static void p_free(void *u)
{
	U; struct buf b = {0};
	simple(BYE, &b);
	shutdown(S.fd, SHUT_RDWR);
	pthread_join(S.rx, NULL);
	close(S.fd);
	S.fd = -1;
}

/* LD_PRELOAD hook: %{ }% blocks call getsockopt(TCP_INFO) on the placeholder fd directly. */
int getsockopt(int fd, int level, int name, void *v, socklen_t *l)
{
	static int (*next)(int, int, int, void *, socklen_t *);
	if (S.fd >= 0 && fd != S.fd && hnd(fd) >= 0) return p_getsockopt(NULL, fd, level, name, v, l);
	if (!next) next = (int (*)(int, int, int, void *, socklen_t *))dlsym(RTLD_NEXT, "getsockopt");
	return next(fd, level, name, v, l);
}

void packetdrill_interface_init(const char *flags, struct pd_ifc *i)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char *copy = strdup(flags ? flags : ""), *save = NULL;
	S.recv_timeout_us = 0;
	for (char *t = strtok_r(copy, ",", &save); t; t = strtok_r(NULL, ",", &save)) {
		if (!strncmp(t, "unix:", 5)) strncpy(a.sun_path, t + 5, sizeof a.sun_path - 1);
		else if (!strcmp(t, "clock=virtual")) S.virt = 1;
		else if (!strcmp(t, "trace")) S.trace = 1;
		else if (!strncmp(t, "recv_timeout_ms=", 16)) S.recv_timeout_us = atoll(t + 16) * 1000;
	}
	free(copy);
	if (!S.recv_timeout_us) S.recv_timeout_us = S.virt ? 300 * 1000000LL : 10 * 1000000LL;
	for (int k = 0; k < NFD; k++) S.handle[k] = -1;
	pthread_mutex_init(&S.mu, NULL); pthread_cond_init(&S.cv, NULL);
	pthread_spin_init(&S.tx, PTHREAD_PROCESS_PRIVATE);
	atomic_store(&S.now, real_us());
	S.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (S.fd < 0 || connect(S.fd, (struct sockaddr *)&a, sizeof a)) {
		fprintf(stderr, "pd_proxy: connect(%s): %s\n", a.sun_path, strerror(errno));
		exit(70);
	}
	pthread_create(&S.rx, NULL, rx_main, NULL);
	*i = (struct pd_ifc){
		.userdata = &S, .free = p_free, .socket = p_socket, .bind = p_bind, .listen = p_listen,
		.accept = p_accept, .connect = p_connect, .read = p_read, .readv = p_readv, .recv = p_recv,
		.recvfrom = p_recvfrom, .recvmsg = p_recvmsg, .write = p_write, .writev = p_writev,
		.send = p_send, .sendto = p_sendto, .sendmsg = p_sendmsg, .fcntl = p_fcntl, .ioctl = p_ioctl,
		.close = p_close, .shutdown = p_shutdown, .getsockopt = p_getsockopt,
		.setsockopt = p_setsockopt, .poll = p_poll, .netdev_send = p_netdev_send,
		.netdev_receive = p_netdev_receive, .usleep = p_usleep, .gettimeofday = p_gettimeofday,
		.epoll_create = p_epoll_create, .epoll_ctl = p_epoll_ctl, .epoll_wait = p_epoll_wait,
		.pipe = p_pipe, .splice = p_splice };
	struct buf b = {0};
	u32(&b, 1); u8(&b, S.virt); blob(&b, flags ? flags : "", flags ? strlen(flags) : 0);
	if (simple(HELLO, &b) < 0) { fprintf(stderr, "pd_proxy: peer refused HELLO\n"); exit(70); }
}
