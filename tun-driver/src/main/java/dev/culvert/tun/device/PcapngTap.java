package dev.culvert.tun.device;

import static dev.culvert.tun.device.PcapngFile.INBOUND;
import static dev.culvert.tun.device.PcapngFile.OUTBOUND;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.SegmentSplitter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A device that records every packet in a pcapng file, readable by Wireshark and tcpdump, with the direction and the time in
 * ns; of a super-segment the packets that it is on a wire. The file is written at least once a second while packets come, and when the device is closed.
 */
public final class PcapngTap extends DeviceDecorator {
    private final Capture capture;
    private final PacketHandler record = this::record;
    private final SegmentSplitter splitter = new SegmentSplitter();
    private final SegmentSplitter.Wire inbound = (buffer, offset, length) -> write(buffer, offset, length, INBOUND);
    private final SegmentSplitter.Wire outbound = (buffer, offset, length) -> write(buffer, offset, length, OUTBOUND);
    private PacketHandler receiver;

    private PcapngTap(final PacketDevice inner, final Capture capture) {
        super(inner);
        this.capture = capture;
    }

    /**
     * Around a device.
     *
     * @param file is created or overwritten
     * @param epochNanos gives ns since 1970
     * @param log gets one line when the file cannot be written any more; the capture then stops, the device goes on
     * @throws IOException when the file cannot be created; the message names it and says why
     */
    public static PcapngTap open(
            final PacketDevice inner, final Path file, final LongSupplier epochNanos, final Consumer<String> log)
            throws IOException {
        return open(List.of(inner), file, epochNanos, log).get(0);
    }

    /** Around each queue of an interface, into one file; their threads take turns in writing. */
    public static List<PcapngTap> open(
            final List<? extends PacketDevice> queues,
            final Path file,
            final LongSupplier epochNanos,
            final Consumer<String> log)
            throws IOException {
        try {
            final PcapngFile opened =
                    PcapngFile.create(file, List.of(queues.get(0).name()));
            final Capture shared = new Capture(opened, epochNanos, log, queues.size());
            return queues.stream().map(queue -> new PcapngTap(queue, shared)).toList();
        } catch (IOException e) {
            throw PcapngFile.cannotWrite(file, e);
        }
    }

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        receiver = handler;
        return inner.receive(record, limit);
    }

    private void record(final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata metadata) {
        if (!capture.isStopped()) {
            splitter.split(buffer, offset, length, metadata, inbound);
        }
        receiver.onPacket(buffer, offset, length, metadata);
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        final boolean sent = inner.transmit(packet);
        if (sent && !capture.isStopped()) {
            splitter.split(packet, outbound);
        }
        return sent;
    }

    private void write(final UnsafeBuffer buffer, final int offset, final int length, final int direction) {
        capture.write(buffer, offset, length, direction);
    }

    @Override
    public boolean await(final long timeoutNs) {
        final boolean ready = inner.await(Math.min(timeoutNs, capture.dueInNs()));
        capture.writeOutWhenDue();
        return ready;
    }

    @Override
    public void close() {
        inner.close();
        capture.close();
    }
}
