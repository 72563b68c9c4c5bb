package dev.culvert.tun.device;

import dev.culvert.shim.LibC;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Waits for a descriptor to become readable, for {@link #wakeUp} or for the time to pass (ppoll(2)). One thread
 * sleeps; any thread wakes. What wakes is an eventfd(2), and where there is none, a pipe(2): no more than one wake-up is ever on
 * its way, so that one read of eight bytes empties either.
 */
final class Sleeper {
    private static final int POLLFD = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final int TIMESPEC = 2 * POLLFD;
    private static final int SCRATCH = TIMESPEC + 2 * Long.BYTES;
    private static final int FLAGS = LibC.O_NONBLOCK | LibC.O_CLOEXEC;

    /** Two of struct pollfd, a struct timespec and the eight bytes that an eventfd gives. */
    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64, Long.BYTES));

    private final UnsafeBuffer one = new UnsafeBuffer(BufferUtil.allocateDirectAligned(Long.BYTES, Long.BYTES));
    private final AtomicBoolean pending = new AtomicBoolean();
    private final Object wakerLock = new Object();
    /** An eventfd, or a negated error number. */
    private final int eventfd;

    private final int heard;
    /** The same as {@link #heard} unless that is a pipe's end; -1: closed. */
    private int waker;

    Sleeper(final int descriptor) {
        this(descriptor, flags -> LibC.eventfd(0, flags));
    }

    /** With this eventfd(2): gets the flags and returns a descriptor or a negated error number. */
    Sleeper(final int descriptor, final IntUnaryOperator eventfd) {
        this.eventfd = eventfd.applyAsInt(FLAGS);
        if (isPiped()) {
            openPipe();
        }
        heard = isPiped() ? memory.getInt(SCRATCH) : this.eventfd;
        waker = isPiped() ? memory.getInt(SCRATCH + Integer.BYTES) : this.eventfd;
        one.putLong(0, 1);
        memory.putInt(0, descriptor);
        memory.putShort(EVENTS, LibC.POLLIN);
        memory.putInt(POLLFD, heard);
        memory.putShort(POLLFD + EVENTS, LibC.POLLIN);
    }

    private void openPipe() {
        final int result = LibC.pipe2(memory.addressOffset() + SCRATCH, FLAGS);
        if (result < 0) {
            throw new DeviceException("cannot make a pipe: " + LibC.errorText(result), "raise ulimit -n");
        }
    }

    private boolean isPiped() {
        return eventfd < 0;
    }

    /** Why the kernel made no eventfd and a pipe stands in, in the system's words; empty: it made one. */
    Optional<String> eventfdRefusal() {
        return isPiped() ? Optional.of(LibC.errorText(eventfd)) : Optional.empty();
    }

    /** Never again looks at the descriptor; ppoll skips negative ones. */
    void forgetDescriptor() {
        memory.putInt(0, -1);
    }

    /** True when the descriptor is readable or in error, or somebody has called {@link #wakeUp}. */
    boolean await(final long timeoutNs) {
        final boolean woken = pending.get();
        final int ready = LibC.ppoll(memory.addressOffset(), 2, timespec(woken ? 0 : timeoutNs));
        if (ready > 0 && memory.getShort(POLLFD + REVENTS) != 0) {
            LibC.read(heard, memory.addressOffset() + SCRATCH, Long.BYTES);
            // An exchange, not a plain store: whoever set it before has published what we are to look at.
            pending.getAndSet(false);
        }
        return ready > 0 || woken;
    }

    private long timespec(final long timeoutNs) {
        if (timeoutNs == Long.MAX_VALUE) {
            return 0;
        }
        final long timeout = Math.max(0, timeoutNs);
        memory.putLong(TIMESPEC, timeout / TimeUnit.SECONDS.toNanos(1));
        memory.putLong(TIMESPEC + Long.BYTES, timeout % TimeUnit.SECONDS.toNanos(1));
        return memory.addressOffset() + TIMESPEC;
    }

    /** Any thread. Costs a system call only for the first after a sleep. */
    void wakeUp() {
        if (!pending.getAndSet(true)) {
            synchronized (wakerLock) { // against close: the number may belong to another file by then
                if (waker >= 0) {
                    LibC.write(waker, one.addressOffset(), Long.BYTES);
                }
            }
        }
    }

    /** Once. */
    void close() {
        synchronized (wakerLock) {
            if (isPiped()) {
                LibC.close(waker);
            }
            LibC.close(heard);
            waker = -1;
        }
    }
}
