/*
 * What the device allows: just enough TCP over a TUN interface to answer. No timers, no congestion control, no SACK, no
 * TIME-WAIT, no checks of what comes in; what is lost on the way out is sent again after three duplicate ACKs, all of it, or
 * when the peer asks again.
 * It answers on the ports of dev.culvert.bench.churn.Exchange, says "ready", and to every line on its input what CPU time it
 * has used, in ns: all of it and the part outside the kernel. It ends with its input.
 *
 * usage: limit TUN MTU offload|plain
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SERVER_CLOSES = 8001, CLIENT_CLOSES, NEVER_REOPENS, ECHO, SOURCE, SINK };
enum { SLOTS = 1 << 17, BATCH = 64, ROOM = 65536 + 64, SHIFT = 7, WINDOW = 65535, MOST = 65535 - 40 };

struct connection {
	uint32_t peer, self;	/* network order; peer 0: the slot is free */
	uint16_t sport, dport;	/* network order, the peer's first */
	uint32_t rcv_nxt, snd_una, snd_nxt;
	uint32_t wnd;
	uint16_t mss;
	uint8_t shift, duplicates;
	uint8_t fin, over;	/* our FIN has been sent; both have */
	uint8_t touched;
};

struct frame {
	struct virtio_net_hdr v;
	struct iphdr ip;
	struct tcphdr tcp;
	uint8_t options[8];
} __attribute__((packed));

static struct connection table[SLOTS];
static int tun, mtu, offload;
static char in[ROOM], zeros[MOST];
static const char response[] =
	"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 152\r\n\r\n"
	"So it goes, on and on. So it goes, on and on. So it goes, on and on. So it goes, on and on. "
	"So it goes, on and on. So it goes, on and on. So it goes, on";

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* ------------------------------------------------------------------ connections: open addressing, linear probing */

static uint32_t home(uint32_t peer, uint16_t sport, uint16_t dport)
{
	uint64_t key = ((uint64_t)peer << 32 | (uint32_t)sport << 16 | dport) * 0x9e3779b97f4a7c15ull;

	return (uint32_t)(key >> 40) % SLOTS;
}

static struct connection *find(uint32_t peer, uint16_t sport, uint16_t dport)
{
	uint32_t at = home(peer, sport, dport);

	while (table[at].peer && (table[at].peer != peer || table[at].sport != sport || table[at].dport != dport))
		at = (at + 1) % SLOTS;
	return &table[at];
}

/* Moves up what would not be found any more. */
static void forget(struct connection *c)
{
	uint32_t hole = (uint32_t)(c - table), at;

	for (at = (hole + 1) % SLOTS; table[at].peer; at = (at + 1) % SLOTS) {
		uint32_t wanted = home(table[at].peer, table[at].sport, table[at].dport);
		if ((at - wanted) % SLOTS >= (at - hole) % SLOTS) {
			table[hole] = table[at];
			hole = at;
		}
	}
	table[hole].peer = 0;
}

/* ------------------------------------------------------------------ out */

static uint32_t sum(const void *bytes, size_t length, uint32_t start)
{
	const uint8_t *at = bytes;
	uint64_t total = start;
	uint32_t word;

	for (; length >= 4; length -= 4, at += 4) {
		memcpy(&word, at, 4);
		total += word;
	}
	word = 0;
	memcpy(&word, at, length);
	total += word;
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return (uint32_t)total;
}

static uint32_t pseudo(const struct frame *f, unsigned length)
{
	return sum(&f->ip.saddr, 8, htons(IPPROTO_TCP) + (uint32_t)htons((uint16_t)length));
}

