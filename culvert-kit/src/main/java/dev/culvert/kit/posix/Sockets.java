package dev.culvert.kit.posix;

/**
 * Linux's socket calls on one stack under virtual time. Every argument and result is Linux's own number (see {@link
 * LinuxConstants}); structures are bytes as its 64-bit little-endian ABI has them, so that a proxy can pass them on. A
 * blocking call returns an open {@link SystemCall}; it finishes during a later {@link #inject} or {@link #advanceTo}, at the
 * exact time. Single-threaded.
 */
public interface Sockets {
    /** One entry of {@code poll}: what is asked and what is answered. */
    record PollEntry(int fd, int events, int revents) {}

    /** {@code type} may carry SOCK_NONBLOCK. The first descriptor is 3. */
    SystemCall socket(int domain, int type, int protocol);

    SystemCall bind(int fd, SystemCall.Address local);

    SystemCall listen(int fd, int backlog);

    /** {@code flags} as in {@code accept4}. */
    SystemCall accept(int fd, int flags);

    SystemCall connect(int fd, SystemCall.Address remote);

    /** {@code read}, {@code readv}, {@code recv} and {@code recvfrom}. */
    SystemCall recv(int fd, int count, int flags);

    SystemCall recvmsg(int fd, int count, int flags, int maxControl);

    /** {@code write}, {@code writev}, {@code send} and {@code sendto}; {@code to} is null where no address was given. */
    SystemCall send(int fd, byte[] data, int flags, SystemCall.Address to);

    SystemCall sendmsg(int fd, byte[] data, int flags, SystemCall.Address to, byte[] control);

    /** {@link #recv} into a buffer that is nowhere, NULL: EFAULT once there is text, which stays. */
    SystemCall recvNowhere(int fd, int count, int flags);

    /** {@link #send} from a buffer that is nowhere, NULL: EFAULT, unless something else is wrong. */
    SystemCall sendNowhere(int fd, int count, int flags, SystemCall.Address to);

    SystemCall fcntl(int fd, int command, long argument);

    /** SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK; {@code data()} is the int written back. */
    SystemCall ioctl(int fd, long request, int value);

    SystemCall close(int fd);

    SystemCall shutdown(int fd, int how);

    SystemCall getsockopt(int fd, int level, int name, int maxLength);

    SystemCall setsockopt(int fd, int level, int name, byte[] value);

    /** {@code timeoutMs} below 0: without end. The entries of the answer are in {@code entries}, changed in place. */
    SystemCall poll(PollEntry[] entries, int timeoutMs);

    SystemCall epollCreate();

    SystemCall epollCtl(int epoll, int operation, int fd, int events, long userData);

    /** {@code data()} is an array of Linux's packed {@code struct epoll_event}: u32 events, u64 data. */
    SystemCall epollWait(int epoll, int maxEvents, int timeoutMs);

    /**
     * Sets one of Linux's {@code net.ipv4.*} or {@code net.core.*} names for what is opened afterwards.
     *
     * @throws IllegalArgumentException the name is not known or the value does not fit; the message says which are
     */
    void sysctl(String name, String value);

    /** Lets one IP packet arrive. */
    void inject(byte[] packet);

    /** Moves time on, timer by timer; open calls finish on the way. */
    void advanceTo(long nowNs);

    /**
     * Moves time on until a packet has been sent or a call has finished, at most to {@code limitNs}; true when there is one.
     */
    boolean runUntilSomething(long limitNs);

    long nowNs();

    /** Time of the next timer; {@code Long.MAX_VALUE} where there is none. */
    long nextDeadlineNs();

    /** The oldest packet that the stack has sent and nobody has taken; null where there is none. */
    dev.culvert.kit.script.VirtualStack.Sent takeSent();

    /** Drops every socket, without a packet. */
    void reset();
}
