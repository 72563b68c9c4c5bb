package dev.culvert.tun.device;

import dev.culvert.shim.LibC;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One queue of a TUN interface (Linux Documentation/networking/tuntap.rst): raw IP packets, with offload a
 * {@link VirtioHeader} in front of each, and several wire segments in one. Packets go to
 * the kernel when they are transmitted, so {@link #flush} has nothing to do. While the interface is switched off, packets
 * that go out are drops; everything works again when it is switched on.
 */
public final class TunDevice implements PacketDevice {
    /** Packets up to this length are copied into one piece, which is not slower than a vector. */
    private static final int COPY_LIMIT = 4096;
    /** Average length of a piece from which a vector is faster. */
    private static final int WORTH_A_VECTOR = 512;

    private final String name;
    private final int mtu;
    private final int descriptor;
    private final Offload offload;
    /** Bytes in front of every packet. */
    private final int lead;

    private final Sleeper sleeper;
    private final PacketIo io = PacketIo.choose();
    private final ReadBatch batch = new ReadBatch();
    private final IoVector iov = new IoVector();
    private final UnsafeBuffer contiguous = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(VirtioHeader.LENGTH + OutboundPacket.MAX_LENGTH, Long.BYTES));
    private final PacketMetadata metadata = new PacketMetadata();
    private final AtomicLong transmitDrops = new AtomicLong();
    private boolean more;
    private boolean silent;
    private boolean closed;

    private TunDevice(final int descriptor, final String name, final int mtu, final Offload offload) {
        this.offload = offload;
        lead = offload == Offload.ON ? VirtioHeader.LENGTH : 0;
        this.descriptor = descriptor;
        this.name = name;
        this.mtu = mtu;
        sleeper = new Sleeper(descriptor);
    }

    /**
     * Attaches to the named interface in the current network namespace, or creates it there. An interface that exists is
     * left as it is, but for offload; a new one gets the addresses, MTU and queue length of the options and is switched on.
     *
     * @throws DeviceException when that is not possible; the message says what to do
     */
    public static TunDevice attach(final TunOptions options) {
        return attachAll(options.withQueues(1)).get(0);
    }

    /** As {@link #attach}, with as many queues as the options want and kernel and interface allow; at least one. */
    public static List<TunDevice> attachAll(final TunOptions options) {
        try (InterfaceConfig config = InterfaceConfig.here()) {
            final boolean existed = config.exists(options.name());
            final TunQueues.Attached queues =
                    TunQueues.attach(TunSetup.openNode(), options, () -> LibC.open(TunSetup.NODE, TunSetup.NODE_FLAGS));
            try {
                if (!existed) {
                    config.setUp(options);
                }
                return queues.devices(options.name(), config.mtu(options.name()));
            } catch (DeviceException e) {
                queues.close();
                throw e;
            }
        }
    }

    /**
     * Over a descriptor of an attached TUN queue that does not block; the device closes it with itself.
     *
     * @param mtu in bytes
     * @param offload as {@link TunSetup#attachQueue} has returned it
     */
    public static TunDevice over(final int descriptor, final String name, final int mtu, final Offload offload) {
        return new TunDevice(descriptor, name, mtu, offload);
    }

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        more = false;
        if (silent) {
            return 0;
        }
        final int count = io.readBatch(descriptor, batch, Math.min(limit, ReadBatch.CAPACITY));
        if (count < 0) {
            throw gone(-count);
        }
        more = count == limit || !batch.hasRoom(count);
        for (int i = 0; i < count; i++) {
            hand(handler, batch.offset(i), batch.length(i));
        }
        return count;
    }

    private void hand(final PacketHandler handler, final int offset, final int length) {
        metadata.reset();
        if (lead > 0) {
            VirtioHeader.read(batch.memory(), offset, length, metadata);
        }
        metadata.stays = true;
        handler.onPacket(batch.memory(), offset + lead, Math.max(0, length - lead), metadata);
    }

    @Override
    public boolean mayHaveMore() {
        return more;
    }

    /** From now on there is nothing to hear, else a poll on the dead descriptor would never sleep. */
    private DeviceException gone(final int errno) {
        silent = true;
        sleeper.forgetDescriptor();
        return errno == LibC.EBADFD || errno == LibC.EFAULT
                ? new DeviceException("device " + name + " has gone")
                : new DeviceException("cannot read from device " + name + " (" + LibC.errorText(errno) + ")");
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        final boolean sent = !closed && write(packet) >= 0;
        if (!sent) {
            transmitDrops.lazySet(transmitDrops.get() + 1);
        }
        return sent;
    }

    /** Per piece, writev costs more than copying a few hundred bytes (measured: 60 pieces in 1500 bytes cost 1 us more). */
    private int write(final OutboundPacket packet) {
        if (lead > 0) {
            VirtioHeader.write(packet);
        }
        final int length = packet.length();
        if (packet.pieces() == 0) {
            return io.write(descriptor, packet.header.addressOffset() - lead, lead + length);
        }
        if (length <= COPY_LIMIT || length < packet.pieces() * WORTH_A_VECTOR) {
            contiguous.putBytes(0, packet.headroom, OutboundPacket.HEADROOM - lead, lead);
            return io.write(descriptor, contiguous.addressOffset(), lead + packet.copyTo(contiguous, lead));
        }
        return io.writeVec(descriptor, iov.set(packet, lead).address(), iov.count());
    }

    @Override
    public void flush() {
        // transmit has written everything
    }

    @Override
    public boolean await(final long timeoutNs) {
        return !closed && sleeper.await(timeoutNs);
    }

    @Override
    public void wakeUp() {
        sleeper.wakeUp();
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean offloads() {
        return offload == Offload.ON;
    }

    /** Whether there is offload, and whether it was wanted. */
    public Offload offload() {
        return offload;
    }

    /**
     * Why {@link #wakeUp} does not go by eventfd(2), in the system's words: a pipe does the same at a higher price. Empty where the
     * kernel made one. Any thread.
     */
    public Optional<String> eventfdRefusal() {
        return sleeper.eventfdRefusal();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long transmitDrops() {
        return transmitDrops.get();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            silent = true;
            sleeper.close();
            LibC.close(descriptor);
        }
    }
}
