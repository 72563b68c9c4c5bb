package dev.culvert.kit.posix;

import dev.culvert.wire.IpAddress;

/**
 * A socket call that has been made: finished at once, or open until packets or time let it finish. The result is that of
 * the call of the same name in POSIX: -1 and {@link #errno()} where it failed. Single-threaded.
 */
public final class SystemCall {
    private static final byte[] NOTHING = {};

    private final String name;
    private final long startedNs;
    private boolean finished;
    private long result;
    private int errno;
    private long finishedNs;
    private byte[] data = NOTHING;
    private byte[] control = NOTHING;
    private int messageFlags;
    private Address address;

    /** A socket address. */
    public record Address(int family, long high, long low, int port) {
        /** Of the family that the address belongs to. */
        public static Address of(final long high, final long low, final int port) {
            return new Address(
                    IpAddress.isV4(high, low) ? LinuxConstants.AF_INET : LinuxConstants.AF_INET6, high, low, port);
        }
    }

    /** A call that has just been made. For implementations of {@link Sockets}. */
    public SystemCall(final String name, final long nowNs) {
        this.name = name;
        this.startedNs = nowNs;
    }

    /** Ends it with this result. For implementations of {@link Sockets}. */
    public SystemCall finish(final long value, final long nowNs) {
        finished = true;
        result = value;
        finishedNs = nowNs;
        return this;
    }

    /** Ends it with -1 and this error of Linux's, positive. */
    public SystemCall fail(final int error, final long nowNs) {
        errno = error;
        return finish(-1, nowNs);
    }

    /** What it hands out. For implementations of {@link Sockets}. */
    public SystemCall with(final byte[] bytes) {
        data = bytes;
        return this;
    }

    /** What it hands out. For implementations of {@link Sockets}. */
    public SystemCall with(final byte[] bytes, final byte[] controlMessages, final int flags) {
        data = bytes;
        control = controlMessages;
        messageFlags = flags;
        return this;
    }

    /** What it hands out. For implementations of {@link Sockets}. */
    public SystemCall with(final Address remote) {
        address = remote;
        return this;
    }

    /** As in {@code accept}. */
    public String name() {
        return name;
    }

    /** Whether it has returned. */
    public boolean isFinished() {
        return finished;
    }

    /** What it returned; -1 for an error. */
    public long result() {
        return result;
    }

    /** Linux's number of the error; 0 where there was none. */
    public int errno() {
        return errno;
    }

    /** Virtual time at which it was called. */
    public long startedNs() {
        return startedNs;
    }

    /** Virtual time at which it returned. */
    public long finishedNs() {
        return finishedNs;
    }

    /** Bytes that it handed out: text of {@code recv}, value of {@code getsockopt} (little-endian, as in Linux's ABI). */
    public byte[] data() {
        return data;
    }

    /** Control messages of {@code recvmsg}, laid out as Linux does on 64-bit machines. */
    public byte[] control() {
        return control;
    }

    /** {@code msg_flags} of {@code recvmsg}. */
    public int messageFlags() {
        return messageFlags;
    }

    /** The address that it handed out: the remote one of {@code accept}; null where there is none. */
    public Address address() {
        return address;
    }
}
