package dev.culvert.shim;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.SaveError;

/**
 * The kernel's own socket calls through the C library. A call that fails returns its error number negated; memory is passed
 * by address. Calls block as their descriptors do. Any thread.
 */
public final class SocketCalls {
    private static final Calls CALLS =
            LibraryLoader.create(Calls.class).failImmediately().load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

    private SocketCalls() {}

    /** The C functions themselves; public because the generated class lives in another class loader. */
    public interface Calls {
        @SaveError
        int bind(int fd, long address, int length);

        @SaveError
        int listen(int fd, int backlog);

        @SaveError
        int accept4(int fd, long address, long length, int flags);

        @SaveError
        int connect(int fd, long address, int length);

        @SaveError
        long recvmsg(int fd, long message, int flags);

        @SaveError
        long sendmsg(int fd, long message, int flags);

        @SaveError
        int shutdown(int fd, int how);

        @SaveError
        int getsockopt(int fd, int level, int name, long value, long length);

        @SaveError
        int setsockopt(int fd, int level, int name, long value, int length);

        @SaveError
        int poll(long entries, long count, int timeoutMs);

        @SaveError
        int epoll_create1(int flags);

        @SaveError
        int epoll_ctl(int epoll, int operation, int fd, long event);

        @SaveError
        int epoll_wait(int epoll, long events, int most, int timeoutMs);
    }

    private static int result(final long value) {
        return value == -1 ? -LastError.getLastError(RUNTIME) : (int) value;
    }

    /** bind(2). */
    public static int bind(final int fd, final long address, final int length) {
        return result(CALLS.bind(fd, address, length));
    }

    /** listen(2). */
    public static int listen(final int fd, final int backlog) {
        return result(CALLS.listen(fd, backlog));
    }

    /** accept4(2). */
    public static int accept(final int fd, final long address, final long length, final int flags) {
        return result(CALLS.accept4(fd, address, length, flags));
    }

    /** connect(2). */
    public static int connect(final int fd, final long address, final int length) {
        return result(CALLS.connect(fd, address, length));
    }

    /** recvmsg(2) with a {@code struct msghdr}. */
    public static int recvmsg(final int fd, final long message, final int flags) {
        return result(CALLS.recvmsg(fd, message, flags));
    }

    /** sendmsg(2) with a {@code struct msghdr}. */
    public static int sendmsg(final int fd, final long message, final int flags) {
        return result(CALLS.sendmsg(fd, message, flags));
    }

    /** shutdown(2). */
    public static int shutdown(final int fd, final int how) {
        return result(CALLS.shutdown(fd, how));
    }

    /** getsockopt(2); {@code length} is the address of a 32-bit number. */
    public static int getsockopt(final int fd, final int level, final int name, final long value, final long length) {
        return result(CALLS.getsockopt(fd, level, name, value, length));
    }

    /** setsockopt(2). */
    public static int setsockopt(final int fd, final int level, final int name, final long value, final int length) {
        return result(CALLS.setsockopt(fd, level, name, value, length));
    }

    /** poll(2) on {@code count} records of {@code struct pollfd}. */
    public static int poll(final long entries, final int count, final int timeoutMs) {
        return result(CALLS.poll(entries, count, timeoutMs));
    }

    /** epoll_create1(2). */
    public static int epollCreate(final int flags) {
        return result(CALLS.epoll_create1(flags));
    }

    /** epoll_ctl(2). */
    public static int epollCtl(final int epoll, final int operation, final int fd, final long event) {
        return result(CALLS.epoll_ctl(epoll, operation, fd, event));
    }

    /** epoll_wait(2). */
    public static int epollWait(final int epoll, final long events, final int most, final int timeoutMs) {
        return result(CALLS.epoll_wait(epoll, events, most, timeoutMs));
    }
}
