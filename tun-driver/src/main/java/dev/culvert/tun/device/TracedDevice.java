package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.SegmentSplitter;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A device that writes a line about every packet, as it stands on a wire: several about a super-segment. */
public final class TracedDevice extends DeviceDecorator {
    /** Gives the text of a packet. */
    @FunctionalInterface
    public interface Printer {
        /** The text of the packet of {@code length} bytes at {@code offset}, without a line end. */
        String print(DirectBuffer buffer, int offset, int length);
    }

    private final Printer printer;
    private final Consumer<String> lines;
    private final PacketHandler trace = this::trace;
    private final SegmentSplitter splitter = new SegmentSplitter();
    private final SegmentSplitter.Wire inbound = (buffer, offset, length) -> say("< ", buffer, offset, length, "");
    private final SegmentSplitter.Wire outbound = (buffer, offset, length) -> say("> ", buffer, offset, length, "");
    private final SegmentSplitter.Wire dropped =
            (buffer, offset, length) -> say("> ", buffer, offset, length, " (dropped)");
    private PacketHandler receiver;

    /** Around a device; lines begin with {@code <} for packets that come in and {@code >} for those that go out. */
    public TracedDevice(final PacketDevice inner, final Printer printer, final Consumer<String> lines) {
        super(inner);
        this.printer = printer;
        this.lines = lines;
    }

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        receiver = handler;
        return inner.receive(trace, limit);
    }

    private void trace(final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata metadata) {
        splitter.split(buffer, offset, length, metadata, inbound);
        receiver.onPacket(buffer, offset, length, metadata);
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        final boolean sent = inner.transmit(packet);
        splitter.split(packet, sent ? outbound : dropped);
        return sent;
    }

    private void say(
            final String direction,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final String remark) {
        lines.accept(direction + printer.print(buffer, offset, length) + remark);
    }
}
