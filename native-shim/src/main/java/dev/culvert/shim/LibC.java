package dev.culvert.shim;

import jnr.constants.platform.Errno;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.SaveError;

/**
 * The system calls that Culvert makes, through the C library. As in the kernel's own convention, a call that fails returns
 * its error number negated. Memory is passed by address: only primitive arguments keep a call below 10 ns. Any thread.
 */
public final class LibC {
    /** Wants both reading and writing (open(2)). */
    public static final int O_RDWR = 2;
    /** Never wait (open(2)). */
    public static final int O_NONBLOCK = 0x800;
    /** Not for programs started by this one (open(2)). */
    public static final int O_CLOEXEC = 0x80000;
    /** Sets the file status flags (fcntl(2)). */
    public static final int F_SETFL = 4;
    /** IPv4 (socket(2)). */
    public static final int AF_INET = 2;
    /** IPv6 (socket(2)). */
    public static final int AF_INET6 = 10;
    /** Datagrams (socket(2)). */
    public static final int SOCK_DGRAM = 2;
    /** Readable (poll(2)). */
    public static final short POLLIN = 1;
    /** Error (poll(2)). */
    public static final short POLLERR = 8;

    /** No such file (errno(3)). */
    public static final int ENOENT = 2;
    /** Not permitted. */
    public static final int EPERM = 1;
    /** Interrupted by a signal. */
    public static final int EINTR = 4;
    /** Input/output error; a TUN interface that is switched off. */
    public static final int EIO = 5;
    /** No such device or address. */
    public static final int ENXIO = 6;
    /** Try again. */
    public static final int EAGAIN = 11;
    /** Permission denied. */
    public static final int EACCES = 13;
    /** Bad address. */
    public static final int EFAULT = 14;
    /** In use. */
    public static final int EBUSY = 16;
    /** Exists already. */
    public static final int EEXIST = 17;
    /** No such device. */
    public static final int ENODEV = 19;
    /** Invalid argument. */
    public static final int EINVAL = 22;
    /** Function not implemented: the kernel is too old. */
    public static final int ENOSYS = 38;
    /** The descriptor's device has gone. */
    public static final int EBADFD = 77;
    /** Address family not supported. */
    public static final int EAFNOSUPPORT = 97;
    /** The network is down. */
    public static final int ENETDOWN = 100;
    /** No buffer space. */
    public static final int ENOBUFS = 105;

    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_GETFD = 438;

    private static final Calls CALLS =
            LibraryLoader.create(Calls.class).failImmediately().load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

    private LibC() {}

    /** The C functions themselves; public because the generated class lives in another class loader. */
    public interface Calls {
        @SaveError
        int open(String path, int flags);

        @SaveError
        int close(int fd);

        @SaveError
        long read(int fd, long address, long length);

        @SaveError
        long write(int fd, long address, long length);

        @SaveError
        long writev(int fd, long iov, int count);

        @SaveError
        int ioctl(int fd, long request, long argument);

        @SaveError
        int ppoll(long fds, long count, long timeout, long signalMask);

        @SaveError
        int eventfd(int initial, int flags);

        @SaveError
        int pipe2(long fds, int flags);

        @SaveError
        int fcntl(int fd, int command, long argument);

        @SaveError
        int socket(int domain, int type, int protocol);

        @SaveError
        long syscall(long number, long a, long b, long c);
    }

    private static int result(final int value) {
        return value == -1 ? -LastError.getLastError(RUNTIME) : value;
    }

    private static int result(final long value) {
        return value == -1 ? -LastError.getLastError(RUNTIME) : (int) value;
    }

    /** open(2). */
    public static int open(final String path, final int flags) {
        return result(CALLS.open(path, flags));
    }

    /** close(2). */
    public static int close(final int fd) {
        return result(CALLS.close(fd));
    }

    /** read(2); at most 2 GiB at once. */
    public static int read(final int fd, final long address, final long length) {
        return result(CALLS.read(fd, address, length));
    }

    /** write(2); at most 2 GiB at once. */
    public static int write(final int fd, final long address, final long length) {
        return result(CALLS.write(fd, address, length));
    }

    /** writev(2) of {@code count} pairs of 64-bit address and length at {@code iov}. */
    public static int writev(final int fd, final long iov, final int count) {
        return result(CALLS.writev(fd, iov, count));
    }

    /** ioctl(2) with a number or an address as its argument. */
    public static int ioctl(final int fd, final long request, final long argument) {
        return result(CALLS.ioctl(fd, request, argument));
    }

    /** ppoll(2) on {@code count} records of {@code struct pollfd}; timeout is the address of a timespec, 0: no limit. */
    public static int ppoll(final long fds, final int count, final long timeout) {
        return result(CALLS.ppoll(fds, count, timeout, 0));
    }

    /** eventfd(2). */
    public static int eventfd(final int initial, final int flags) {
        return result(CALLS.eventfd(initial, flags));
    }

    /** pipe2(2); the descriptor to read from goes to the four bytes at {@code fds}, the one to write to behind it. */
    public static int pipe2(final long fds, final int flags) {
        return result(CALLS.pipe2(fds, flags));
    }

    /** fcntl(2) with a number as its argument. */
    public static int fcntl(final int fd, final int command, final long argument) {
        return result(CALLS.fcntl(fd, command, argument));
    }

    /** socket(2). */
    public static int socket(final int domain, final int type, final int protocol) {
        return result(CALLS.socket(domain, type, protocol));
    }

    /** pidfd_open(2), Linux 5.3. */
    public static int pidfdOpen(final long pid) {
        return result(CALLS.syscall(PIDFD_OPEN, pid, 0, 0));
    }

    /** pidfd_getfd(2), Linux 5.6: a duplicate of another process's descriptor; close-on-exec is set on it. */
    public static int pidfdGetfd(final int pidfd, final int fd) {
        return result(CALLS.syscall(PIDFD_GETFD, pidfd, fd, 0));
    }

    /** The symbol of an error number, such as {@code EACCES}; takes it with either sign. */
    public static String errorName(final int errno) {
        final Errno known = Errno.valueOf(Math.abs(errno));
        return known.name().startsWith("_") ? "errno " + Math.abs(errno) : known.name();
    }

    /** What the C library says about an error number, such as {@code Permission denied}; takes it with either sign. */
    public static String errorText(final int errno) {
        final String name = errorName(errno);
        return name.startsWith("errno") ? name : Errno.valueOf(name).description();
    }
}