/* One packet, a super-segment where the text is longer than a segment. */
static void send_at(struct connection *c, uint32_t seq, uint8_t flags, const void *text, unsigned length, unsigned options)
{
	struct frame f = {0};
	unsigned tcp_length = 20 + options + length;
	struct iovec iov[2];

	f.ip.version = 4;
	f.ip.ihl = 5;
	f.ip.tot_len = htons((uint16_t)(20 + tcp_length));
	f.ip.frag_off = htons(0x4000);
	f.ip.ttl = 64;
	f.ip.protocol = IPPROTO_TCP;
	f.ip.saddr = c->self;
	f.ip.daddr = c->peer;
	f.ip.check = (uint16_t)~sum(&f.ip, 20, 0);
	f.tcp.source = c->dport;
	f.tcp.dest = c->sport;
	f.tcp.seq = htonl(seq);
	f.tcp.ack_seq = htonl(c->rcv_nxt);
	f.tcp.doff = (uint16_t)((20 + options) / 4);
	((uint8_t *)&f.tcp)[13] = flags;
	f.tcp.window = htons(WINDOW);
	if (options) {
		const uint8_t mss[8] = {2, 4, (uint8_t)((mtu - 40) >> 8), (uint8_t)(mtu - 40), 3, 3, SHIFT, 0};
		memcpy(f.options, mss, 8);
	}
	f.tcp.check = (uint16_t)pseudo(&f, tcp_length);
	if (offload) {
		f.v.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		f.v.csum_start = 20;
		f.v.csum_offset = 16;
		if (length > c->mss) {
			f.v.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
			f.v.gso_size = c->mss;
			f.v.hdr_len = 40;
		}
	} else {
		f.tcp.check = (uint16_t)~sum(text, length, sum(&f.tcp, 20 + options, 0));
	}
	iov[0].iov_base = offload ? (void *)&f : (void *)&f.ip;
	iov[0].iov_len = (offload ? sizeof f.v : 0) + 40 + options;
	iov[1].iov_base = (void *)text;
	iov[1].iov_len = length;
	if (writev(tun, iov, length ? 2 : 1) < 0)
		perror("write");
	c->touched = 0;
}

static void send_next(struct connection *c, uint8_t flags, const void *text, unsigned length)
{
	send_at(c, c->snd_nxt, flags, text, length, 0);
	c->snd_nxt += length + !!(flags & TH_FIN);
}

/* As much as the peer's window takes, in as few packets as there may be. */
static void pump(struct connection *c)
{
	unsigned most = offload ? MOST / c->mss * c->mss : c->mss;

	while (!c->fin) {
		uint32_t flight = c->snd_nxt - c->snd_una;
		uint32_t room = flight < c->wnd ? c->wnd - flight : 0;
		if (room < c->mss && (room == 0 || flight > 0))
			break;
		send_next(c, TH_ACK, zeros, room < most ? room : most);
	}
}

/* ------------------------------------------------------------------ in */

static void read_options(struct connection *c, const struct tcphdr *tcp)
{
	const uint8_t *at = (const uint8_t *)(tcp + 1), *end = (const uint8_t *)tcp + tcp->doff * 4;

	c->mss = 536;
	c->shift = 0;
	while (at + 1 < end && *at != 0) {
		if (*at == 1) {
			at++;
			continue;
		}
		if (at[1] < 2)
			break;
		if (*at == 2)
			c->mss = (uint16_t)(at[2] << 8 | at[3]);
		if (*at == 3)
			c->shift = at[2];
		at += at[1];
	}
	if (c->mss > mtu - 40)
		c->mss = (uint16_t)(mtu - 40);
}

static void open_connection(struct connection *c, const struct iphdr *ip, const struct tcphdr *tcp)
{
	memset(c, 0, sizeof *c);
	c->peer = ip->saddr;
	c->self = ip->daddr;
	c->sport = tcp->source;
	c->dport = tcp->dest;
	read_options(c, tcp);
	c->rcv_nxt = ntohl(tcp->seq) + 1;
	c->snd_una = c->snd_nxt = 1;
	send_at(c, 0, TH_SYN | TH_ACK, NULL, 0, 8);
}

static void text_arrived(struct connection *c, const char *text, unsigned length)
{
	c->rcv_nxt += length;
	c->touched = 1;
	switch (ntohs(c->dport)) {
	case SERVER_CLOSES:
		c->fin = 1;
		send_next(c, TH_ACK | TH_PUSH | TH_FIN, response, sizeof response - 1);
		break;
	case CLIENT_CLOSES:
		send_next(c, TH_ACK | TH_PUSH, response, sizeof response - 1);
		break;
	case ECHO:
		send_next(c, TH_ACK | TH_PUSH, text, length);
		break;
	}
}

/* The peer has a timer: what it sends again had its answer lost, unless it wants none. */
static int is_asked_again(const struct connection *c, const struct tcphdr *tcp, int bytes)
{
	return ntohs(c->dport) != SINK && ntohl(tcp->seq) + (uint32_t)bytes == c->rcv_nxt;
}

static void answer_again(struct connection *c, const char *text, unsigned length)
{
	c->snd_nxt = c->snd_una;
	c->rcv_nxt -= length;
	text_arrived(c, text, length);
}

/* The connection that has something to say at the end of the batch, or nothing. */
static struct connection *arrive(const char *packet, int length)
{
	const struct iphdr *ip = (const void *)packet;
	const struct tcphdr *tcp = (const void *)(packet + ip->ihl * 4);
	const char *text;
	struct connection *c;
	int bytes;
	uint32_t ack, wnd;

