package dev.culvert.tun.device;

import static dev.culvert.tun.device.PcapngFile.INBOUND;
import static dev.culvert.tun.device.PcapngFile.OUTBOUND;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.SegmentSplitter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A device that records every packet in a pcapng file, readable by Wireshark and tcpdump, with the direction and the time in
 * ns; of a super-segment the packets that it is on a wire. The file is written at least once a second while packets come, and when the device is closed.
 */
public final class PcapngTap extends DeviceDecorator {
    private static final long FLUSH_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final PcapngFile file;
    private final LongSupplier epochNanos;
    private final Consumer<String> log;
    private final PacketHandler record = this::record;
    private final SegmentSplitter splitter = new SegmentSplitter();
    private final SegmentSplitter.Wire inbound = (buffer, offset, length) -> write(buffer, offset, length, INBOUND);
    private final SegmentSplitter.Wire outbound = (buffer, offset, length) -> write(buffer, offset, length, OUTBOUND);
    private PacketHandler receiver;
    private long flushAtNs;
    private boolean stopped;

    private PcapngTap(
            final PacketDevice inner,
            final PcapngFile file,
            final LongSupplier epochNanos,
            final Consumer<String> log) {
        super(inner);
        this.file = file;
        this.epochNanos = epochNanos;
        this.log = log;
    }

    /**
     * Around a device.
     *
     * @param file is created or overwritten
     * @param epochNanos gives ns since 1970
     * @param log gets one line when the file cannot be written any more; the capture then stops, the device goes on
     * @throws DeviceException when the file cannot be created
     */
    public static PcapngTap open(
            final PacketDevice inner, final Path file, final LongSupplier epochNanos, final Consumer<String> log) {
        try {
            return new PcapngTap(inner, PcapngFile.create(file, List.of(inner.name())), epochNanos, log);
        } catch (IOException e) {
            throw new DeviceException("cannot write the capture file " + file + " (" + PcapngFile.reason(e) + ")");
        }
    }

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        receiver = handler;
        return inner.receive(record, limit);
    }

    private void record(final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata metadata) {
        if (!stopped) {
            splitter.split(buffer, offset, length, metadata, inbound);
        }
        receiver.onPacket(buffer, offset, length, metadata);
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        final boolean sent = inner.transmit(packet);
        if (sent && !stopped) {
            splitter.split(packet, outbound);
        }
        return sent;
    }

    private void write(final UnsafeBuffer buffer, final int offset, final int length, final int direction) {
        if (stopped) {
            return;
        }
        final long nowNs = epochNanos.getAsLong();
        try {
            if (file.isWritten()) {
                flushAtNs = nowNs + FLUSH_EVERY_NS;
            }
            file.packet(0, buffer, offset, length, nowNs, direction);
            if (nowNs - flushAtNs >= 0) {
                file.flush();
            }
        } catch (IOException e) {
            stop(e);
        }
    }

    @Override
    public boolean await(final long timeoutNs) {
        if (stopped || file.isWritten()) {
            return inner.await(timeoutNs);
        }
        final boolean ready = inner.await(Math.min(timeoutNs, Math.max(0, flushAtNs - epochNanos.getAsLong())));
        if (epochNanos.getAsLong() - flushAtNs >= 0) {
            writeOut();
        }
        return ready;
    }

    private void writeOut() {
        try {
            file.flush();
        } catch (IOException e) {
            stop(e);
        }
    }

    private void stop(final IOException e) {
        stopped = true;
        log.accept("capture stopped: cannot write " + file.path() + " (" + PcapngFile.reason(e) + ")");
        file.abandon();
    }

    @Override
    public void close() {
        inner.close();
        if (!stopped) {
            writeOut();
            stopped = true;
            file.abandon();
        }
    }
}
