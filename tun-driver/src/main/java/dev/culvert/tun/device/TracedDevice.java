package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A device that writes a line about every packet. */
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
    private final UnsafeBuffer scratch =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH, Long.BYTES));
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
        lines.accept("< " + printer.print(buffer, offset, length));
        receiver.onPacket(buffer, offset, length, metadata);
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        final String text = printer.print(scratch, 0, packet.copyTo(scratch, 0));
        final boolean sent = inner.transmit(packet);
        lines.accept("> " + text + (sent ? "" : " (dropped)"));
        return sent;
    }
}