	if (length < 40 || ip->version != 4 || ip->protocol != IPPROTO_TCP)
		return NULL;
	text = (const char *)tcp + tcp->doff * 4;
	bytes = ntohs(ip->tot_len) - (int)(text - packet);
	c = find(ip->saddr, tcp->source, tcp->dest);
	if (tcp->syn) {
		open_connection(c, ip, tcp);
		return NULL;
	}
	if (!c->peer || c->over)
		return NULL; /* such as the last ACK */
	if (tcp->rst) {
		c->over = 1;
		return c;
	}
	ack = ntohl(tcp->ack_seq);
	wnd = (uint32_t)ntohs(tcp->window) << c->shift;
	if ((int32_t)(ack - c->snd_una) > 0) {
		c->snd_una = ack;
		c->duplicates = 0;
	} else if (bytes == 0 && wnd == c->wnd && ntohs(c->dport) == SOURCE && ack != c->snd_nxt && ++c->duplicates == 3) {
		c->snd_nxt = c->snd_una;
	}
	c->wnd = wnd;
	if (bytes > 0) {
		if (is_asked_again(c, tcp, bytes))
			answer_again(c, text, (unsigned)bytes);
		else if (ntohl(tcp->seq) == c->rcv_nxt)
			text_arrived(c, text, (unsigned)bytes);
		else
			send_next(c, TH_ACK, NULL, 0);
	}
	if (tcp->fin && ntohl(tcp->seq) + (uint32_t)bytes == c->rcv_nxt) {
		c->rcv_nxt++;
		send_next(c, c->fin ? TH_ACK : TH_ACK | TH_FIN, NULL, 0);
		c->over = 1;
	}
	return c;
}

/* ------------------------------------------------------------------ around it */

/* Everything that is there is read before the connections that it was for get their ACK and their text. */
static void serve(void)
{
	struct connection seen[BATCH]; /* by name: they move while others are forgotten */
	int skip = offload ? (int)sizeof(struct virtio_net_hdr) : 0;

	for (;;) {
		struct pollfd ready = {tun, POLLIN, 0};
		int count = 0, i, packets;
		for (packets = 0; packets < BATCH; packets++) {
			ssize_t length = read(tun, in, sizeof in);
			struct connection *c;
			if (length <= 0)
				break;
			c = arrive(in + skip, (int)length - skip);
			if (c)
				seen[count++] = *c;
		}
		for (i = 0; i < count; i++) {
			struct connection *c = find(seen[i].peer, seen[i].sport, seen[i].dport);
			if (c->over && c->peer)
				forget(c);
			else if (c->peer && ntohs(c->dport) == SOURCE)
				pump(c);
			else if (c->peer && c->touched)
				send_next(c, TH_ACK, NULL, 0);
		}
		if (packets == 0)
			poll(&ready, 1, -1);
	}
}

static void *answer_questions(void *none)
{
	char line[256];

	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		struct rusage used;
		long long user, kernel;
		getrusage(RUSAGE_SELF, &used);
		user = used.ru_utime.tv_sec * 1000000000ll + used.ru_utime.tv_usec * 1000ll;
		kernel = used.ru_stime.tv_sec * 1000000000ll + used.ru_stime.tv_usec * 1000ll;
		printf("%lld %lld\n", user + kernel, user);
		fflush(stdout);
	}
	exit(0);
	return none;
}

int main(int argc, char **argv)
{
	struct ifreq request = {0};
	pthread_t answers;
	int header = sizeof(struct virtio_net_hdr);

	if (argc != 4) {
		fprintf(stderr, "usage: limit TUN MTU offload|plain\n");
		return 2;
	}
	mtu = atoi(argv[2]);
	offload = strcmp(argv[3], "offload") == 0;
	tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	if (tun < 0)
		fail("/dev/net/tun");
	strncpy(request.ifr_name, argv[1], IFNAMSIZ - 1);
	request.ifr_flags = (short)(IFF_TUN | IFF_NO_PI | (offload ? IFF_VNET_HDR : 0));
	if (ioctl(tun, TUNSETIFF, &request) < 0)
		fail(argv[1]);
	if (offload
	    && (ioctl(tun, TUNSETVNETHDRSZ, &header) < 0 || ioctl(tun, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN) < 0))
		fail("offload");
	if (pthread_create(&answers, NULL, answer_questions, NULL) != 0)
		fail("thread");
	serve();
}
