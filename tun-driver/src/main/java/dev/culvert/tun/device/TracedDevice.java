package dev.culvert.tun.device;

import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/** A device that writes a line about every packet. */
public final class TracedDevice extends DeviceDecorator {
    /** Gives the text of a packet. */
    @FunctionalInterface
    public interface Printer {
        /** The text of the packet of {@code length} bytes at {@code offset}, without a line end. */
        String print(DirectBuffer buffer, int offset, int length);
    }

    /** Around a device; lines begin with {@code <} for packets that come in and {@code >} for those that go out. */
    public TracedDevice(final PacketDevice inner, final Printer printer, final Consumer<String> lines) {
        super(inner);
    }
}
