package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Reads and writes a device on threads of its own; packets go to the stack's thread and back through rings. The stack then runs
 * beside the system calls instead of between them, for the price of two hand-overs and copies per packet and of cores for all
 * three.
 *
 * <p>Rings that are full press back and lose nothing: the reader stops reading, so that packets wait in the kernel's queue; the
 * stack neither takes packets in nor begins new text ({@link #hasRoom}) until the writer has made room. The device inside must
 * allow {@link PacketDevice#receive} and {@link PacketDevice#transmit} on two threads, as {@link TunDevice} does; what decorates
 * devices goes around this one.
 */
public final class PipelinedDevice extends DeviceDecorator {
    /** As much as the stack may send between two looks at {@link #hasRoom}: a turn of 32 of the largest packets, and ACKs. */
    private static final int ROOM_PACKETS = 40;

    private static final int BATCH = 64;
    private static final int THREADS = 3;
    private static final long SPIN_NS = 30_000;
    private static final long JOIN_MS = TimeUnit.SECONDS.toMillis(5);

    private final PacketRing incoming = PacketRing.ofOne();
    private final OutboundRing outgoing = new OutboundRing();
    private final Parking stack = new Parking();
    private final Parking readerParking = new Parking();
    private final Parking writerParking = new Parking();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final BooleanSupplier stackReady = this::isStackReady;
    private final BooleanSupplier readerReady = this::isReaderReady;
    private final BooleanSupplier writerReady = this::isWriterReady;
    private final long spinNs;
    private final Thread reader;
    private final Thread writer;
    private volatile boolean closing;
    private volatile DeviceException failure;
    /** The stack was told that there is no room; its thread's. */
    private boolean roomWanted;

    private boolean closed;

    /** Around this device; a thread without work looks for some before it sleeps only where each may have a core. */
    public PipelinedDevice(final PacketDevice inner) {
        this(inner, Runtime.getRuntime().availableProcessors() > THREADS ? SPIN_NS : 0);
    }

    /**
     * Around this device.
     *
     * @param spinNs how long a thread without work looks for some before it sleeps
     */
    public PipelinedDevice(final PacketDevice inner, final long spinNs) {
        super(inner);
        this.spinNs = spinNs;
        reader = start(inner.name() + "-reader", this::read);
        writer = start(inner.name() + "-writer", this::write);
    }

    private static Thread start(final String name, final Runnable work) {
        final Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private boolean isReaderReady() {
        return closing || incoming.hasRoom();
    }

    private boolean isWriterReady() {
        return closing || !outgoing.isEmpty();
    }

    // ------------------------------------------------------------------ the reader's thread

    private void read() {
        final PacketHandler toRing = (buffer, offset, length, metadata) -> {
            while (!incoming.offer(buffer, offset, length, metadata) && !closing) {
                readerParking.sleepUnless(readerReady, Long.MAX_VALUE); // and the kernel's queue fills
            }
        };
        long idleSinceNs = System.nanoTime();
        try {
            while (!closing) {
                if (inner.receive(toRing, BATCH) > 0) {
                    stack.wake();
                    idleSinceNs = System.nanoTime();
                } else if (System.nanoTime() - idleSinceNs < spinNs) {
                    Thread.onSpinWait();
                } else {
                    inner.await(Long.MAX_VALUE);
                }
            }
        } catch (final DeviceException gone) {
            failure = gone;
            stack.wake();
        }
    }

    // ------------------------------------------------------------------ the writer's thread

    private void write() {
        long idleSinceNs = System.nanoTime();
        while (!closing || !outgoing.isEmpty()) {
            if (outgoing.drain(inner, BATCH) > 0) {
                inner.flush();
                stack.wake(); // it may wait for room
                idleSinceNs = System.nanoTime();
            } else if (System.nanoTime() - idleSinceNs < spinNs) {
                Thread.onSpinWait();
            } else {
                writerParking.sleepUnless(writerReady, Long.MAX_VALUE);
            }
        }
    }

    // ------------------------------------------------------------------ the stack's thread

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        if (!hasRoom()) {
            return 0; // there would be no room for the answers
        }
        final int count = incoming.drain(handler, limit);
        if (count > 0) {
            readerParking.wake();
        } else if (failure != null && !closing) {
            closing = true;
            throw failure;
        }
        return count;
    }

    /** A turn of a connection always has room; for what comes beside that in great numbers the writer is waited for. */
    @Override
    public boolean transmit(final OutboundPacket packet) {
        while (!closed && !outgoing.offer(packet)) {
            writerParking.wake();
            Thread.onSpinWait();
        }
        return !closed;
    }

    @Override
    public boolean hasRoom() {
        roomWanted = !outgoing.hasRoom(ROOM_PACKETS);
        return !roomWanted;
    }

    private boolean isStackReady() {
        return woken.get() || failure != null || (roomWanted ? hasRoom() : !incoming.isEmpty());
    }

    @Override
    public void flush() {
        if (!outgoing.isEmpty()) {
            writerParking.wake();
        }
    }

    @Override
    public boolean await(final long timeoutNs) {
        stack.sleepUnless(stackReady, timeoutNs);
        final boolean ready = isStackReady();
        woken.set(false);
        return ready;
    }

    @Override
    public void wakeUp() {
        woken.set(true);
        stack.wake();
    }

    /** Writes what is left, then closes the device. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closing = true;
        writerParking.wake();
        readerParking.wake();
        inner.wakeUp();
        join(writer);
        join(reader);
        closed = true;
        inner.close();
    }

    private static void join(final Thread thread) {
        boolean interrupted = false;
        try {
            thread.join(JOIN_MS);
        } catch (final InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
